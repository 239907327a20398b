#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn check(ctx: &Context, cents: u64) -> Result<String> {
    let checked = || {
        if cents == 0 {
            anyhow::bail!("nothing to pay in process {}", std::process::id());
        }
        Ok(cents)
    };
    Ok(format!("{:?}", checked()))
}

fn main() {}
