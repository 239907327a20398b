#![allow(unused)]
use durable::EntityId;
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[orchestrator]
async fn caller(ctx: &Context, account: EntityId) -> Result<()> {
    ctx.signal(account.operation("add", &1));
    Ok(())
}

fn main() {}
