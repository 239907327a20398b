use durable::prelude::*;
use std::time::Duration;

#[activity]
pub async fn charge(ctx: &ActivityContext, cents: u64) -> Result<u64> {
    if ctx.cancellation().is_cancelled() {
        return Err(Error::new("nobody waits any more"));
    }
    Ok(cents)
}

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<u64> {
    durable::select! {
        paid = ctx.call(charge(5)) => paid,
        why = ctx.event::<String>("cancel") => Err(Error::fatal(why?)),
        () = ctx.timer(Duration::from_secs(60)) => Ok(0),
    }
}
