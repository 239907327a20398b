#![allow(unused)]
use durable::prelude::*;
use std::time::SystemTime;

struct Desk {
    closes: SystemTime,
}

impl Desk {
    fn is_open(&self) -> bool {
        self.closes > SystemTime::now()
    }
}

#[orchestrator]
async fn pay(ctx: &Context, closes: SystemTime) -> Result<bool> {
    Ok(Desk { closes }.is_open())
}

fn main() {}
