#![allow(unused)]
use chrono::Utc;
use durable::prelude::*;

struct Order {
    cents: u64,
}

#[deterministic]
impl Order {
    fn tax(&self) -> u64 {
        self.cents / 5
    }

    fn label(&self) -> String {
        format!("{} at {}", self.tax(), Utc::now())
    }
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<String> {
    Ok(Order { cents }.label())
}

fn main() {}
