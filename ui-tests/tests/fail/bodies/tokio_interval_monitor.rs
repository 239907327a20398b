#![allow(unused)]
// bad: the monitor loop ticks with tokio::time::interval
use std::time::Duration;

use durable::prelude::*;

#[activity]
async fn temperature(room: String) -> Result<f64> {
    Ok(room.len() as f64 + 15.0)
}

#[activity]
async fn alarm(room: String, celsius: f64) -> Result<()> {
    tracing::warn!("{room}: {celsius}");
    Ok(())
}

#[orchestrator]
async fn watch_room(ctx: &Context, room: String, limit: f64) -> Result<u32> {
    let mut ticks = tokio::time::interval(Duration::from_secs(60));
    let mut alarms = 0;
    for minute in 0..60 {
        let _ = ticks.tick().await;
        let celsius = ctx.call(temperature(room.clone())).await?;
        if celsius > limit {
            alarms += 1;
            ctx.call(alarm(room.clone(), celsius)).await?;
        }
        if alarms >= 3 {
            ctx.set_status(&format!("three alarms by minute {minute}"));
            break;
        }
    }
    Ok(alarms)
}

fn main() {}
