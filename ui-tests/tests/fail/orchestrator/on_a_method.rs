#![allow(unused)]
use durable::prelude::*;

struct Shop;

impl Shop {
    #[orchestrator]
    async fn pay(&self, ctx: &Context) -> Result<()> {
        Ok(())
    }
}

fn main() {}
