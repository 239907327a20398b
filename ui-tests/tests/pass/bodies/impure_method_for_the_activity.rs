// a type with one impure method, which only the activity calls
use durable::prelude::*;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Reading {
    value: f64,
    at: Timestamp,
}

impl Reading {
    fn take(value: f64) -> Self {
        Self { value, at: SystemTime::now().into() }
    }

    fn is_high(&self) -> bool {
        self.value > 0.8
    }

    fn age_at(&self, time: Timestamp) -> u64 {
        time.since(self.at).as_secs()
    }
}

#[activity]
async fn read_sensor(channel: u8) -> Result<Reading> {
    Ok(Reading::take(f64::from(channel) / 10.0))
}

#[orchestrator]
async fn watch(ctx: &Context) -> Result<u64> {
    let reading = ctx.call(read_sensor(9)).await?;
    Ok(if reading.is_high() { reading.age_at(ctx.now()) } else { 0 })
}
