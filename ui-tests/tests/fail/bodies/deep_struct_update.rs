#![allow(unused)]
// a clock in a field beside a struct update
use durable::prelude::*;
use chrono::{DateTime, Utc};

#[derive(Clone, Debug, Default)]
struct Revision {
    number: u32,
    at: DateTime<Utc>,
    author: String,
}

#[orchestrator]
async fn revise(ctx: &Context, author: String) -> Result<String> {
    let first = Revision { author, ..Revision::default() };
    let second = Revision { number: first.number + 1, at: Utc::now(), ..first.clone() };
    ctx.set_status(&second.author);
    Ok(format!("{second:?}"))
}

fn main() {}
