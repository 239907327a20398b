#![allow(unused)]
// a fan-out over a HashMap in a RefCell
use durable::prelude::*;
use std::{cell::RefCell, collections::HashMap, rc::Rc};

#[activity]
async fn resize(name: String, width: u32) -> Result<u32> {
    Ok(width + name.len() as u32)
}

#[orchestrator]
async fn thumbnails(ctx: &Context, images: Vec<(String, u32)>) -> Result<Vec<u32>> {
    let pending = Rc::new(RefCell::new(HashMap::<String, u32>::new()));
    pending.borrow_mut().extend(images);
    let calls: Vec<_> =
        pending.borrow().iter().map(|(name, width)| ctx.call(resize(name.clone(), *width))).collect();
    durable::try_join_all(calls).await
}

fn main() {}
