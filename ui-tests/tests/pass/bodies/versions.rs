// branches on the version of the instance
use durable::prelude::*;
#[activity]
async fn old_way(n: u64) -> Result<u64> {
    Ok(n)
}

#[activity]
async fn new_way(n: u64, careful: bool) -> Result<u64> {
    Ok(n + u64::from(careful))
}

#[orchestrator]
async fn migrate(ctx: &Context, n: u64) -> Result<u64> {
    let version: u32 = ctx.version().and_then(|version| version.split('.').next()?.parse().ok()).unwrap_or(1);
    match (version, ctx.version()) {
        (0 | 1, _) => ctx.call(old_way(n)).await,
        (2.., Some(text)) if text.ends_with("-beta") => ctx.call(new_way(n, true)).await,
        _ => ctx.call(new_way(n, false)).await,
    }
}
