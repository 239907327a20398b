#![allow(unused)]
// bad: tokio::time::timeout around a call
use std::time::Duration;

use durable::prelude::*;

#[activity]
async fn authorize(card: String, cents: u64) -> Result<String> {
    Ok(format!("auth-{card}-{cents}"))
}

#[activity]
async fn capture(authorization: String) -> Result<String> {
    Ok(authorization.replace("auth", "capture"))
}

#[activity]
async fn void(card: String) -> Result<()> {
    tracing::info!("{card} voided");
    Ok(())
}

#[orchestrator]
async fn pay(ctx: &Context, card: String, cents: u64) -> Result<String> {
    if cents == 0 {
        return Err(Error::fatal("nothing to pay"));
    }
    let call = ctx.call(authorize(card.clone(), cents)).into_future();
    let authorization = match tokio::time::timeout(Duration::from_secs(30), call).await {
        Ok(result) => result?,
        Err(_) => {
            ctx.call(void(card)).await?;
            return Err(Error::new("the bank did not answer in time"));
        }
    };
    ctx.call(capture(authorization)).await
}

fn main() {}
