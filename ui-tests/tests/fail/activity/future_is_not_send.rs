#![allow(unused)]
use durable::prelude::*;

use std::rc::Rc;

#[activity]
async fn charge(card: String) -> Result<()> {
    let card = Rc::new(card);
    std::future::ready(()).await;
    drop(card);
    Ok(())
}

fn main() {}
