// durable::timeout, and the kind of its error
use durable::prelude::*;
use std::time::Duration;

use durable::FailureKind;

#[activity]
async fn ask(question: String) -> Result<String> {
    Ok(question)
}

#[orchestrator]
async fn impatient(ctx: &Context) -> Result<String> {
    let call = ctx.call(ask("Well?".into()));
    match durable::timeout(ctx.timer(Duration::from_secs(5)), call).await {
        Ok(answer) => answer,
        Err(error) if error.kind() == FailureKind::TimedOut => Ok("nothing".into()),
        Err(error) => Err(error),
    }
}
