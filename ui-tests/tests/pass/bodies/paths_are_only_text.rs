// good: Path and PathBuf are taken apart and put together, the disk is not asked
use std::{
    collections::BTreeMap,
    ffi::OsStr,
    path::{Component, Path, PathBuf},
};

use durable::prelude::*;

#[activity]
async fn convert(from: PathBuf, to: PathBuf) -> Result<u64> {
    Ok((from.as_os_str().len() + to.as_os_str().len()) as u64)
}

#[deterministic]
fn normalized(path: &Path) -> Option<PathBuf> {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Prefix(_) => return None,
            Component::RootDir => result.push("/"),
            Component::CurDir => {}
            Component::ParentDir => {
                result.pop().then_some(())?;
            }
            Component::Normal(part) => result.push(part),
        }
    }
    Some(result)
}

#[orchestrator]
async fn convert_all(ctx: &Context, files: Vec<PathBuf>, target: PathBuf) -> Result<BTreeMap<String, u64>> {
    let mut sizes = BTreeMap::new();
    for file in files {
        let Some(file) = normalized(&file) else {
            return Err(Error::fatal(format!("{} leaves its root", file.display())));
        };
        let extension = match file.extension().and_then(OsStr::to_str) {
            Some("tiff" | "tif") => "png",
            Some("wav") => "flac",
            Some(_) | None => continue,
        };
        let stem = file.file_stem().map(OsStr::to_string_lossy).unwrap_or_default();
        let to = target.join(stem.as_ref()).with_extension(extension);
        if to.starts_with(&target) && to.is_absolute() {
            let key = to.to_string_lossy().into_owned();
            sizes.insert(key, ctx.call(convert(file, to)).await?);
        }
    }
    Ok(sizes)
}
