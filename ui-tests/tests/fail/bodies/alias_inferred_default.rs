#![allow(unused)]
// a randomly seeded generator whose type only an annotation names
use durable::prelude::*;
#[orchestrator]
async fn password(ctx: &Context) -> Result<String> {
    let mut generator: fastrand::Rng = Default::default();
    ctx.set_status("generating");
    Ok((0..12).map(|_| generator.alphanumeric()).collect())
}

fn main() {}
