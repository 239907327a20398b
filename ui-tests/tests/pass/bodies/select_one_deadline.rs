// one timer for all rounds of a loop
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn auction(ctx: &Context, minimum: u64) -> Result<Option<(String, u64)>> {
    let mut end = ctx.timer(Duration::from_secs(3600));
    let mut best: Option<(String, u64)> = None;
    loop {
        durable::select! {
            () = &mut end => return Ok(best),
            bid = ctx.event::<(String, u64)>("bid") => {
                let (bidder, cents) = bid?;
                if cents > best.as_ref().map_or(minimum, |(_, cents)| *cents) {
                    ctx.set_status(&(&bidder, cents));
                    best = Some((bidder, cents));
                }
            },
        }
    }
}
