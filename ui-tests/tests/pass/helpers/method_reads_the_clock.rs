use durable::prelude::*;

#[derive(Debug)]
pub struct Desk {
    closes: Timestamp,
}

impl Desk {
    fn is_open(&self, now: Timestamp) -> bool {
        self.closes > now
    }
}

#[orchestrator]
pub async fn pay(ctx: &Context, closes: Timestamp) -> Result<bool> {
    Ok(Desk { closes }.is_open(ctx.now()))
}
