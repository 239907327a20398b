#![allow(unused)]
// a constant block is fine, the block beside it is not
use durable::prelude::*;
use std::time::{Duration, SystemTime};

#[orchestrator]
async fn window(ctx: &Context) -> Result<Timestamp> {
    ctx.set_status("computing");
    let end = {
        const LENGTH: Duration = Duration::from_secs(90);
        let start = SystemTime::now();
        start + const { Duration::from_millis(500) } + LENGTH
    };
    Ok(end.into())
}

fn main() {}
