#![allow(unused)]
// bad: settings are awaited on a tokio watch channel
use durable::prelude::*;
use tokio::sync::watch;

#[derive(Debug, Clone, Default)]
struct Settings {
    batch: usize,
    dry_run: bool,
}

#[activity]
async fn delete_users(ids: Vec<u64>, dry_run: bool) -> Result<usize> {
    Ok(if dry_run { 0 } else { ids.len() })
}

#[orchestrator]
async fn purge_users(ctx: &Context, ids: Vec<u64>, batch: usize) -> Result<usize> {
    let (settings, mut changes) = watch::channel(Settings::default());
    settings.send_modify(|settings| settings.batch = batch.clamp(1, 500));
    changes.changed().await?;
    let Settings { batch, dry_run } = changes.borrow().clone();
    let mut deleted = 0;
    for chunk in ids.chunks(batch) {
        deleted += ctx.call(delete_users(chunk.to_vec(), dry_run)).await?;
        ctx.set_status(&deleted);
    }
    Ok(deleted)
}

fn main() {}
