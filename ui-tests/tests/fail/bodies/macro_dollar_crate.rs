#![allow(unused)]
// bad: a macro_rules macro expands to $crate::support::Wall::now()
use durable::prelude::*;

pub mod support {
    pub use std::time::{SystemTime as Wall, UNIX_EPOCH as EPOCH};
}

macro_rules! epoch_seconds {
    () => {
        match $crate::support::Wall::now().duration_since($crate::support::EPOCH) {
            Ok(since) => since.as_secs(),
            Err(_) => 0,
        }
    };
}

#[activity]
async fn issue(subject: String, expires: u64) -> Result<String> {
    Ok(format!("{subject}.{expires}"))
}

#[activity]
async fn deliver(token: String) -> Result<()> {
    tracing::info!("{} bytes", token.len());
    Ok(())
}

#[orchestrator]
async fn issue_tokens(ctx: &Context, subjects: Vec<String>, ttl: u64) -> Result<usize> {
    let mut issued = 0;
    for subject in subjects {
        let expires = epoch_seconds!() + ttl;
        let token = ctx.call(issue(subject, expires)).await?;
        ctx.call(deliver(token)).await?;
        issued += 1;
    }
    Ok(issued)
}

fn main() {}
