use durable::prelude::*;

#[orchestrator]
pub async fn nap(ctx: &Context) -> Result<(usize, u64)> {
    let mut waits: Vec<_> = ["a", "b", "c"].into_iter().map(|name| ctx.event::<u64>(name)).collect();
    let (first, _) = durable::select_all(&mut waits).await;
    drop(waits.remove(first));
    let (second, n) = durable::select_all(waits).await;
    Ok((second, n?))
}
