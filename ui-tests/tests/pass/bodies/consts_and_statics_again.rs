// good: constants and statics of plain data
use std::time::Duration;

use durable::prelude::*;

const MINUTE: Duration = Duration::from_secs(60);
const PAUSES: [Duration; 4] = [MINUTE, MINUTE.saturating_mul(5), MINUTE.saturating_mul(30), MINUTE.saturating_mul(120)];
const GREETINGS: &[(&str, &str)] = &[("de", "Guten Tag"), ("en", "Hello"), ("fr", "Bonjour")];

static FALLBACK: &str = "Hi";
static WEIGHTS: [u8; 5] = [1, 3, 5, 7, 9];

struct Limits {
    per_day: u32,
    name: &'static str,
}

static LIMITS: [Limits; 2] = [Limits { per_day: 10, name: "free" }, Limits { per_day: 1_000, name: "paid" }];

#[activity]
async fn greet(text: String, name: String) -> Result<usize> {
    Ok(text.len() + name.len())
}

#[orchestrator]
async fn greet_everybody(ctx: &Context, people: Vec<(String, String)>, plan: String) -> Result<usize> {
    let limit = LIMITS.iter().find(|limits| limits.name == plan).map_or(1, |limits| limits.per_day);
    let mut sum = 0;
    for ((name, language), weight) in people.into_iter().take(limit as usize).zip(WEIGHTS.iter().cycle()) {
        let greeting = GREETINGS.iter().find_map(|(code, text)| (*code == language).then_some(*text)).unwrap_or(FALLBACK);
        sum += usize::from(*weight) * ctx.call(greet(greeting.to_owned(), name)).await?;
    }
    for pause in PAUSES {
        if sum > 100 {
            break;
        }
        ctx.timer(pause).await;
        sum *= 2;
    }
    Ok(sum)
}
