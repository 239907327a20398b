#![allow(unused)]
// through a type parameter of a marked helper
use durable::prelude::*;
use std::time::SystemTime;

trait Clock {
    fn now() -> SystemTime;
}

struct Wall;

impl Clock for Wall {
    fn now() -> SystemTime {
        SystemTime::now()
    }
}

#[deterministic]
fn is_past<C: Clock>(time: Timestamp) -> bool {
    Timestamp::from(C::now()) > time
}

#[orchestrator]
async fn overdue(ctx: &Context, due: Timestamp) -> Result<bool> {
    ctx.set_status("checking");
    Ok(is_past::<Wall>(due))
}

fn main() {}
