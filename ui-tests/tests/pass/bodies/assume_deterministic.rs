// the explicit way out
use durable::prelude::*;
use durable::assume_deterministic;

fn feature_table() -> &'static [(&'static str, bool)] {
    &[("new-checkout", true), ("dark-mode", false)]
}

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    let table = assume_deterministic!(feature_table());
    let page_size = durable::assume_deterministic!(std::env::consts::ARCH.len());
    let modern = table.iter().any(|(name, on)| *name == "new-checkout" && *on);
    ctx.call(charge(if modern { cents } else { cents + page_size as u64 })).await
}
