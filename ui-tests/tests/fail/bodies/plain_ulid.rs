#![allow(unused)]
// Ulid::new
use durable::prelude::*;
use ulid::Ulid;

#[orchestrator]
async fn ticket(ctx: &Context) -> Result<String> {
    let number = Ulid::new().to_string();
    ctx.set_status(&number);
    Ok(number)
}

fn main() {}
