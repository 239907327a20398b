//! A copy that is taken while the program works is the database at one moment, and a program can go on with it.
#![expect(clippy::unwrap_used, reason = "a test that meets an error fails")]

use std::path::Path;

use durable::{IfExists, prelude::*, store::sqlite::SqliteStore};
use serde::{Deserialize, Serialize};

const ACCOUNTS: u64 = 10;
const OPENING: u64 = 100;
const TELLERS: u64 = 8;
/// So many that they are at work for as long as copies are taken.
const TRANSFERS: u64 = 200;
const COPIES: u64 = 20;

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: u64,
}

#[entity]
impl Account {
    fn balance(&self) -> u64 {
        self.balance
    }

    fn deposit(&mut self, amount: u64) {
        self.balance += amount;
    }

    fn withdraw(&mut self, amount: u64) {
        self.balance -= amount;
    }
}

#[activity]
async fn count_by_hand(amount: u64) -> Result<u64> {
    tokio::task::yield_now().await;
    Ok(amount)
}

#[orchestrator]
async fn teller(ctx: &mut Context, done: u64, share: u64) -> Result<u64> {
    let mut rng = ctx.rng();
    let now = share.min(done + 10);
    for _ in done..now {
        let from = rng.below(ACCOUNTS);
        let to = (from + 1 + rng.below(ACCOUNTS - 1)) % ACCOUNTS;
        let accounts = (Account::at(from.to_string()), Account::at(to.to_string()));
        let ((mut from, mut to), section) = ctx.lock(accounts).await?;
        let amount = from.balance().await?.min(1 + rng.below(20));
        from.withdraw(amount).await?;
        // Now the money is in no account, and a copy may be taken.
        let amount = section.call(count_by_hand(amount)).await?;
        to.deposit(amount).await?;
    }
    if now < share {
        return ctx.continue_as_new(teller(now, share)).await;
    }
    Ok(share)
}

async fn start(path: &Path) -> Runtime {
    Runtime::builder().sqlite(path).register(registry![Account, teller, count_by_hand]).start().await.unwrap()
}

/// Lets all tellers come to their end, and gives what is in all accounts then.
async fn finished(runtime: Runtime) -> u64 {
    let client = runtime.client();
    for number in 0..TELLERS {
        let id = format!("teller-{number}");
        // A copy from the beginning may not have all of them.
        let start = client.start(teller(0, TRANSFERS)).instance_id(id).if_exists(IfExists::Attach);
        assert_eq!(start.await.unwrap().output().await.unwrap(), TRANSFERS);
    }
    let accounts = client.entities().name("Account").await.unwrap().entities;
    let held = client.entities().locked(true).with_transient().await.unwrap().entities;
    assert!(held.is_empty(), "{held:?}");
    runtime.shutdown().await.unwrap();
    accounts.iter().map(|account| account.state.as_ref().unwrap().decode::<Account>().unwrap().balance).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_taken_under_load_is_sound_and_goes_on_without_losing_or_making_money() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("bank.db");
    let runtime = start(&path).await;
    let client = runtime.client();
    for account in 0..ACCOUNTS {
        client.call(Account::at(account.to_string()).deposit(OPENING)).await.unwrap();
    }
    for number in 0..TELLERS {
        client.start(teller(0, TRANSFERS)).instance_id(format!("teller-{number}")).await.unwrap();
    }
    let mut copies = Vec::new();
    for number in 0..COPIES {
        let (from, to) = (path.clone(), directory.path().join(format!("copy-{number}.db")));
        copies.push(to.clone());
        tokio::task::spawn_blocking(move || SqliteStore::backup(from, to)).await.unwrap().unwrap();
    }
    assert_eq!(finished(runtime).await, ACCOUNTS * OPENING);

    let mut unfinished = 0;
    for copy in &copies {
        let report = SqliteStore::verify(copy).unwrap();
        assert!(report.is_sound(), "{report:?}");
        let reader = Client::read_only(copy).await.unwrap();
        unfinished += reader.instances().status(Status::Running).await.unwrap().instances.len();
        drop(reader);
        assert_eq!(finished(start(copy).await).await, ACCOUNTS * OPENING, "{}", copy.display());
    }
    assert!(unfinished > 0, "the tellers were too fast for the copies to say anything");
}
