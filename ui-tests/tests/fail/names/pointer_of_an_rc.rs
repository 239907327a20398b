#![allow(unused)]
use durable::prelude::*;
use std::rc::Rc;

#[orchestrator]
async fn aligned(ctx: &Context, n: u64) -> Result<bool> {
    let shared = Rc::new(n);
    Ok(Rc::as_ptr(&shared).is_aligned())
}

fn main() {}
