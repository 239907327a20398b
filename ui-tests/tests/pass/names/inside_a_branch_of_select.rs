use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
pub async fn answer(ctx: &Context) -> Result<u32> {
    durable::select! {
        answer = ctx.event::<u32>("answer") => answer,
        () = ctx.timer(Duration::from_secs(60)) => {
            ctx.set_status("nobody answered");
            Ok(ctx.generation())
        },
    }
}
