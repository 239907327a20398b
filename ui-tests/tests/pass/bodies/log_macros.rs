// the macros of log
use durable::prelude::*;
#[activity]
async fn work(n: u64) -> Result<u64> {
    Ok(n)
}

#[orchestrator]
async fn logged(ctx: &Context, n: u64) -> Result<u64> {
    log::info!("beginning {n} at {}", ctx.now());
    let value = ctx.call(work(n)).await.inspect_err(|error| log::error!("{error:?}"))?;
    log::debug!(target: "work", "got {value:>5}");
    if value > n {
        log::warn!("more than expected: {value} > {n}");
    }
    Ok(value)
}
