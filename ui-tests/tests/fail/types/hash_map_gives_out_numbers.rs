#![allow(unused)]
use durable::prelude::*;
use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

#[orchestrator]
async fn number(ctx: &Context, prices: HashMap<String, u64>) -> Result<BTreeMap<String, Uuid>> {
    Ok(prices.into_keys().map(|article| (article, ctx.new_uuid())).collect::<BTreeMap<_, _>>())
}

fn main() {}
