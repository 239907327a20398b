// constants and immutable statics
use durable::prelude::*;
use std::time::Duration;

const PAUSE: Duration = Duration::from_secs(30);
static COUNTRIES: [(&str, u64); 3] = [("de", 19), ("at", 20), ("fr", 20)];
static GREETING: &str = "Hello";

mod limits {
    pub static MAXIMUM: u64 = 10_000;
    pub const NAMES: &[&str] = &["small", "large"];
}

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn buy(ctx: &Context, cents: u64, country: String) -> Result<String> {
    static FEES: [u64; 2] = [5, 10];
    let percent = COUNTRIES.iter().find(|(name, _)| *name == country).map_or(0, |(_, percent)| *percent);
    ctx.timer(PAUSE).await;
    let total = ctx.call(charge(cents + cents * percent / 100 + FEES[usize::from(cents > 100)])).await?;
    Ok(format!("{GREETING}: {total} is {}", limits::NAMES[usize::from(total > limits::MAXIMUM)]))
}
