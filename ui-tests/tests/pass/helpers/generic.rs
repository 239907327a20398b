use durable::prelude::*;

#[deterministic]
fn largest<'a, T, F>(items: &'a [T], rank: F) -> Option<&'a T>
where
    F: Fn(&T) -> u64,
{
    items.iter().max_by_key(|item| rank(item))
}

#[deterministic]
async fn first<T: Clone>(ctx: &Context, mut items: impl Iterator<Item = T>) -> Option<T> {
    ctx.timer(std::time::Duration::ZERO).await;
    items.next()
}

#[orchestrator]
pub async fn best(ctx: &Context, prices: Vec<u64>) -> Result<Option<u64>> {
    let first = first(ctx, prices.iter().copied()).await;
    Ok(largest::<u64, _>(&prices, |cents| cents % 10).copied().max(first))
}
