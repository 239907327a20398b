#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
mod flows {}

fn main() {}
