use durable::prelude::*;

#[orchestrator]
pub async fn double(ctx: &Context, n: u64) -> Result<u64> {
    let (a, b) = durable::join!(ctx.event::<u64>("a"), async move { n * 3 });
    Ok(a? + b)
}
