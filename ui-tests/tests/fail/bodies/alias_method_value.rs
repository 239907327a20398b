#![allow(unused)]
// a method handed to a combinator
use durable::prelude::*;
use uuid::Uuid;

#[orchestrator]
async fn correlate(ctx: &Context, given: Option<Uuid>) -> Result<Uuid> {
    let id = given.unwrap_or_else(Uuid::new_v4);
    ctx.set_status(&id);
    Ok(id)
}

fn main() {}
