#![allow(unused)]
// printing, which a replay repeats
use durable::prelude::*;
#[activity]
async fn step(n: u32) -> Result<()> {
    tracing::info!(n);
    Ok(())
}

#[orchestrator]
async fn steps(ctx: &Context) -> Result<()> {
    for n in 0..3 {
        println!("step {n}");
        ctx.call(step(n)).await?;
    }
    Ok(())
}

fn main() {}
