use durable::prelude::*;

#[orchestrator]
pub async fn name(ctx: &Context) -> Result<u32> {
    let process = ctx.name().len();
    Ok(ctx.generation() + u32::try_from(process)?)
}
