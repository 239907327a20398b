#![allow(unused)]
use durable::prelude::*;
use std::fmt::Write;

use chrono::Utc;

#[orchestrator]
async fn note(ctx: &Context) -> Result<String> {
    let mut note = String::new();
    write!(note, "noted at {}", Utc::now())?;
    Ok(note)
}

fn main() {}
