// marked helpers handed to combinators
use durable::prelude::*;
#[deterministic]
fn to_cents(euros: f64) -> u64 {
    (euros * 100.0).round() as u64
}

#[deterministic]
fn is_even(n: &u64) -> bool {
    n % 2 == 0
}

#[orchestrator]
async fn prices(ctx: &Context, euros: Vec<f64>) -> Result<Vec<u64>> {
    ctx.set_status("converting");
    let round: fn(f64) -> u64 = to_cents;
    let tip = euros.first().copied().map(round);
    Ok(euros.into_iter().map(to_cents).filter(is_even).chain(tip).collect())
}
