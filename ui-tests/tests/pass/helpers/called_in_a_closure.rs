use durable::prelude::*;

#[orchestrator]
pub async fn pay(_ctx: &Context, cents: u64) -> Result<u64> {
    let fee = |cents: u64| cents / 100;
    let mut total = 0;
    let mut add = |cents: u64| total += cents + fee(cents);
    add(cents);
    add(1);
    Ok(total)
}
