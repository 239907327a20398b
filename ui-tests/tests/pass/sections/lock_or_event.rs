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
pub async fn deposit(ctx: &mut Context, amount: i64) -> Result<i64> {
    let Either::Right(locked) = durable::race(ctx.event::<()>("cancel"), ctx.lock(Account::at("alice"))).await else {
        ctx.signal(Account::at("cancelled").add(amount));
        return Ok(0);
    };
    let (mut account, _section) = locked?;
    account.add(amount).await
}

#[orchestrator]
pub async fn withdraw(ctx: &mut Context, amount: i64) -> Result<i64> {
    let cancel = ctx.event::<()>("cancel");
    durable::select! {
        locked = ctx.lock(Account::at("alice")) => {
            let (mut account, _section) = locked?;
            account.add(-amount).await
        },
        cancelled = cancel => cancelled.map(|()| 0),
    }
}
