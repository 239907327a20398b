use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
pub async fn answer(ctx: &Context) -> Result<u64> {
    let mut deadline = ctx.timer(Duration::from_secs(60));
    durable::select! {
        answer = async { ctx.event::<u64>("answer").await } => answer,
        () = &mut deadline => ctx.event("late answer").await,
    }
}
