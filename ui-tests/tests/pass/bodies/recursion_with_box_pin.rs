// good: a recursive marked async helper through Box::pin
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Listing {
    bytes: u64,
    folders: Vec<String>,
}

#[activity]
async fn list(folder: String) -> Result<Listing> {
    let folders = if folder.len() < 12 { vec![format!("{folder}/sub")] } else { Vec::new() };
    Ok(Listing { bytes: folder.len() as u64, folders })
}

#[deterministic]
async fn size(ctx: &Context, folder: String, depth: u32) -> Result<u64> {
    if depth == 0 {
        return Ok(0);
    }
    let Listing { bytes, folders } = ctx.call(list(folder)).await?;
    let mut total = bytes;
    for folder in folders {
        total += Box::pin(size(ctx, folder, depth - 1)).await?;
    }
    Ok(total)
}

#[deterministic]
fn ackermann(m: u64, n: u64) -> u64 {
    match (m, n) {
        (0, n) => n + 1,
        (m, 0) => ackermann(m - 1, 1),
        (m, n) => ackermann(m - 1, ackermann(m, n - 1)),
    }
}

#[orchestrator]
async fn disk_usage(ctx: &Context, roots: Vec<String>) -> Result<u64> {
    let mut total = ackermann(1, 2);
    for root in roots {
        total += size(ctx, root, 8).await?;
    }
    Ok(total)
}
