#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn ask(ctx: &Context) -> Result<String> {
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer)
}

fn main() {}
