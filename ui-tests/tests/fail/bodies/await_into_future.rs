#![allow(unused)]
// a wrapper that turns into a foreign future
use durable::prelude::*;
use std::time::Duration;

struct Delay {
    seconds: u64,
}

impl IntoFuture for Delay {
    type Output = ();
    type IntoFuture = tokio::time::Sleep;

    fn into_future(self) -> tokio::time::Sleep {
        tokio::time::sleep(Duration::from_secs(self.seconds))
    }
}

#[orchestrator]
async fn delayed(ctx: &Context, seconds: u64) -> Result<()> {
    ctx.set_status("waiting");
    Delay { seconds }.await;
    Ok(())
}

fn main() {}
