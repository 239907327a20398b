// an orchestration that calls itself as a child
use durable::prelude::*;
#[activity]
async fn sort(part: Vec<u64>) -> Result<Vec<u64>> {
    let mut part = part;
    part.sort_unstable();
    Ok(part)
}

#[deterministic]
fn merge(a: Vec<u64>, b: Vec<u64>) -> Vec<u64> {
    let (mut a, mut b) = (a.into_iter().peekable(), b.into_iter().peekable());
    let mut merged = Vec::with_capacity(a.len() + b.len());
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        merged.extend(if x <= y { a.next() } else { b.next() });
    }
    merged.extend(a.chain(b));
    merged
}

#[orchestrator]
async fn merge_sort(ctx: &Context, numbers: Vec<u64>) -> Result<Vec<u64>> {
    if numbers.len() < 100 {
        return ctx.call(sort(numbers)).await;
    }
    let (left, right) = numbers.split_at(numbers.len() / 2);
    let (left, right) = durable::try_join!(ctx.call(merge_sort(left.to_vec())), ctx.call(merge_sort(right.to_vec())))?;
    Ok(merge(left, right))
}
