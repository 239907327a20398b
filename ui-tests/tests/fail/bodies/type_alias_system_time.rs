#![allow(unused)]
// bad: SystemTime::now behind a type alias
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use durable::prelude::*;

type Wall = SystemTime;

#[activity]
async fn rotate(secret: String, serial: u64) -> Result<String> {
    Ok(format!("{secret}-{serial}"))
}

#[activity]
async fn announce(secret: String) -> Result<()> {
    tracing::info!("{secret} is new");
    Ok(())
}

#[orchestrator]
async fn rotate_secrets(ctx: &Context, secrets: Vec<String>) -> Result<Vec<String>> {
    let mut rotated = Vec::new();
    for secret in secrets {
        let serial = Wall::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let fresh = ctx.call(rotate(secret, serial)).await?;
        ctx.call(announce(fresh.clone())).await?;
        rotated.push(fresh);
        ctx.timer(Duration::from_secs(5)).await;
    }
    Ok(rotated)
}

fn main() {}
