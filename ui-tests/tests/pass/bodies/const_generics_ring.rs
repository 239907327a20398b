// good: const generics for a ring buffer and a matrix
use std::time::Duration;

use durable::prelude::*;

struct Ring<T, const N: usize> {
    items: [Option<T>; N],
    next: usize,
}

impl<T: Copy + Default, const N: usize> Ring<T, N> {
    const CAPACITY: usize = N;

    fn new() -> Self {
        Self { items: [None; N], next: 0 }
    }

    fn push(&mut self, item: T) -> Option<T> {
        let old = self.items[self.next].replace(item);
        self.next = (self.next + 1) % Self::CAPACITY;
        old
    }

    fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.items.iter().copied().flatten()
    }
}

#[deterministic]
fn transpose<const R: usize, const C: usize>(matrix: [[i64; C]; R]) -> [[i64; R]; C] {
    std::array::from_fn(|column| std::array::from_fn(|row| matrix[row][column]))
}

#[activity]
async fn load(server: String) -> Result<u32> {
    Ok(server.len() as u32)
}

#[orchestrator]
async fn smooth_load(ctx: &Context, server: String) -> Result<Vec<i64>> {
    let mut ring = Ring::<u32, 5>::new();
    let mut dropped = 0;
    for _ in 0..12 {
        let sample = ctx.call(load(server.clone())).await?;
        if let Some(old) = ring.push(sample) {
            dropped += i64::from(old);
        }
        ctx.timer(Duration::from_secs(10)).await;
    }
    let sum: i64 = ring.iter().map(i64::from).sum();
    let count = i64::try_from(ring.iter().count())?.max(1);
    let table = transpose([[sum, dropped, count], [sum / count, 0, 1]]);
    Ok(table.into_iter().flatten().collect())
}
