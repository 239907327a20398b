// many entities at once
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Counter {
    value: u64,
}

#[entity]
impl Counter {
    fn add(&mut self, amount: u64) -> u64 {
        self.value += amount;
        self.value
    }
}

#[orchestrator]
async fn count_all(ctx: &Context, words: Vec<String>) -> Result<u64> {
    words.iter().filter(|word| word.len() < 4).for_each(|word| ctx.signal(Counter::at(word).add(1)));
    let long = words.iter().filter(|word| word.len() >= 4);
    let counts = durable::try_join_all(long.map(|word| ctx.call(Counter::at(word).add(1)))).await?;
    Ok(counts.into_iter().fold(0, u64::saturating_add))
}
