use durable::prelude::*;

#[orchestrator]
pub async fn region(ctx: &Context, given: Option<String>) -> Result<String> {
    if let Some(given) = given
        && let Some(region) = ctx.tags().get(&given)
    {
        return Ok(region.clone());
    }
    Ok("eu".to_owned())
}
