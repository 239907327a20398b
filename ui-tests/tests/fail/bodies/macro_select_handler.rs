#![allow(unused)]
// a clock in the code behind an arrow of durable::select!
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn sign(ctx: &Context) -> Result<String> {
    durable::select! {
        by = ctx.event::<String>("signed") => Ok(format!("signed by {} on {}", by?, chrono::Local::now().date_naive())),
        () = ctx.timer(Duration::from_secs(86_400)) => Ok("not signed".to_owned()),
    }
}

fn main() {}
