// good: iterators implemented by hand
use std::iter::FusedIterator;

use durable::prelude::*;

struct Fibonacci {
    pair: (u64, u64),
}

impl Iterator for Fibonacci {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let (now, next) = self.pair;
        self.pair = (next, now.checked_add(next)?);
        Some(now)
    }
}

struct Pages<'a, T> {
    rest: &'a [T],
    size: usize,
}

impl<'a, T> Iterator for Pages<'a, T> {
    type Item = &'a [T];

    fn next(&mut self) -> Option<&'a [T]> {
        if self.rest.is_empty() {
            return None;
        }
        let (page, rest) = self.rest.split_at(self.size.clamp(1, self.rest.len()));
        self.rest = rest;
        Some(page)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let pages = self.rest.len().div_ceil(self.size.max(1));
        (pages, Some(pages))
    }
}

impl<T> ExactSizeIterator for Pages<'_, T> {}
impl<T> FusedIterator for Pages<'_, T> {}

trait Paged<T> {
    fn pages(&self, size: usize) -> Pages<'_, T>;
}

impl<T> Paged<T> for [T] {
    fn pages(&self, size: usize) -> Pages<'_, T> {
        Pages { rest: self, size }
    }
}

#[activity]
async fn write_page(rows: Vec<u64>) -> Result<usize> {
    Ok(rows.len())
}

#[orchestrator]
async fn export(ctx: &Context, below: u64) -> Result<usize> {
    let numbers: Vec<u64> = Fibonacci { pair: (0, 1) }.take_while(|n| *n < below).collect();
    let pages = numbers.pages(4);
    ctx.set_status(&pages.len());
    let mut written = 0;
    for page in pages {
        written += ctx.call(write_page(page.to_vec())).await?;
    }
    Ok(written)
}
