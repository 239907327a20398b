use durable::prelude::*;

#[orchestrator]
pub async fn pay(_ctx: &Context, cents: u64) -> Result<u64> {
    fn total(cents: u64) -> u64 {
        fn fee(cents: u64) -> u64 {
            cents / 100
        }
        cents + fee(cents)
    }
    Ok(total(cents))
}
