//! Databases that earlier versions have left half-way: they open, migrate, and go on.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use durable::{
    Client, InstanceId, Status, Timestamp,
    model::{EntityRecord, ParkReason},
    prelude::*,
    runtime::VirtualClock,
    store::sqlite::SqliteStore,
    testing::History,
};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::{
    are_to_be_written,
    common::{eventually, soon},
    program::{Account, PROGRAM, bookkeeping, half_way, holding, waiting},
    scenes::order,
};

const HOUR: Duration = Duration::from_secs(3_600);

/// A database of the current format that the program has left in the midst of everything.
const CURRENT: &str = "tests/format_2.sql";

async fn start(path: &Path, clock: &VirtualClock, registry: Registry) -> Runtime {
    // So small that some payloads are kept in the table `blob`.
    let store = SqliteStore::new(path).inline_limit(60);
    Runtime::builder().store(store).clock(clock.clone()).register(registry).start().await.unwrap()
}

/// A database file with what that SQL makes.
fn file_of(sql: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("hub.db");
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    (directory, path)
}

async fn until_steps(client: &Client, id: &str, steps: &[&str]) {
    let id = InstanceId::new(id).unwrap();
    eventually(async || Ok(History::of(client, &id).await?.steps() == steps)).await;
}

/// Runs the program half-way, and writes the database that it leaves.
async fn write_current() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("hub.db");
    let clock = VirtualClock::new();
    let runtime = start(&path, &clock, PROGRAM).await;
    let client = runtime.client();
    let begun = ["activity note", "timer"];
    let with_child = [begun.as_slice(), &["sub-orchestration grown_up"]].concat();

    client.start(half_way(order(3)).instance_id("waits-for-a-word")).await.unwrap();
    until_steps(&client, "waits-for-a-word", &begun).await;
    clock.advance(HOUR);
    until_steps(&client, "waits-for-a-word", &with_child).await;
    client.raise_event(&InstanceId::new("pen-pal-3").unwrap(), "letter", "dear 3").await.unwrap();
    client.start(half_way(order(2)).instance_id("waits-for-its-child")).await.unwrap();
    until_steps(&client, "waits-for-its-child", &begun).await;
    clock.advance(HOUR);
    until_steps(&client, "waits-for-its-child", &with_child).await;
    client.start(half_way(order(1)).instance_id("waits-for-a-timer").tag("team", "it's").version("1")).await.unwrap();
    until_steps(&client, "waits-for-a-timer", &begun).await;

    client.start(holding().instance_id("holds-a-lock")).await.unwrap();
    until_steps(&client, "holds-a-lock", &["lock Account"]).await;
    client.signal(Account::at("erin").add(100)).await.unwrap();
    let suspended = client.start(waiting().instance_id("suspended")).await.unwrap();
    suspended.suspend("lunch").await.unwrap();
    suspended.raise("word", "kept while it was suspended").await.unwrap();
    client.start(bookkeeping().instance_id("ended")).await.unwrap().output().await.unwrap();
    runtime.shutdown().await.unwrap();
    std::fs::write(CURRENT, dump(&path)).unwrap();
}

/// All that is in a database, as SQL.
fn dump(path: &Path) -> String {
    let connection = Connection::open(path).unwrap();
    let texts = |sql: &str| -> Vec<String> {
        let mut statement = connection.prepare(sql).unwrap();
        let texts = statement.query_map([], |row| row.get(0)).unwrap();
        texts.collect::<rusqlite::Result<_>>().unwrap()
    };
    let mut sql = "-- A file of format 2, made by `golden/databases.rs`.\nPRAGMA page_size = 4096;\n\
                   PRAGMA application_id = 0x44757261;\nPRAGMA journal_mode = WAL;\nBEGIN TRANSACTION;\n"
        .to_owned();
    for table in texts("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") {
        let create = texts(&format!("SELECT sql FROM sqlite_master WHERE name = '{table}'")).concat();
        writeln!(sql, "{create};").unwrap();
        let columns = texts(&format!("SELECT 'quote(' || name || ')' FROM pragma_table_info('{table}')"));
        for row in texts(&format!("SELECT {} FROM {table}", columns.join(" || ',' || "))) {
            writeln!(sql, "INSERT INTO {table} VALUES({row});").unwrap();
        }
    }
    for other in texts("SELECT sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL ORDER BY type, name") {
        writeln!(sql, "{other};").unwrap();
    }
    sql + "COMMIT;\n"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_the_current_format_goes_on_where_it_was_left() {
    if are_to_be_written() {
        write_current().await;
    }
    let (_directory, path) = file_of(&std::fs::read_to_string(CURRENT).unwrap());
    let clock = VirtualClock::at("2026-01-01T02:00:00Z".parse().unwrap());
    let runtime = start(&path, &clock, PROGRAM).await;
    let client = runtime.client();
    let id = |text: &str| InstanceId::new(text).unwrap();

    // Once more, so that what is read was also written by this version.
    client.resume(&id("suspended"), "fed").await.unwrap();
    let suspended = client.handle::<String, Error>("suspended").unwrap();
    assert_eq!(soon(suspended.output()).await.unwrap(), "kept while it was suspended");
    runtime.shutdown().await.unwrap();
    let runtime = start(&path, &clock, PROGRAM).await;
    let client = runtime.client();

    clock.advance(HOUR);
    until_steps(&client, "waits-for-a-timer", &["activity note", "timer", "sub-orchestration grown_up"]).await;
    for number in [1, 2] {
        let pen_pal = id(&format!("pen-pal-{number}"));
        eventually(async || Ok(client.status(&pen_pal).await?.is_some_and(|it| it.status == Status::Running))).await;
        client.raise_event(&pen_pal, "letter", &format!("dear {number}")).await.unwrap();
    }
    let expected = [("waits-for-a-timer", 1), ("waits-for-its-child", 2), ("waits-for-a-word", 3)];
    for (balance, (name, number)) in (1..).zip(expected) {
        client.raise_event(&id(name), "word", "hello").await.unwrap();
        let handle = client.handle::<String, Error>(name).unwrap();
        assert_eq!(soon(handle.output()).await.unwrap(), format!("dear {number} hello {balance} 3"));
    }
    client.raise_event(&id("holds-a-lock"), "word", "four").await.unwrap();
    assert_eq!(soon(client.handle::<i64, Error>("holds-a-lock").unwrap().output()).await.unwrap(), 4);
    // The signal has waited behind the lock.
    eventually(async || Ok(client.call(Account::at("erin").balance()).await? == 104)).await;
    assert_eq!(client.handle::<i64, Error>("ended").unwrap().output().await.unwrap(), 10);
    let timer = client.status(&id("waits-for-a-timer")).await.unwrap().unwrap();
    assert_eq!((timer.version.as_deref(), timer.tags["team"].as_str()), (Some("1"), "it's"));
    runtime.shutdown().await.unwrap();
}

/// The program whose entities are in `format_1.sql`.
#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct Counter(i64);

#[entity]
impl Counter {
    fn add(&mut self, amount: i64) -> i64 {
        self.0 += amount;
        self.0
    }
}

/// Half of what the code of that time did: it is refused, and parked.
#[orchestrator(name = "order")]
async fn order_of_today(ctx: &Context, what: String) -> Result<i64> {
    let count = ctx.call(Counter::at("cats").add(1)).await?;
    ctx.call(Counter::at("dogs").add(i64::try_from(what.len())?)).await?;
    Ok(count)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_the_first_format_is_migrated_and_goes_on() {
    let (_directory, path) = file_of(include_str!("../format_1.sql"));
    let clock = VirtualClock::at(Timestamp::from_micros(1_800_000_000_000_100));
    let runtime = start(&path, &clock, registry![Counter, order_of_today]).await;
    let client = runtime.client();

    // States, results and ids of that time are there, and go on.
    assert_eq!(client.call(Counter::at("cats").add(1)).await.unwrap(), 42);
    assert_eq!(client.handle::<i64, Error>("child").unwrap().output().await.unwrap(), 7);
    let new = client.start(order_of_today("new".into())).await.unwrap();
    assert_eq!(soon(new.output()).await.unwrap(), 43);

    // What does not fit the code of today is kept, and says why.
    let one = InstanceId::new("one").unwrap();
    eventually(async || Ok(client.status(&one).await?.is_some_and(|it| it.parked.is_some()))).await;
    let parked = client.status(&one).await.unwrap().unwrap().parked.unwrap();
    assert!(matches!(parked.reason, ParkReason::Nondeterminism { .. }), "{parked}");
    let EntityRecord { state, parked, .. } = client.entity(Counter::at("a@b")).await.unwrap().unwrap().record;
    assert!(state.unwrap().as_json().contains("kept in the table blob") && parked.is_some());
    runtime.shutdown().await.unwrap();
}
