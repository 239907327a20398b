use durable::prelude::*;
use std::path::PathBuf;

#[orchestrator]
pub async fn present(_ctx: &Context, file: PathBuf) -> Result<bool> {
    Ok(file.is_absolute() && file.extension().is_some_and(|extension| extension == "json"))
}
