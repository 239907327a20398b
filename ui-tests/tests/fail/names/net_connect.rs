#![allow(unused)]
use durable::prelude::*;
use std::net::TcpStream;

#[orchestrator]
async fn reachable(ctx: &Context) -> Result<bool> {
    Ok(TcpStream::connect("localhost:80").is_ok())
}

fn main() {}
