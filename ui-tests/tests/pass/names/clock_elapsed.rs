use durable::prelude::*;
use std::time::{Duration, SystemTime};

#[derive(Debug)]
pub struct Watch {
    began: Timestamp,
}

impl Watch {
    fn elapsed(&self, now: Timestamp) -> Duration {
        now - self.began
    }
}

#[orchestrator]
pub async fn age(ctx: &Context, began: SystemTime) -> Result<u64> {
    let watch = Watch { began: began.into() };
    ctx.timer(Duration::from_secs(1)).await;
    let lasted = SystemTime::from(ctx.now()).duration_since(began)?;
    Ok(lasted.max(watch.elapsed(ctx.now())).as_secs())
}
