#![allow(unused)]
use chrono::Utc;
use durable::prelude::*;
use std::time::{Duration, SystemTime};
use uuid::Uuid;

#[activity]
async fn charge(cents: u64, id: String) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn order(ctx: &Context, cents: u64) -> Result<u64> {
    let day = Utc::now();
    let late = SystemTime::now();
    let draw: f64 = rand::random();
    let id = Uuid::new_v4();
    let page = reqwest::get("https://example.org").await?;
    let terms = std::fs::read("terms.txt")?;
    tokio::time::sleep(Duration::from_secs(60)).await;
    tokio::select! {
        paid = ctx.call(charge(cents, id.to_string())) => paid,
        _ = ctx.timer(Duration::from_secs(60)) => Ok(0),
    }
}

fn main() {}
