//! Critical sections: several entities locked together, and let go together, whatever happens.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{soon, world};
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
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

    fn withdraw(&mut self, amount: i64) -> Result<i64> {
        if self.balance < amount {
            return Err(Error::fatal("not enough"));
        }
        self.balance -= amount;
        Ok(self.balance)
    }
}

#[orchestrator]
async fn transfer(ctx: &mut Context, from: String, to: String, amount: i64) -> Result<bool> {
    let ((mut from, mut to), _section) = ctx.lock((Account::at(&from), Account::at(&to))).await?;
    if from.balance().await? < amount {
        return Ok(false);
    }
    durable::try_join!(from.withdraw(amount), to.add(amount))?;
    Ok(true)
}

const ALL: Registry = registry![Account, transfer];

#[tokio::test]
async fn a_transfer_moves_money_and_lets_both_accounts_go() {
    let world = world(ALL).await;
    let client = world.client();
    client.call(Account::at("a").add(10)).await.unwrap();
    let run = async |amount| soon(client.start(transfer("a".into(), "b".into(), amount)).await.unwrap().output()).await;
    assert!(run(7).await.unwrap());
    assert!(!run(7).await.unwrap());
    assert_eq!(client.call(Account::at("a").balance()).await.unwrap(), 3);
    assert_eq!(client.call(Account::at("b").balance()).await.unwrap(), 7);
    assert!(client.entities().locked(true).with_transient().await.unwrap().entities.is_empty());
}
