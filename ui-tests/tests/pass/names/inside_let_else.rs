use durable::prelude::*;

#[orchestrator]
pub async fn region(ctx: &Context) -> Result<String> {
    let Some(region) = ctx.tags().get("region") else {
        return Ok("eu".to_owned());
    };
    Ok(region.clone())
}
