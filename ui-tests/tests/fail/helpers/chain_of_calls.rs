#![allow(unused)]
use durable::prelude::*;

struct Desk;

impl Desk {
    fn outer() -> u32 {
        Self::inner()
    }

    fn inner() -> u32 {
        std::process::id()
    }
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<u32> {
    Ok(Desk::outer())
}

fn main() {}
