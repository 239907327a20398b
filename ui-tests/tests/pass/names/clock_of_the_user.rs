use durable::prelude::*;

#[derive(Debug)]
pub struct Clock {
    stopped_at: Timestamp,
}

impl Clock {
    fn now(&self) -> Timestamp {
        self.stopped_at
    }
}

#[orchestrator]
pub async fn overdue(ctx: &Context, deadline: Timestamp) -> Result<bool> {
    let clock = Clock { stopped_at: ctx.now() };
    Ok(clock.now() > deadline)
}
