use durable::prelude::*;

#[orchestrator]
pub async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    let dbg = std::convert::identity(cents * 2);
    ctx.set_status(&format!("{dbg:?}"));
    Ok(dbg)
}
