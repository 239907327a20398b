use durable::prelude::*;

#[orchestrator]
pub async fn aligned(_ctx: &Context, n: u32) -> Result<bool> {
    let name = &n as &dyn std::fmt::Display;
    Ok(n as usize % 64 == 'a' as usize || name.to_string().is_empty())
}
