//! A case.

use durable::prelude::*;

#[activity(persist_first)]
async fn charge(card: String) -> Result<String> {
    Ok(card)
}

#[activity(name = "refund", persist_first)]
fn pay_back(card: String) -> Result<String> {
    Ok(card)
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<String> {
    let card = ctx.call(charge(String::new())).await?;
    ctx.call(pay_back(card)).await
}

const _: Registry = registry![caller, charge, pay_back];
