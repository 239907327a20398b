use durable::prelude::*;

#[orchestrator]
pub async fn name(ctx: &Context) -> Result<String> {
    fn host(name: &str) -> &str {
        name.split('-').next().unwrap_or_default()
    }
    Ok(host(ctx.instance_id().as_str()).to_owned())
}
