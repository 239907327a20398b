// a call against a timer
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn slow(question: String) -> Result<String> {
    Ok(question)
}

#[orchestrator]
async fn answer(ctx: &Context, question: String) -> Result<String> {
    let patience = ctx.timer(Duration::from_secs(5));
    let due = patience.due();
    let winner = durable::race(ctx.call(slow(question)), patience).await;
    if let Either::Left(answer) = winner { answer } else { Ok(format!("no answer until {due}")) }
}
