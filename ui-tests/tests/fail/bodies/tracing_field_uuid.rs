#![allow(unused)]
// bad: a request id is drawn inside the arguments of a tracing macro
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Transfer {
    from: String,
    to: String,
    cents: u64,
}

#[activity]
async fn debit(account: String, cents: u64) -> Result<()> {
    tracing::info!("{account} -{cents}");
    Ok(())
}

#[activity]
async fn credit(account: String, cents: u64) -> Result<()> {
    tracing::info!("{account} +{cents}");
    Ok(())
}

#[orchestrator]
async fn transfer(ctx: &Context, transfer: Transfer) -> Result<()> {
    let Transfer { from, to, cents } = transfer;
    if from == to {
        return Err(Error::fatal("from and to are the same account"));
    }
    tracing::info!(request_id = %uuid::Uuid::new_v4(), %from, %to, cents, "transfer begins");
    ctx.call(debit(from.clone(), cents)).await?;
    if let Err(error) = ctx.call(credit(to, cents)).await {
        ctx.call(credit(from, cents)).await?;
        return Err(error.context("the transfer was undone"));
    }
    Ok(())
}

fn main() {}
