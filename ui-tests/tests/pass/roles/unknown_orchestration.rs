use durable::prelude::*;

#[orchestrator]
pub async fn caller(ctx: &Context) -> Result<u64> {
    ctx.call(payments::pay(5)).await
}

pub mod payments {
    use durable::prelude::*;

    #[orchestrator]
    pub async fn pay(_ctx: &Context, cents: u64) -> Result<u64> {
        Ok(cents)
    }
}
