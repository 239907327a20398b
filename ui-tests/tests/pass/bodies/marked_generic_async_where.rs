// good: generic async helpers with where clauses, marked
use std::{fmt::Debug, time::Duration};

use durable::{future::DurableFuture, prelude::*};

#[deterministic]
async fn within<F, T>(ctx: &Context, seconds: u64, future: F) -> Result<Option<T>>
where
    F: DurableFuture<Output = Result<T>>,
{
    match durable::race(future, ctx.timer(Duration::from_secs(seconds))).await {
        Either::Left(result) => result.map(Some),
        Either::Right(()) => Ok(None),
    }
}

#[deterministic]
async fn all_or_report<F, T>(ctx: &Context, futures: Vec<F>) -> Result<Vec<T>>
where
    F: DurableFuture<Output = Result<T>>,
    T: Debug + Clone,
{
    let mut good = Vec::new();
    let mut failed = 0_u32;
    for result in durable::join_all(futures).await {
        match result {
            Ok(value) => good.push(value),
            Err(error) => {
                failed += 1;
                tracing::warn!(%error, "failed");
            }
        }
    }
    ctx.set_status(&failed);
    Ok(good)
}

#[activity]
async fn ping(host: String) -> Result<u64> {
    Ok(host.len() as u64)
}

#[orchestrator]
async fn ping_hosts(ctx: &Context, hosts: Vec<String>) -> Result<u64> {
    let futures: Vec<_> = hosts.iter().map(|host| ctx.call(ping(host.clone())).into_future()).collect();
    let answers = all_or_report(ctx, futures).await?;
    let extra = within(ctx, 5, ctx.call(ping("gateway".to_owned())).into_future()).await?;
    let approved = within(ctx, 60, ctx.event::<u64>("bonus")).await?.unwrap_or_default();
    Ok(answers.iter().sum::<u64>() + extra.unwrap_or(1_000) + approved)
}
