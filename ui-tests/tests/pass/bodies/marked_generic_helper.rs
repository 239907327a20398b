// marked helpers with type parameters, lifetimes and const parameters
use durable::prelude::*;
#[deterministic]
fn largest<'a, T: PartialOrd>(items: &'a [T]) -> Option<&'a T> {
    let mut items = items.iter();
    let first = items.next()?;
    Some(items.fold(first, |best, item| if item > best { item } else { best }))
}

#[deterministic]
fn split<const N: usize>(total: u64) -> [u64; N] {
    let mut parts = [total / N as u64; N];
    parts[0] += total % N as u64;
    parts
}

#[deterministic]
fn apply<T, F>(value: T, times: usize, change: F) -> T
where
    F: Fn(T) -> T,
{
    (0..times).fold(value, |value, _| change(value))
}

#[orchestrator]
async fn compute(ctx: &Context, weights: Vec<f64>) -> Result<u64> {
    ctx.set_status("computing");
    let heaviest = largest(&weights).copied().unwrap_or(0.0);
    let [first, ..] = split::<3>(100);
    Ok(apply(first, 2, |n| n * 2) + u64::from(heaviest > 1.0))
}
