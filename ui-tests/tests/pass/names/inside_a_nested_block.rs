use durable::prelude::*;

#[orchestrator]
pub async fn name(ctx: &Context, known: bool) -> Result<u32> {
    let name = 'name: {
        if known {
            break 'name 7;
        }
        ctx.generation()
    };
    Ok(name)
}
