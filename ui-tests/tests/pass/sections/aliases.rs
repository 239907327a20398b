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

mod bank {
    pub(super) use super::{Account as Konto, LockedAccount as LockedKonto};
}

type Locks<'c> = (bank::LockedKonto<'c>, Section<'c>);

#[deterministic]
async fn first(ctx: &mut Context) -> Result<Locks<'_>> {
    ctx.lock(bank::Konto::at("alice")).await
}

#[orchestrator]
pub async fn deposit(context: &mut Context) -> Result<i64> {
    let (mut account, section): Locks<'_> = first(context).await?;
    let mut add = async |amount| account.add(amount).await;
    let balance = add(1).await?;
    drop(section);
    Ok(balance)
}
