// tags, parent, name and generation
use durable::prelude::*;
#[activity]
async fn log(line: String) -> Result<()> {
    tracing::info!(%line);
    Ok(())
}

#[orchestrator]
async fn who(ctx: &Context) -> Result<usize> {
    let region = ctx.tags().get("region").map_or("eu", String::as_str);
    let parent = ctx.parent().map_or_else(|| "nobody".to_owned(), |parent| parent.instance_id.clone());
    ctx.call(log(format!("{} #{} in {region} for {parent}", ctx.name(), ctx.generation()))).await?;
    for (name, value) in ctx.tags() {
        ctx.call(log([name.as_str(), value.as_str()].concat())).await?;
    }
    if !ctx.is_replaying() {
        tracing::info!(id = %ctx.instance_id(), "caught up");
    }
    Ok(ctx.tags().len())
}
