//! Critical sections: several entities locked together, and let go together, whatever happens.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, clippy::indexing_slicing, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod crashes;
mod leftovers;
mod release;
mod rules;
mod waiting;

use common::eventually;
use durable::{Client, EntityId, Error, client::EntityDetails, prelude::*};
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

    async fn add_slowly(&mut self, amount: i64) -> i64 {
        tokio::task::yield_now().await;
        self.balance += amount;
        self.balance
    }
}

#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Audit {
    lines: Vec<String>,
}

#[entity]
impl Audit {
    fn write(&mut self, line: String) {
        self.lines.push(line);
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

/// Locks the accounts, waits for the event `go`, and ends as it is told.
#[orchestrator]
async fn hold(ctx: &mut Context, keys: Vec<String>, end: End) -> Result<String> {
    let (handles, section) = ctx.lock(accounts(&keys)).await?;
    section.event::<()>("go").await?;
    match end {
        End::Return => Ok("returned".to_owned()),
        End::Fail => Err(Error::fatal("failed")),
        End::Panic => panic!("panicked"),
        End::Drop => {
            drop((handles, section));
            ctx.event::<()>("end").await?;
            Ok("dropped".to_owned())
        }
        End::Again => {
            drop((handles, section));
            ctx.continue_as_new(hold(keys, End::Return)).await
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum End {
    Return,
    Fail,
    Panic,
    Drop,
    Again,
}

#[deterministic]
fn accounts(keys: &[String]) -> Vec<AccountRef> {
    keys.iter().map(Account::at).collect()
}

const ALL: Registry = registry![Account, Audit, transfer, hold, rules::RULES, waiting::WAITING,];

fn account(key: &str) -> EntityId {
    EntityId::new("Account", key).unwrap()
}

fn keys(keys: &[&str]) -> Vec<String> {
    keys.iter().map(ToString::to_string).collect()
}

async fn details(client: &Client, key: &str) -> Option<EntityDetails> {
    client.entity(account(key)).await.unwrap()
}

/// The instance that holds an account.
async fn holder(client: &Client, key: &str) -> Option<String> {
    Some(details(client, key).await?.record.locked_by?.instance_id.to_string())
}

async fn is_held_by(client: &Client, key: &str, instance: &str) {
    eventually(async || Ok(holder(client, key).await.as_deref() == Some(instance))).await;
}

/// Checks that nothing is locked, and nothing waits to be.
async fn all_are_free(client: &Client) {
    let locked = async || client.entities().locked(true).with_transient().await.unwrap().entities;
    eventually(async || Ok(locked().await.is_empty())).await;
    for record in client.entities().with_transient().await.unwrap().entities {
        assert_eq!(client.entity(record.id.clone()).await.unwrap().map(|it| it.backlog), Some(0), "{}", record.id);
    }
}
