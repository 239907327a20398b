use durable::EntityId;
use durable::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

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
pub async fn add(ctx: &Context, entity: EntityId, amount: i64) -> Result<i64> {
    ctx.signal(entity.operation::<()>("add", &amount));
    let balance = ctx.call(entity.operation::<i64>("add", &amount)).timeout(Duration::from_secs(60)).await?;
    let account = Account::at("alice");
    ctx.signal_at(account.operation::<()>("add", &balance), ctx.now() + Duration::from_secs(1));
    ctx.call(account.operation(format!("add{amount}"), &(amount, "why"))).await
}

/// The same from outside.
pub async fn add_all(client: &Client, entity: &EntityId) -> Result<i64> {
    client.signal(entity.operation::<()>("add", &1)).await?;
    client.signals().signal(Account::at("bob").operation::<()>("add", "text")).await?;
    client.call(entity.operation::<i64>("add", &2)).await
}
