// functions of std::cmp, std::iter and std::array
use durable::prelude::*;
use std::{
    array,
    cmp::{max, min},
    iter::{self, once, successors},
};

#[orchestrator]
async fn compute(ctx: &Context, a: u64, b: u64) -> Result<Vec<u64>> {
    ctx.set_status("computing");
    let (low, high) = (min(a, b), max(a, b));
    let powers = successors(Some(1_u64), |n| n.checked_mul(10)).take_while(|n| *n <= high);
    let mut state = low;
    let halves = iter::from_fn(|| {
        state /= 2;
        (state > 0).then_some(state)
    });
    let squares: [u64; 4] = array::from_fn(|n| (n * n) as u64);
    let nearest = [a, b].into_iter().min_by_key(|n| n.abs_diff(100)).unwrap_or_default();
    Ok(once(nearest).chain(powers).chain(halves).chain(squares).chain(iter::repeat_n(7, 2)).collect())
}
