#![allow(unused)]
use durable::prelude::*;

struct Answer;

#[orchestrator]
async fn ask(ctx: &Context) -> Result<()> {
    let _answer = ctx.event::<Answer>("answer").await?;
    Ok(())
}

fn main() {}
