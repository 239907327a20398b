#![allow(unused)]
// opening a connection
use durable::prelude::*;
use std::net::TcpStream;

#[orchestrator]
async fn is_up(ctx: &Context, address: String) -> Result<bool> {
    let up = TcpStream::connect(&address).is_ok();
    ctx.set_status(if up { "up" } else { "down" });
    Ok(up)
}

fn main() {}
