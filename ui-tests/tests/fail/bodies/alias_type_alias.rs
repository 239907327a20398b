#![allow(unused)]
// a type alias of chrono::Utc
use durable::prelude::*;
type Clock = chrono::Utc;

#[orchestrator]
async fn today(ctx: &Context) -> Result<String> {
    let day = Clock::now().date_naive().to_string();
    ctx.set_status(&day);
    Ok(day)
}

fn main() {}
