use durable::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

struct Transfer<'c> {
    from: LockedAccount<'c>,
    to: LockedAccount<'c>,
    section: Section<'c>,
}

#[deterministic]
impl Transfer<'_> {
    async fn run(&mut self, amount: i64) -> Result<i64> {
        self.section.timer(std::time::Duration::from_secs(1)).await;
        self.from.add(-amount).await?;
        self.to.add(amount).await
    }
}

#[orchestrator]
pub async fn transfer(ctx: &mut Context, keys: Vec<String>, amount: i64) -> Result<i64> {
    let moved = {
        let ((from, to), section) = ctx.lock((Account::at("alice"), Account::at("bob"))).await?;
        let mut transfer = Transfer { from, to, section };
        transfer.run(amount).await? + transfer.run(-amount).await?
    };
    let (accounts, _section) = ctx.lock(keys.iter().map(Account::at).collect::<Vec<_>>()).await?;
    let mut accounts: BTreeMap<String, LockedAccount<'_>> = keys.into_iter().zip(accounts).collect();
    if let Some(alice) = accounts.get_mut("alice") {
        alice.add(moved).await?;
    }
    for account in accounts.values_mut() {
        account.add(1).await?;
    }
    Ok(moved)
}
