// good: a second request is sent if the first one is slow, the faster wins
use std::time::Duration;

use durable::prelude::*;

#[activity]
async fn query(replica: String, key: String) -> Result<String> {
    Ok(format!("{replica}/{key}"))
}

#[orchestrator]
async fn hedged(ctx: &Context, key: String, patience_ms: u64) -> Result<String> {
    let mut first = ctx.call(query("primary".to_owned(), key.clone())).into_future();
    let patience = ctx.timer(Duration::from_millis(patience_ms));
    if let Either::Left(answer) = durable::race(&mut first, patience).await {
        return answer;
    }
    let second = ctx.call(query("secondary".to_owned(), key)).into_future();
    let (answer, by) = match durable::race(first, second).await {
        Either::Left(answer) => (answer, "primary"),
        Either::Right(answer) => (answer, "secondary"),
    };
    tracing::info!(by, "answered");
    answer
}
