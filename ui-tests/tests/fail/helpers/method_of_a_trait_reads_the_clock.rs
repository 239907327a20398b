#![allow(unused)]
use chrono::Utc;
use durable::prelude::*;

trait Stamped {
    fn stamped(&self) -> i64;
}

impl Stamped for u64 {
    fn stamped(&self) -> i64 {
        Utc::now().timestamp()
    }
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<i64> {
    Ok(cents.stamped())
}

fn main() {}
