#![allow(unused)]
use durable::prelude::*;
use std::time::SystemTime;

#[orchestrator]
async fn overdue(ctx: &Context, deadline: SystemTime) -> Result<bool> {
    let clocks: [fn() -> SystemTime; 1] = [SystemTime::now];
    Ok(clocks.iter().any(|clock| clock() > deadline))
}

fn main() {}
