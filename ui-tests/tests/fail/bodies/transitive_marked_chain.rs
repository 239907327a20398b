#![allow(unused)]
// marked helper, marked helper, clock
use durable::prelude::*;
use std::time::SystemTime;

#[deterministic]
fn current() -> Timestamp {
    SystemTime::now().into()
}

#[deterministic]
fn is_due(due: Timestamp) -> bool {
    due <= current()
}

#[orchestrator]
async fn remind(ctx: &Context, due: Timestamp) -> Result<bool> {
    ctx.set_status("checking");
    Ok(is_due(due))
}

fn main() {}
