#![allow(unused)]
// bad: `use super::*` brings Instant into the module of the orchestrator
use std::time::{Duration, Instant};

use durable::prelude::*;

const BUDGET: Duration = Duration::from_millis(250);

#[activity]
async fn index(document: String) -> Result<usize> {
    Ok(document.len())
}

mod indexing {
    use super::*;

    pub(super) struct Progress {
        pub done: usize,
        pub skipped: usize,
    }

    #[orchestrator]
    pub(super) async fn index_all(ctx: &Context, documents: Vec<String>) -> Result<(usize, usize)> {
        let begin = Instant::now();
        let mut progress = Progress { done: 0, skipped: 0 };
        for document in documents {
            if begin.elapsed() > BUDGET {
                progress.skipped += 1;
                continue;
            }
            ctx.call(index(document)).await?;
            progress.done += 1;
        }
        Ok((progress.done, progress.skipped))
    }
}

pub const INDEXING: Registry = registry![indexing::index_all, index];

fn main() {}
