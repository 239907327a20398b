#![allow(unused)]
use durable::prelude::*;

use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
enum Light {
    #[default]
    Red,
    Green,
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    let _light = Light::at("a");
    Ok(())
}

const _: Registry = registry![Light];

fn main() {}
