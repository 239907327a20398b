#![allow(unused)]
// bad: the lease is taken in the name of this process's id
use std::{process, time::Duration};

use durable::prelude::*;

#[activity]
async fn take_lease(resource: String, owner: String) -> Result<bool> {
    Ok(resource < owner)
}

#[activity]
async fn release_lease(resource: String, owner: String) -> Result<()> {
    tracing::info!("{owner} released {resource}");
    Ok(())
}

#[activity]
async fn compact(resource: String) -> Result<u64> {
    Ok(resource.len() as u64)
}

#[orchestrator]
async fn compact_exclusively(ctx: &Context, resource: String) -> Result<u64> {
    let owner = format!("compactor-{}", process::id());
    let mut tries = 0;
    while !ctx.call(take_lease(resource.clone(), owner.clone())).await? {
        tries += 1;
        if tries == 20 {
            return Err(Error::new(format!("{resource} stays leased")));
        }
        ctx.timer(Duration::from_secs(30)).await;
    }
    let result = ctx.call(compact(resource.clone())).await;
    ctx.call(release_lease(resource, owner)).await?;
    result
}

fn main() {}
