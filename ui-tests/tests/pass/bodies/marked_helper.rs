// a marked helper
use durable::prelude::*;
#[deterministic]
fn vat(cents: u64, country: &str) -> u64 {
    let percent = match country {
        "de" => 19,
        "at" | "fr" => 20,
        other if other.len() != 2 => 0,
        _ => 21,
    };
    cents * percent / 100
}

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn buy(ctx: &Context, cents: u64, country: String) -> Result<u64> {
    let tax = vat(cents, &country);
    ctx.call(charge(cents + tax)).await
}
