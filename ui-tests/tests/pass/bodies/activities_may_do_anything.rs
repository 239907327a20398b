// the activities beside the orchestrator use clocks, files and globals
use durable::prelude::*;
use std::{
    collections::HashMap,
    env, fs,
    sync::atomic::{AtomicU64, Ordering},
    time::{Instant, SystemTime},
};

static CALLS: AtomicU64 = AtomicU64::new(0);

fn load(path: &str) -> std::io::Result<HashMap<String, u64>> {
    let text = fs::read_to_string(path)?;
    Ok(text.lines().filter_map(|line| line.split_once('=')).filter_map(|(k, v)| Some((k.into(), v.parse().ok()?))).collect())
}

#[activity]
async fn measure(path: String) -> Result<Vec<u64>> {
    let began = Instant::now();
    CALLS.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(std::time::Duration::from_millis(fastrand::u64(1..5))).await;
    println!("{:?} {:?}", SystemTime::now(), env::var("HOME"));
    let values = load(&path)?;
    tracing::info!(elapsed = ?began.elapsed());
    Ok(values.into_values().collect())
}

#[orchestrator]
async fn total(ctx: &Context, paths: Vec<String>) -> Result<u64> {
    let values = durable::try_join_all(paths.into_iter().map(|path| ctx.call(measure(path)))).await?;
    Ok(values.into_iter().flatten().sum())
}
