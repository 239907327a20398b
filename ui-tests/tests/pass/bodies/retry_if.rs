// a filter that decides which errors are worth a retry
use durable::prelude::*;
use std::time::Duration;

use durable::FailureKind;

#[activity]
async fn fetch(url: String) -> Result<String> {
    Ok(url)
}

#[orchestrator]
async fn patient(ctx: &Context, url: String, words: Vec<String>) -> Result<String> {
    let retryable = move |error: &Error| {
        error.kind() == FailureKind::TimedOut || words.iter().any(|word| error.message().contains(word.as_str()))
    };
    ctx.call(fetch(url)).retry(Retry::fixed(5, Duration::from_secs(1))).retry_if(retryable).await
}
