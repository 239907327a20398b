#![allow(unused)]
use durable::Payload;
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    #[fallback]
    fn any(&mut self, operation: String, input: Payload) {}
}

#[orchestrator]
async fn caller(ctx: &mut Context) -> Result<()> {
    ctx.call(Account::at("alice").any("add".to_owned(), Payload::default())).await?;
    let (mut account, _section) = ctx.lock(Account::at("alice")).await?;
    account.any("add".to_owned(), Payload::default()).await
}

fn main() {}
