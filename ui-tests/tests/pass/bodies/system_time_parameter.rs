// a SystemTime that came as an argument
use durable::prelude::*;
use std::time::SystemTime;

#[orchestrator]
async fn age(ctx: &Context, created: SystemTime, modified: SystemTime) -> Result<f64> {
    ctx.set_status("computing");
    let span = modified.duration_since(created)?;
    Ok(span.as_secs_f64())
}
