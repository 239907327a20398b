#![allow(unused)]
// a destructor that removes a file
use durable::prelude::*;
struct TempFile {
    path: String,
}

impl Drop for TempFile {
    fn drop(&mut self) {
        std::fs::remove_file(&self.path).ok();
    }
}

#[activity]
async fn convert(path: String) -> Result<u64> {
    Ok(path.len() as u64)
}

#[orchestrator]
async fn conversion(ctx: &Context, path: String) -> Result<u64> {
    let file = TempFile { path };
    ctx.call(convert(file.path.clone())).await
}

fn main() {}
