#![allow(unused)]
// a while-let loop over a channel
use durable::prelude::*;
use tokio::sync::mpsc;

#[orchestrator]
async fn collect(ctx: &Context, numbers: Vec<u64>) -> Result<u64> {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    numbers.into_iter().try_for_each(|number| sender.send(number))?;
    drop(sender);
    let mut sum = 0;
    while let Some(number) = receiver.recv().await {
        sum += number;
        ctx.set_status(&sum);
    }
    Ok(sum)
}

fn main() {}
