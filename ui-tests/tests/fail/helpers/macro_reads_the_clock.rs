#![allow(unused)]
use durable::prelude::*;

macro_rules! stamp {
    () => {
        chrono::Utc::now().timestamp()
    };
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<i64> {
    Ok(stamp!())
}

fn main() {}
