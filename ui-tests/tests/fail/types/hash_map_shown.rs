#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
async fn show(ctx: &Context, prices: HashMap<String, u64>) -> Result<String> {
    Ok(format!("{prices:?}"))
}

fn main() {}
