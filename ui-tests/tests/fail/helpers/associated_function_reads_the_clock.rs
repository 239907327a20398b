#![allow(unused)]
use chrono::Utc;
use durable::prelude::*;

struct Desk;

impl Desk {
    fn stamp() -> i64 {
        Utc::now().timestamp()
    }
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<i64> {
    Ok(Desk::stamp())
}

fn main() {}
