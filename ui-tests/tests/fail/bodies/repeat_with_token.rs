#![allow(unused)]
// bad: a token is made of characters that fastrand draws
use std::{iter::repeat_with, time::Duration};

use durable::prelude::*;

#[activity]
async fn mail_code(address: String, code: String) -> Result<()> {
    tracing::info!("{address}: {} digits", code.len());
    Ok(())
}

#[activity]
async fn mark_verified(address: String) -> Result<()> {
    tracing::info!("{address} verified");
    Ok(())
}

#[orchestrator]
async fn verify_address(ctx: &Context, address: String) -> Result<bool> {
    for round in 1..=3 {
        let code: String = repeat_with(|| fastrand::digit(10)).take(6).collect();
        ctx.call(mail_code(address.clone(), code.clone())).await?;
        let entered = ctx.event::<String>("code").timeout(Duration::from_secs(600)).await;
        match entered {
            Ok(text) if text.trim() == code => {
                ctx.call(mark_verified(address)).await?;
                return Ok(true);
            }
            Ok(_) => tracing::info!(round, "wrong code"),
            Err(_) => tracing::info!(round, "no code"),
        }
    }
    Ok(false)
}

fn main() {}
