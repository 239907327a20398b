#![allow(unused)]
// bad: the backoff jitter comes from rand::random
use std::time::Duration;

use durable::prelude::*;

const MAX_ATTEMPTS: u32 = 6;

#[activity]
async fn post_webhook(url: String, body: String) -> Result<u16> {
    tracing::debug!("POST {url}: {body}");
    Ok(202)
}

#[activity]
async fn move_to_dead_letters(url: String, body: String) -> Result<()> {
    tracing::warn!("giving up on {url}: {body}");
    Ok(())
}

#[orchestrator]
async fn deliver_webhook(ctx: &Context, url: String, body: String) -> Result<bool> {
    let mut delay = Duration::from_millis(500);
    for attempt in 1..=MAX_ATTEMPTS {
        match ctx.call(post_webhook(url.clone(), body.clone())).await {
            Ok(code) if (200..300).contains(&code) => return Ok(true),
            Ok(code) => tracing::warn!(attempt, code, "webhook refused"),
            Err(error) => tracing::warn!(attempt, %error, "webhook failed"),
        }
        let factor = 0.5 + rand::random::<f64>();
        ctx.timer(delay.mul_f64(factor)).await;
        delay = (delay * 2).min(Duration::from_secs(60));
    }
    ctx.call(move_to_dead_letters(url, body)).await?;
    Ok(false)
}

fn main() {}
