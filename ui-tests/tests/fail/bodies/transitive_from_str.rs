#![allow(unused)]
// a FromStr that stamps the time
use durable::prelude::*;
use std::{str::FromStr, time::Instant};

struct Job {
    name: String,
    seen: Instant,
}

impl FromStr for Job {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self { name: text.trim().to_owned(), seen: Instant::now() })
    }
}

#[orchestrator]
async fn newest(ctx: &Context, lines: Vec<String>) -> Result<Option<String>> {
    ctx.set_status(&lines.len());
    let jobs: Vec<Job> = lines.iter().map(|line| line.parse::<Job>()).collect::<Result<_, _>>()?;
    Ok(jobs.into_iter().max_by_key(|job| job.seen).map(|job| job.name))
}

fn main() {}
