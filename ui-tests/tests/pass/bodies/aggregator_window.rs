// good: events are collected until the window closes
use std::{collections::BTreeMap, time::Duration};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Reading {
    sensor: String,
    milli_celsius: i64,
}

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Summary {
    low: Option<i64>,
    high: Option<i64>,
    count: u32,
}

impl Summary {
    fn add(&mut self, value: i64) {
        self.low = Some(self.low.map_or(value, |low| low.min(value)));
        self.high = self.high.max(Some(value));
        self.count += 1;
    }
}

#[orchestrator]
async fn summarize(ctx: &Context, seconds: u64) -> Result<BTreeMap<String, Summary>> {
    let mut summaries = BTreeMap::<String, Summary>::new();
    let mut window = ctx.timer(Duration::from_secs(seconds));
    loop {
        durable::select! {
            reading = ctx.event::<Reading>("reading") => {
                let Reading { sensor, milli_celsius } = reading?;
                summaries.entry(sensor).or_default().add(milli_celsius);
            },
            () = &mut window => break,
        }
    }
    Ok(summaries)
}
