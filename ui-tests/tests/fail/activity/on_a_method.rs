#![allow(unused)]
use durable::prelude::*;

struct Bank;

impl Bank {
    #[activity]
    async fn charge(&self, cents: u64) -> Result<()> {
        Ok(())
    }
}

fn main() {}
