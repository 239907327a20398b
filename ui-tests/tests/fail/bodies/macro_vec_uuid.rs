#![allow(unused)]
// a random id inside of vec!
use durable::prelude::*;
use uuid::Uuid;

#[orchestrator]
async fn slots(ctx: &Context, count: usize) -> Result<Vec<Uuid>> {
    ctx.set_status(&count);
    Ok(vec![Uuid::new_v4(); count])
}

fn main() {}
