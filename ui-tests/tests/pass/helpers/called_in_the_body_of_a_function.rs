use durable::prelude::*;

#[activity]
pub async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[deterministic]
pub fn fee(cents: u64) -> u64 {
    cents / 100
}

pub fn declare() -> Registry {
    #[deterministic]
    fn tip(cents: u64) -> u64 {
        cents / 10
    }

    #[orchestrator]
    async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
        ctx.call(charge(cents + fee(cents) + tip(cents))).await
    }

    registry![pay, charge]
}
