use durable::prelude::*;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Progress<'a> {
    step: &'a str,
}

#[orchestrator]
pub async fn pay(ctx: &Context, step: String) -> Result<()> {
    ctx.set_status(&Progress { step: &step });
    Ok(())
}
