use durable::prelude::*;
use std::io::BufRead;

#[orchestrator]
pub async fn ask(ctx: &Context) -> Result<String> {
    let text: String = ctx.event("text").await?;
    let mut answer = String::new();
    text.as_bytes().read_line(&mut answer)?;
    Ok(answer)
}
