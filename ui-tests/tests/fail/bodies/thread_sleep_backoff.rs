#![allow(unused)]
// bad: the pause between attempts blocks the thread
use std::{thread, time::Duration};

use durable::prelude::*;

#[activity]
async fn charge(card: String, cents: u64) -> Result<String> {
    Ok(format!("{card}:{cents}"))
}

#[orchestrator]
async fn charge_with_backoff(ctx: &Context, card: String, cents: u64) -> Result<String> {
    let mut attempt = 0_u32;
    loop {
        attempt += 1;
        let error = match ctx.call(charge(card.clone(), cents)).await {
            Ok(receipt) => return Ok(receipt),
            Err(error) => error,
        };
        if !error.is_retryable() || attempt >= 5 {
            return Err(error.context(format!("gave up after {attempt} attempts")));
        }
        let pause = Duration::from_millis(100 * 2_u64.pow(attempt));
        tracing::warn!(attempt, ?pause, "trying again");
        thread::sleep(pause);
    }
}

fn main() {}
