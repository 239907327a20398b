// good: SMS verification, with three tries within ninety seconds
use std::time::Duration;

use durable::prelude::*;

#[activity]
async fn send_sms_challenge(phone: String, code: u64) -> Result<()> {
    tracing::info!("{phone}: {code:04}");
    Ok(())
}

#[orchestrator]
async fn verify_phone(ctx: &Context, phone: String) -> Result<bool> {
    let code = ctx.rng().below(10_000);
    ctx.call(send_sms_challenge(phone, code)).await?;
    let deadline = ctx.now() + Duration::from_secs(90);
    let mut verified = false;
    for attempt in 0..=3_u8 {
        match durable::race(ctx.event::<u64>("sms-response"), ctx.timer_at(deadline)).await {
            Either::Left(response) => {
                if response? == code {
                    verified = true;
                    break;
                }
                tracing::info!(attempt, "wrong code");
            }
            Either::Right(()) => break,
        }
    }
    Ok(verified)
}
