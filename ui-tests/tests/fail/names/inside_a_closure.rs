#![allow(unused)]
use durable::prelude::*;
use std::time::SystemTime;

#[orchestrator]
async fn overdue(ctx: &Context, deadline: SystemTime) -> Result<bool> {
    let late = || SystemTime::now() > deadline;
    Ok(late())
}

fn main() {}
