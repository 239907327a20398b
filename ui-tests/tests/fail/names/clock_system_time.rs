#![allow(unused)]
use durable::prelude::*;
use std::time::SystemTime;

#[orchestrator]
async fn overdue(ctx: &Context, deadline: SystemTime) -> Result<bool> {
    Ok(SystemTime::now() > deadline)
}

fn main() {}
