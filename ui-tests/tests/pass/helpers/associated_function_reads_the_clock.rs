use durable::prelude::*;

#[derive(Debug)]
pub struct Desk;

impl Desk {
    fn stamp(now: Timestamp) -> i64 {
        now.as_micros()
    }
}

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<i64> {
    Ok(Desk::stamp(ctx.now()))
}
