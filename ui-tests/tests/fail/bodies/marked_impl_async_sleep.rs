#![allow(unused)]
// bad: an async method of a marked impl awaits tokio's sleep
use std::time::Duration;

use durable::prelude::*;

struct Poller<'a> {
    ctx: &'a Context,
    pause: Duration,
    limit: u32,
}

#[activity]
async fn is_ready(resource: String) -> Result<bool> {
    Ok(resource.len() > 3)
}

#[deterministic]
impl<'a> Poller<'a> {
    fn new(ctx: &'a Context, pause: Duration) -> Self {
        Self { ctx, pause, limit: 50 }
    }

    async fn wait_for(&self, resource: &str) -> Result<u32> {
        for round in 1..=self.limit {
            if self.ctx.call(is_ready(resource.to_owned())).await? {
                return Ok(round);
            }
            tokio::time::sleep(self.pause).await;
        }
        Err(Error::new(format!("{resource} is never ready")))
    }
}

#[orchestrator]
async fn wait_for_all(ctx: &Context, resources: Vec<String>) -> Result<u32> {
    let poller = Poller::new(ctx, Duration::from_secs(15));
    let mut rounds = 0;
    for resource in &resources {
        rounds += poller.wait_for(resource).await?;
    }
    Ok(rounds)
}

fn main() {}
