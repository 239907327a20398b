use durable::prelude::*;

pub mod payments {
    use durable::prelude::*;

    #[activity]
    pub async fn charge(cents: u64) -> Result<u64> {
        Ok(cents)
    }
}
use payments::charge as chrage;

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<u64> {
    let paid = ctx.call(payments::charge(5)).await?;
    Ok(paid + ctx.call(chrage(5)).await?)
}
