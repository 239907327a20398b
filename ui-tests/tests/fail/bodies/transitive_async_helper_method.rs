#![allow(unused)]
// marked async helper, method, environment
use durable::prelude::*;
struct Settings;

impl Settings {
    fn batch_size() -> usize {
        std::env::var("BATCH").ok().and_then(|text| text.parse().ok()).unwrap_or(10)
    }
}

#[activity]
async fn upload(rows: Vec<u64>) -> Result<usize> {
    Ok(rows.len())
}

#[deterministic]
async fn upload_all(ctx: &Context, rows: &[u64]) -> Result<usize> {
    let mut sum = 0;
    for batch in rows.chunks(Settings::batch_size()) {
        sum += ctx.call(upload(batch.to_vec())).await?;
    }
    Ok(sum)
}

#[orchestrator]
async fn sync(ctx: &Context, rows: Vec<u64>) -> Result<usize> {
    upload_all(ctx, &rows).await
}

fn main() {}
