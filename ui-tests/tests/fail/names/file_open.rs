#![allow(unused)]
use durable::prelude::*;
use std::fs::File;

#[orchestrator]
async fn rates(ctx: &Context) -> Result<u64> {
    Ok(File::open("rates.json")?.metadata()?.len())
}

fn main() {}
