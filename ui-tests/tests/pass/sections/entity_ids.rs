use durable::prelude::*;
use durable::{EntityId, LockedEntity};
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    fn balance(&self) -> i64 {
        self.balance
    }

    fn add(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }
}

#[orchestrator]
pub async fn transfer(ctx: &mut Context, from: EntityId, to: EntityId, amount: i64) -> Result<i64> {
    let ((mut from, mut to), _section) = ctx.lock((from, to)).await?;
    from.call::<i64>("add", &-amount).await?;
    let after: i64 = to.call("add", &amount).timeout(Duration::from_secs(60)).await?;
    drop((from, to, _section));
    let (mut many, _section) = ctx.lock(vec![Account::at("alice").id()?]).await?;
    durable::try_join_all(many.iter_mut().map(|one| one.call::<()>("delete", &()))).await?;
    Ok(after)
}

#[deterministic]
async fn balance(account: &mut LockedEntity<'_>) -> Result<i64> {
    account.call("balance", &()).await
}

#[orchestrator]
pub async fn both(ctx: &mut Context, account: EntityId) -> Result<i64> {
    let ((typed, mut named), _section) = ctx.lock((Account::at("alice"), account)).await?;
    Ok(typed.balance().await? + balance(&mut named).await?)
}
