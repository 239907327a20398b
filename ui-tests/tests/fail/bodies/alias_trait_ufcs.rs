#![allow(unused)]
// a trait function of the user's own clock
use durable::prelude::*;
use std::time::{SystemTime, UNIX_EPOCH};

trait Clock {
    fn millis() -> u128;
}

struct Wall;

impl Clock for Wall {
    fn millis() -> u128 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis())
    }
}

#[orchestrator]
async fn even_moment(ctx: &Context) -> Result<bool> {
    ctx.set_status("looking");
    Ok(<Wall as Clock>::millis() % 2 == 0)
}

fn main() {}
