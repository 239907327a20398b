// a schedule in a BinaryHeap with an order of the user's own
use durable::prelude::*;
use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
};

#[derive(PartialEq, Eq)]
struct Job {
    priority: u8,
    name: String,
}

impl Ord for Job {
    fn cmp(&self, other: &Self) -> Ordering {
        self.priority.cmp(&other.priority).then_with(|| other.name.cmp(&self.name))
    }
}

impl PartialOrd for Job {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[activity]
async fn run(name: String) -> Result<u32> {
    Ok(name.len() as u32)
}

#[orchestrator]
async fn schedule(ctx: &Context, jobs: Vec<(u8, String)>) -> Result<Option<u32>> {
    let mut heap: BinaryHeap<Job> = jobs.into_iter().map(|(priority, name)| Job { priority, name }).collect();
    let mut costs = BinaryHeap::new();
    while let Some(Job { name, .. }) = heap.pop() {
        costs.push(Reverse(ctx.call(run(name)).await?));
    }
    Ok(costs.peek().map(|Reverse(cost)| *cost))
}
