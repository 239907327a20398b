#![allow(unused)]
use durable::prelude::*;

use std::borrow::Cow;

#[activity]
async fn charge(card: Cow<'_, str>) -> Result<()> {
    Ok(())
}

fn main() {}
