use durable::prelude::*;

#[activity]
pub async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
pub async fn pay(ctx: &Context, round: u64) -> Result<u64> {
    loop {
        let paid = ctx.call(charge(5)).await?;
        if paid > round {
            return ctx.continue_as_new(pay(paid)).await;
        }
        let () = ctx.event("again").await?;
    }
}
