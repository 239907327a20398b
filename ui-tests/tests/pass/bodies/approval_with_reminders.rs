// reminders until somebody answers
use durable::prelude::*;
use std::{ops::ControlFlow, time::Duration};

#[activity]
async fn remind(number: u32) -> Result<()> {
    tracing::info!(number);
    Ok(())
}

#[orchestrator]
async fn approval(ctx: &Context) -> Result<Option<bool>> {
    for number in 1..=3_u32 {
        let flow = durable::select! {
            answer = ctx.event::<bool>("answer") => ControlFlow::Break(answer?),
            () = ctx.timer(Duration::from_secs(3600 * u64::from(number))) => ControlFlow::Continue(()),
        };
        match flow {
            ControlFlow::Break(answer) => return Ok(Some(answer)),
            ControlFlow::Continue(()) => ctx.call(remind(number)).await?,
        }
    }
    Ok(None)
}
