#![allow(unused)]
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[orchestrator]
async fn caller(ctx: &Context, account: String) -> Result<i64> {
    ctx.call(account.operation::<i64>("add", &1)).await
}

fn main() {}
