#![allow(unused)]
// bad: the path of the work file depends on this machine's temporary directory
use durable::prelude::*;

#[activity]
async fn download(url: String, path: String) -> Result<u64> {
    Ok((url.len() + path.len()) as u64)
}

#[activity]
async fn unpack(path: String) -> Result<Vec<String>> {
    Ok(vec![format!("{path}/a.csv"), format!("{path}/b.csv")])
}

#[activity]
async fn import(file: String) -> Result<u64> {
    Ok(file.len() as u64)
}

#[orchestrator]
async fn import_archive(ctx: &Context, url: String) -> Result<u64> {
    let name = url.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("archive.zip");
    let path = std::env::temp_dir().join(name).to_string_lossy().into_owned();
    let bytes = ctx.call(download(url.clone(), path.clone())).await?;
    if bytes == 0 {
        return Err(Error::new(format!("{url} is empty")));
    }
    let mut rows = 0;
    for file in ctx.call(unpack(path)).await? {
        rows += ctx.call(import(file)).await?;
    }
    Ok(rows)
}

fn main() {}
