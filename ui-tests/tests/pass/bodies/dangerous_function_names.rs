// good: marked functions with names that only look dangerous
use std::time::Duration;

use durable::prelude::*;

#[deterministic]
fn sleep(hours: u64) -> Duration {
    Duration::from_secs(hours * 3_600)
}

#[deterministic]
fn random(seed: u64, bound: u64) -> u64 {
    seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1) % bound.max(1)
}

#[deterministic]
fn now(turn: u32) -> String {
    format!("turn {turn}")
}

#[deterministic]
fn spawn(parents: &[u64]) -> Vec<u64> {
    parents.iter().flat_map(|parent| [parent * 2, parent * 2 + 1]).collect()
}

const fn getrandom_len() -> usize {
    32
}

mod env {
    use durable::prelude::*;

    #[deterministic]
    pub fn var(tags: &str) -> Option<&str> {
        tags.split(';').find_map(|tag| tag.strip_prefix("region="))
    }
}

mod fs {
    use durable::prelude::*;

    #[deterministic]
    pub fn write(into: &mut Vec<String>, line: &str) -> usize {
        into.push(line.to_owned());
        into.len()
    }
}

#[activity]
async fn breed(creatures: Vec<u64>) -> Result<usize> {
    Ok(creatures.len())
}

#[orchestrator]
async fn game_of_life(ctx: &Context, seed: u64, tags: String) -> Result<usize> {
    let mut journal = Vec::new();
    let mut creatures = vec![random(seed, 10)];
    for turn in 0..4 {
        creatures = spawn(&creatures);
        let lines = fs::write(&mut journal, &now(turn));
        creatures.truncate(getrandom_len() + lines);
        ctx.timer(sleep(u64::from(turn) + 1)).await;
    }
    if env::var(&tags) == Some("eu") {
        creatures.reverse();
    }
    ctx.call(breed(creatures)).await
}
