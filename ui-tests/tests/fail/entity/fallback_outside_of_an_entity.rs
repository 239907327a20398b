#![allow(unused)]
use durable::Payload;
use durable::prelude::*;
use serde::{Deserialize, Serialize};

struct Plain;

impl Plain {
    #[fallback]
    fn any(&mut self, operation: String, input: Payload) {}
}

fn main() {}
