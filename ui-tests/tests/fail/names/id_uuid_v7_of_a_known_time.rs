#![allow(unused)]
use durable::prelude::*;
use uuid::{NoContext, Timestamp as Moment, Uuid};

#[orchestrator]
async fn number(ctx: &Context, seconds: u64) -> Result<Uuid> {
    Ok(Uuid::new_v7(Moment::from_unix(NoContext, seconds, 0)))
}

fn main() {}
