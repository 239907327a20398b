#![allow(unused)]
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    fn add(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }
}

#[orchestrator]
async fn deposit(ctx: &mut Context, amount: i64) -> Result<i64> {
    match durable::race(ctx.lock(Account::at("alice")), ctx.event::<()>("cancel")).await {
        Either::Left(locked) => locked?.0.add(amount).await,
        Either::Right(cancelled) => cancelled.map(|()| 0),
    }
}

fn main() {}
