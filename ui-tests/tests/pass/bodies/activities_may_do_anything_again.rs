// good: the activities of this file use clocks, randomness, files, threads and the network; the orchestrator does not
use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant, SystemTime},
};

use durable::prelude::*;
use rand::seq::SliceRandom;
use uuid::Uuid;

static CALLS: AtomicU64 = AtomicU64::new(0);

fn elapsed_since(begin: Instant) -> u64 {
    begin.elapsed().as_millis() as u64
}

#[activity]
async fn timed_download(url: String) -> Result<(String, u64)> {
    let begin = Instant::now();
    CALLS.fetch_add(1, Ordering::Relaxed);
    let body = reqwest::get(&url).await?.text().await?;
    println!("{url}: {} bytes", body.len());
    Ok((body, elapsed_since(begin)))
}

#[activity]
async fn save(body: String) -> Result<String> {
    let path = std::env::temp_dir().join(Uuid::new_v4().to_string());
    tokio::fs::write(&path, &body).await?;
    tokio::time::sleep(Duration::from_millis(5)).await;
    Ok(path.to_string_lossy().into_owned())
}

#[activity]
fn word_counts(body: String) -> Result<Vec<(String, u32)>> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for word in body.split_whitespace() {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.shuffle(&mut rand::rng());
    Ok(counts)
}

#[activity]
async fn stamp() -> Result<u64> {
    Ok(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs())
}

#[orchestrator]
async fn archive(ctx: &Context, url: String) -> Result<(String, u64)> {
    let (body, millis) = ctx.call(timed_download(url)).await?;
    let mut counts = ctx.call(word_counts(body.clone())).await?;
    counts.sort_by(|(word_a, a), (word_b, b)| b.cmp(a).then_with(|| word_a.cmp(word_b)));
    let path = ctx.call(save(body)).await?;
    let stamped = ctx.call(stamp()).await?;
    tracing::info!(millis, top = ?counts.first(), "archived");
    Ok((path, stamped))
}
