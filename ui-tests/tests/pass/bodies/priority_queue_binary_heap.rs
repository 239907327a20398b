// good: tasks are taken from a BinaryHeap by priority, ties by number
use std::{cmp::Ordering, collections::BinaryHeap};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Task {
    number: u64,
    priority: u8,
    name: String,
}

impl Ord for Task {
    fn cmp(&self, other: &Self) -> Ordering {
        self.priority.cmp(&other.priority).then_with(|| other.number.cmp(&self.number))
    }
}

impl PartialOrd for Task {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[activity]
async fn execute(task: Task) -> Result<Vec<Task>> {
    let follow_up = Task { number: task.number + 1_000, priority: task.priority / 2, name: format!("{}'", task.name) };
    Ok(if task.priority > 4 { vec![follow_up] } else { Vec::new() })
}

#[orchestrator]
async fn work_off(ctx: &Context, tasks: Vec<Task>) -> Result<Vec<String>> {
    let mut queue: BinaryHeap<Task> = tasks.into();
    let mut order = Vec::with_capacity(queue.len());
    while let Some(task) = queue.pop() {
        order.push(task.name.clone());
        queue.extend(ctx.call(execute(task)).await?);
        if let Some(next) = queue.peek() {
            ctx.set_status(&format!("{} waiting, next is {}", queue.len(), next.name));
        }
    }
    Ok(order)
}
