use durable::prelude::*;

#[orchestrator]
pub async fn draw(ctx: &Context, name: String) -> Result<String> {
    Ok(format!("{name} has a {:>width$} at {now}", ctx.rng().below(6), width = name.len(), now = ctx.now()))
}
