#![allow(unused)]
// a random number inside of write!
use durable::prelude::*;
use std::fmt::Write;

#[orchestrator]
async fn voucher(ctx: &Context, prefix: String) -> Result<String> {
    let mut code = prefix;
    write!(code, "-{:04x}", rand::random::<u16>())?;
    ctx.set_status(&code);
    Ok(code)
}

fn main() {}
