#![allow(unused)]
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
struct Stock(u32);

#[orchestrator]
async fn take(ctx: &mut Context) -> Result<()> {
    let (stock, _section) = ctx.lock(Stock::at("tea")).await?;
    Ok(())
}

fn main() {}
