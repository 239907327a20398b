#![allow(unused)]
// SystemTime::now by its full path
use durable::prelude::*;
#[orchestrator]
async fn receipt(ctx: &Context, order: u64) -> Result<String> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    ctx.set_status("printing");
    Ok(format!("order {order} at {}", now.as_secs()))
}

fn main() {}
