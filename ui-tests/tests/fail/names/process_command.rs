#![allow(unused)]
use durable::prelude::*;
use std::process::Command;

#[orchestrator]
async fn list(ctx: &Context) -> Result<bool> {
    Ok(Command::new("ls").status()?.success())
}

fn main() {}
