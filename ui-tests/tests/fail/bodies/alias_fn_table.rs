#![allow(unused)]
// function pointers in a constant
use durable::prelude::*;
const SOURCES: [(&str, fn() -> u32); 1] = [("process", std::process::id)];

#[orchestrator]
async fn origin(ctx: &Context) -> Result<String> {
    ctx.set_status("asking");
    let (name, source) = SOURCES[0];
    Ok(format!("{name} {}", source()))
}

fn main() {}
