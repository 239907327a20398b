use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
pub async fn first(ctx: &Context) -> Result<u64> {
    durable::select! {
        () = ctx.timer(Duration::from_secs(1)) => Ok(1),
        n = ctx.event::<u64>("n") => n,
    }
}
