#![allow(unused)]
// bad: the derived Default of Job reaches the Default of JobId, which draws a UUID
use durable::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct JobId(String);

impl Default for JobId {
    fn default() -> Self {
        Self(Uuid::new_v4().simple().to_string())
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Job {
    id: JobId,
    priority: u8,
    payload: Vec<String>,
}

#[activity]
async fn enqueue(job: Job) -> Result<u64> {
    Ok(job.payload.len() as u64)
}

#[orchestrator]
async fn submit_batch(ctx: &Context, texts: Vec<String>, urgent: bool) -> Result<u64> {
    let mut job = Job::default();
    job.priority = if urgent { 9 } else { 1 };
    for text in texts {
        if job.payload.len() >= 100 {
            break;
        }
        job.payload.push(text);
    }
    ctx.call(enqueue(job)).await
}

fn main() {}
