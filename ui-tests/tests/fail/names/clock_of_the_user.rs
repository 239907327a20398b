#![allow(unused)]
use durable::prelude::*;
use std::time::SystemTime;

struct Clock;

impl Clock {
    fn now() -> SystemTime {
        SystemTime::now()
    }
}

#[orchestrator]
async fn overdue(ctx: &Context, deadline: SystemTime) -> Result<bool> {
    Ok(Clock::now() > deadline)
}

fn main() {}
