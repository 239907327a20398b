#![allow(unused)]
// the keys of a HashMap in a Vec
use durable::prelude::*;
use std::collections::HashMap;

#[activity]
async fn email(addresses: Vec<String>) -> Result<()> {
    tracing::info!(?addresses);
    Ok(())
}

#[orchestrator]
async fn notify(ctx: &Context, people: Vec<(String, bool)>) -> Result<()> {
    let wants: HashMap<String, bool> = people.into_iter().collect();
    let addresses = wants.iter().filter(|(_, wants)| **wants).map(|(name, _)| name.clone()).collect::<Vec<_>>();
    ctx.call(email(addresses)).await
}

fn main() {}
