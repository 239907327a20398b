#![allow(unused)]
use durable::prelude::*;
use tokio::sync::watch;

#[orchestrator]
async fn pay(ctx: &Context, cancelled: watch::Receiver<bool>) -> Result<bool> {
    Ok(*cancelled.borrow())
}

fn main() {}
