#![allow(unused)]
// the process id in a name
use durable::prelude::*;
#[orchestrator]
async fn lease_owner(ctx: &Context) -> Result<String> {
    Ok(format!("{}-{}", ctx.instance_id(), std::process::id()))
}

fn main() {}
