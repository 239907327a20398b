#![allow(unused)]
// an operator that asks the clock
use durable::prelude::*;
use std::{
    ops::Sub,
    time::{Duration, SystemTime},
};

#[derive(Clone, Copy)]
struct Now;

impl Sub<Timestamp> for Now {
    type Output = Duration;

    fn sub(self, earlier: Timestamp) -> Duration {
        Timestamp::from(SystemTime::now()).since(earlier)
    }
}

#[orchestrator]
async fn waited(ctx: &Context, since: Timestamp) -> Result<Duration> {
    ctx.set_status("computing");
    Ok(Now - since)
}

fn main() {}
