#![allow(unused)]
// shuffling by a random key
use durable::prelude::*;
#[activity]
async fn ask(question: String) -> Result<bool> {
    Ok(question.ends_with('?'))
}

#[orchestrator]
async fn quiz(ctx: &Context, questions: Vec<String>) -> Result<usize> {
    let mut questions = questions;
    questions.sort_by_cached_key(|_| fastrand::u64(..));
    let mut right = 0;
    for question in questions {
        right += usize::from(ctx.call(ask(question)).await?);
    }
    Ok(right)
}

fn main() {}
