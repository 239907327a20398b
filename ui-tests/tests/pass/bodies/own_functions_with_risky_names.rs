// marked functions of the user's own that are named like clocks
use durable::prelude::*;
use std::time::Duration;

#[deterministic]
fn now(ctx: &Context) -> i64 {
    ctx.now().as_micros() / 1_000_000
}

#[deterministic]
fn elapsed(ctx: &Context, since: i64) -> Duration {
    Duration::from_secs(now(ctx).abs_diff(since))
}

#[deterministic]
fn random(seed: u64) -> u64 {
    seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1)
}

#[deterministic]
async fn sleep(ctx: &Context, seconds: u64) {
    ctx.timer(Duration::from_secs(seconds)).await;
}

#[orchestrator]
async fn nap(ctx: &Context, seed: u64) -> Result<Duration> {
    let began = now(ctx);
    sleep(ctx, random(seed) % 60).await;
    Ok(elapsed(ctx, began))
}
