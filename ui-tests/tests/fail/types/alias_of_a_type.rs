#![allow(unused)]
use durable::prelude::*;

type Seconds = std::time::SystemTime;

#[orchestrator]
async fn overdue(ctx: &Context, deadline: Seconds) -> Result<bool> {
    Ok(Seconds::now() > deadline)
}

fn main() {}
