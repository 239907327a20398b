// paths without touching the file system
use durable::prelude::*;
use std::path::{Path, PathBuf};

#[activity]
async fn convert(from: String, to: String) -> Result<()> {
    tracing::info!(%from, %to);
    Ok(())
}

#[orchestrator]
async fn convert_all(ctx: &Context, files: Vec<String>) -> Result<usize> {
    let images: Vec<&Path> =
        files.iter().map(Path::new).filter(|file| file.extension().is_some_and(|extension| extension == "png")).collect();
    for file in &images {
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let target = PathBuf::from("out").join(&name).with_extension("webp");
        ctx.call(convert(file.display().to_string(), target.to_string_lossy().into_owned())).await?;
    }
    Ok(images.len())
}
