use durable::prelude::*;

#[orchestrator]
pub async fn region(_ctx: &Context, given: Option<String>) -> Result<String> {
    let built_for = option_env!("REGION").unwrap_or(env!("CARGO_PKG_NAME"));
    Ok(given.unwrap_or_else(|| built_for.to_owned()))
}
