use durable::prelude::*;

#[orchestrator]
pub async fn region(_ctx: &Context, a: String, b: String) -> Result<String> {
    use std::cmp::max as read;
    Ok(read(a, b))
}
