#![allow(unused)]
use durable::prelude::*;

mod clock {
    pub use std::time::SystemTime as Wall;
}

#[orchestrator]
async fn overdue(ctx: &Context, deadline: clock::Wall) -> Result<bool> {
    Ok(clock::Wall::now() > deadline)
}

fn main() {}
