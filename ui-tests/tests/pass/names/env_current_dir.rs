use durable::prelude::*;
use std::path::{Path, PathBuf};

#[orchestrator]
pub async fn place(ctx: &Context, root: PathBuf) -> Result<String> {
    let place = root.join("orders").join(ctx.instance_id().as_str()).with_extension("json");
    let shown = place.strip_prefix(Path::new("/srv")).unwrap_or(&place);
    Ok(shown.display().to_string())
}
