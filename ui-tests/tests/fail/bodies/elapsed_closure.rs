#![allow(unused)]
// bad: a closure captures the Instant at which the orchestrator began
use std::time::{Duration, Instant};

use durable::prelude::*;

#[activity]
async fn crawl(url: String) -> Result<Vec<String>> {
    Ok(vec![format!("{url}/a"), format!("{url}/b")])
}

#[orchestrator]
async fn crawl_site(ctx: &Context, root: String, budget_secs: u64) -> Result<Vec<String>> {
    let out_of_time = {
        let begin = Instant::now();
        let budget = Duration::from_secs(budget_secs);
        move || begin.elapsed() >= budget
    };
    let mut queue = vec![root];
    let mut seen: Vec<String> = Vec::new();
    while let Some(url) = queue.pop() {
        if out_of_time() {
            tracing::info!("out of time with {} left", queue.len());
            break;
        }
        if seen.contains(&url) || url.len() > 100 {
            continue;
        }
        queue.extend(ctx.call(crawl(url.clone())).await?);
        seen.push(url);
    }
    Ok(seen)
}

fn main() {}
