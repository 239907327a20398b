#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

struct Desk;

impl Desk {
    async fn wait(&self, ctx: &Context) {
        ctx.timer(Duration::from_secs(1)).await;
    }
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<()> {
    Desk.wait(ctx).await;
    Ok(())
}

fn main() {}
