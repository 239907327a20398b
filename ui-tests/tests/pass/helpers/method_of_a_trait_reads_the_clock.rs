use durable::prelude::*;

pub trait Stamped {
    fn stamped(&self, now: Timestamp) -> String;
}

impl Stamped for u64 {
    fn stamped(&self, now: Timestamp) -> String {
        format!("{self} at {now}")
    }
}

#[orchestrator]
pub async fn pay(ctx: &Context, cents: u64) -> Result<String> {
    Ok(cents.stamped(ctx.now()))
}
