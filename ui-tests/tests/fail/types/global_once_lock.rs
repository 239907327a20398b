#![allow(unused)]
use durable::prelude::*;
use std::sync::OnceLock;

static RATE: OnceLock<u64> = OnceLock::new();

#[orchestrator]
async fn rate(ctx: &Context, given: u64) -> Result<u64> {
    Ok(*RATE.get_or_init(|| given))
}

fn main() {}
