use durable::prelude::*;
use std::fmt::Write;

#[orchestrator]
pub async fn note(ctx: &Context) -> Result<String> {
    let mut note = String::new();
    writeln!(note, "noted at {}", ctx.now())?;
    write!(&mut note, "{:?}", ctx.parent().is_some())?;
    Ok(note)
}
