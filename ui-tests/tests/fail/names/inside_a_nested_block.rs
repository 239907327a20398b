#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn name(ctx: &Context, known: bool) -> Result<u32> {
    let name = 'name: {
        if known {
            break 'name 7;
        }
        std::process::id()
    };
    Ok(name)
}

fn main() {}
