#![allow(unused)]
use durable::prelude::*;

struct Desk;

impl Desk {
    #[deterministic]
    fn number(&self) -> u64 {
        rand::random()
    }
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<u64> {
    Ok(Desk.number())
}

fn main() {}
