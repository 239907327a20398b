#![allow(unused)]
// reached through a glob re-export
use durable::prelude::*;
mod compat {
    pub use std::time::*;
}

use compat::*;

#[orchestrator]
async fn measured(ctx: &Context, pause: Duration) -> Result<bool> {
    let began = Instant::now();
    ctx.timer(pause).await;
    Ok(began.checked_add(pause).is_some())
}

fn main() {}
