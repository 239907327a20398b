#![allow(unused)]
use durable::prelude::*;
use std::io::Write;

#[orchestrator]
async fn tell(ctx: &Context) -> Result<()> {
    std::io::stdout().write_all(b"paid")?;
    Ok(())
}

fn main() {}
