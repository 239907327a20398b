#![allow(unused)]
// bad: tokio::time::sleep between two polls
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Stage {
    Queued,
    Building { percent: u8 },
    Done { artifact: String },
    Broken(String),
}

#[activity]
async fn build_stage(build: u64) -> Result<Stage> {
    Ok(if build % 2 == 0 { Stage::Queued } else { Stage::Done { artifact: format!("{build}.tar") } })
}

#[orchestrator]
async fn wait_for_build(ctx: &Context, build: u64) -> Result<String> {
    for _ in 0..120 {
        match ctx.call(build_stage(build)).await? {
            Stage::Done { artifact } => return Ok(artifact),
            Stage::Broken(reason) => return Err(Error::fatal(reason)),
            Stage::Building { percent } => ctx.set_status(&percent),
            Stage::Queued => ctx.set_status("queued"),
        }
        sleep(Duration::from_secs(30)).await;
    }
    Err(Error::new("the build takes more than an hour"))
}

fn main() {}
