use durable::prelude::*;

#[orchestrator]
pub async fn double(_ctx: &Context, n: u64) -> Result<u64> {
    let doubled = async move { n * 2 };
    Ok(doubled.await + std::future::ready(1).await)
}
