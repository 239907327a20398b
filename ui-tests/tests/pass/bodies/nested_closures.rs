// closures in closures
use durable::prelude::*;
#[orchestrator]
async fn table(ctx: &Context, rows: u64, columns: u64) -> Result<Vec<Vec<u64>>> {
    ctx.set_status("multiplying");
    let scale = |factor: u64| move |value: u64| value * factor;
    let double = scale(2);
    let compose = |f: &dyn Fn(u64) -> u64, g: &dyn Fn(u64) -> u64, x: u64| g(f(x));
    Ok((1..=rows)
        .map(|row| (1..=columns).map(|column| compose(&double, &|n| n + 1, row * column)).collect())
        .collect())
}
