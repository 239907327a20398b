#![allow(unused)]
use durable::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};

struct Shop {
    open: AtomicBool,
}

static SHOP: Shop = Shop { open: AtomicBool::new(true) };

#[orchestrator]
async fn open(ctx: &Context) -> Result<bool> {
    Ok(SHOP.open.load(Ordering::Relaxed))
}

fn main() {}
