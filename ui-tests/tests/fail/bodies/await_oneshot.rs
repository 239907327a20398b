#![allow(unused)]
// a channel of tokio
use durable::prelude::*;
use tokio::sync::oneshot;

#[orchestrator]
async fn handshake(ctx: &Context) -> Result<u64> {
    let (sender, receiver) = oneshot::channel::<u64>();
    ctx.set_status("waiting");
    drop(sender);
    Ok(receiver.await?)
}

fn main() {}
