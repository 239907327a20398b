// good: log and tracing in all their forms
use durable::prelude::*;
use tracing::{Level, debug, error, event, field, info, instrument::Instrument as _, span, trace, warn};

#[activity]
async fn ping(host: String) -> Result<u32> {
    async move { Ok(host.len() as u32) }.instrument(span!(Level::INFO, "ping")).await
}

#[deterministic]
fn noted(value: u32) -> u32 {
    log::trace!("noted {value}");
    if value > 100 {
        log::error!(target: "limits", "{} is too much", value);
    }
    value
}

#[orchestrator]
async fn ping_all(ctx: &Context, hosts: Vec<String>) -> Result<u32> {
    info!("begin");
    log::info!("{} hosts", hosts.len());
    let mut sum = 0;
    for (index, host) in hosts.iter().enumerate() {
        debug!(index, %host, "ping");
        let answer = ctx.call(ping(host.clone())).await;
        match &answer {
            Ok(value) => trace!(value, host = host.as_str(), doubled = value * 2, "pong"),
            Err(problem) if problem.is_retryable() => warn!(%problem, error.kind = ?problem.kind(), "no answer"),
            Err(problem) => error!(target: "durable_test", "{problem:?}"),
        }
        event!(Level::DEBUG, ok = answer.is_ok(), empty = field::Empty);
        sum += noted(answer.unwrap_or(0));
    }
    log::warn!("sum: {sum:>8}");
    Ok(sum)
}
