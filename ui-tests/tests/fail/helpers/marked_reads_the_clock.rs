#![allow(unused)]
use durable::prelude::*;
use std::time::SystemTime;

#[deterministic]
fn late(deadline: SystemTime) -> bool {
    SystemTime::now() > deadline
}

#[orchestrator]
async fn overdue(ctx: &Context, deadline: SystemTime) -> Result<bool> {
    Ok(late(deadline))
}

fn main() {}
