// good: the next occurrence of a schedule is computed from ctx.now() with plain integers
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Schedule {
    hours: Vec<u8>,
    minute: u8,
    weekdays: Vec<u8>,
}

const DAY: i64 = 86_400;

impl Schedule {
    fn next_after(&self, seconds: i64) -> Option<i64> {
        let today = seconds.div_euclid(DAY);
        (today..=today + 7)
            .filter(|day| {
                let weekday = (day + 4).rem_euclid(7);
                self.weekdays.is_empty() || self.weekdays.iter().any(|wanted| i64::from(*wanted) == weekday)
            })
            .flat_map(|day| self.hours.iter().map(move |hour| (day, i64::from(*hour))))
            .map(|(day, hour)| day * DAY + hour * 3_600 + i64::from(self.minute) * 60)
            .filter(|candidate| *candidate > seconds)
            .min()
    }
}

#[activity]
async fn water_the_plants(liters: u32) -> Result<u32> {
    Ok(liters)
}

#[orchestrator]
async fn watering(ctx: &Context, schedule: Schedule, total: u32) -> Result<u32> {
    let now = ctx.now().as_micros().div_euclid(1_000_000);
    let next = schedule.next_after(now).ok_or_else(|| Error::fatal("a schedule without hours"))?;
    ctx.timer_at(Timestamp::from_micros(next * 1_000_000)).await;
    let total = total + ctx.call(water_the_plants(3)).timeout(Duration::from_secs(600)).await?;
    if total > 1_000 {
        return Ok(total);
    }
    ctx.continue_as_new(watering(schedule, total)).await
}
