// good: an entity aggregates, orchestrators signal and ask it
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Stats {
    count: u64,
    sum: i64,
}

#[entity]
impl Stats {
    fn record(&mut self, value: i64) {
        self.count += 1;
        self.sum += value;
    }

    fn mean(&self) -> Option<i64> {
        i64::try_from(self.count).ok().filter(|count| *count > 0).map(|count| self.sum / count)
    }

    fn reset(&mut self) -> u64 {
        std::mem::take(self).count
    }
}

#[activity]
async fn measure(device: String) -> Result<Vec<i64>> {
    Ok(device.bytes().map(i64::from).collect())
}

#[orchestrator]
async fn aggregate(ctx: &Context, devices: Vec<String>, room: String) -> Result<Option<i64>> {
    for device in &devices {
        for value in ctx.call(measure(device.clone())).await? {
            ctx.signal(Stats::at(&room).record(value));
        }
    }
    let mean = ctx.call(Stats::at(&room).mean()).await?;
    let forgotten = ctx.call(Stats::at(&room).reset()).await?;
    tracing::info!(forgotten, "{room} was reset");
    Ok(mean)
}
