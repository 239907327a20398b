// the first of several mirrors
use durable::prelude::*;
#[activity]
async fn download(mirror: String) -> Result<Vec<u8>> {
    Ok(mirror.into_bytes())
}

#[orchestrator]
async fn fastest(ctx: &Context, mirrors: Vec<String>) -> Result<(String, usize)> {
    if mirrors.is_empty() {
        return Err(Error::fatal("no mirrors"));
    }
    let calls = mirrors.iter().map(|mirror| ctx.call(download(mirror.clone())));
    let (index, bytes) = durable::select_all(calls).await;
    Ok((mirrors[index].clone(), bytes?.len()))
}
