use durable::prelude::*;

#[orchestrator]
pub async fn show(_ctx: &Context, n: u64) -> Result<String> {
    Ok(format!("{n:#x} {n:>8} {:?}, not {{:p}}", Some(n)))
}
