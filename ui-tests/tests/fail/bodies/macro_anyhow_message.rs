#![allow(unused)]
// a clock inside of the message of anyhow!
use durable::prelude::*;
use anyhow::anyhow;
use chrono::Utc;

#[activity]
async fn lookup(user: u64) -> Result<Option<String>> {
    Ok((user > 10).then(|| "Ada".to_owned()))
}

#[orchestrator]
async fn greet(ctx: &Context, user: u64) -> Result<String> {
    let name = ctx.call(lookup(user)).await?;
    name.ok_or_else(|| Error::new(anyhow!("no user {user} at {}", Utc::now().to_rfc3339())))
}

fn main() {}
