//! Who listens is told of everything that was stored, once, in its order.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{hooked::HookedStore, soon, world};
use durable::{
    FailureKind,
    client::{Changed, Changes},
    prelude::*,
    store::{Store, memory::MemoryStore},
};
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Counter {
    value: i64,
}

#[entity]
impl Counter {
    fn add(&mut self, amount: i64) -> i64 {
        self.value += amount;
        self.value
    }

    fn get(&self) -> i64 {
        self.value
    }
}

#[orchestrator]
async fn waits(ctx: &Context) -> Result<u32> {
    ctx.event("go").await
}

#[orchestrator]
async fn adds(ctx: &Context, key: String) -> Result<i64> {
    ctx.call(Counter::at(key).add(1)).await
}

const ALL: Registry = registry![Counter, waits, adds];

/// The next change, in words.
async fn next(changes: &mut Changes) -> String {
    match soon(changes.next()).await.unwrap().what {
        Changed::Instance { id, status, parked, .. } => format!("{id} {status}{}", if parked { " parked" } else { "" }),
        Changed::Purged { id } => format!("{id} purged"),
        Changed::Entity { id } => id.to_string(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn instances_are_told_of_from_their_start_to_their_purge() {
    let world = world(ALL).await;
    let client = world.client();
    let mut changes = client.changes().unwrap();
    let handle = client.start(waits()).instance_id("w").await.unwrap();
    client.suspend(handle.id(), "").await.unwrap();
    client.resume(handle.id(), "").await.unwrap();
    handle.raise("go", &1).await.unwrap();
    soon(handle.output()).await.unwrap();
    client.purge(handle.id()).await.unwrap();
    let mut told = Vec::new();
    for _ in 0..5 {
        told.push(next(&mut changes).await);
    }
    assert_eq!(told, ["w Running", "w Suspended", "w Running", "w Completed", "w purged"]);
}

#[tokio::test]
async fn changes_of_one_thing_that_are_stored_together_come_as_one() {
    let world = world(ALL).await;
    let client = world.client();
    let mut changes = client.changes().unwrap();
    // Start, call, answer and end are one commit.
    soon(client.start(adds("k".into())).instance_id("a").await.unwrap().output()).await.unwrap();
    client.call(Counter::at("k").get()).await.unwrap();
    client.signal(Counter::at("l").add(1)).await.unwrap();
    let mut told = [next(&mut changes).await, next(&mut changes).await];
    told.sort();
    assert_eq!(told, ["@Counter@k", "a Completed"]);
    assert_eq!(next(&mut changes).await, "@Counter@l");
}

#[tokio::test]
async fn parked_and_scheduled_instances_are_told_of() {
    let world = world(registry![Counter]).await;
    let client = world.client();
    let mut changes = client.changes().unwrap();
    client.start_named("waits", durable::Payload::null()).instance_id("p").await.unwrap();
    assert_eq!(next(&mut changes).await, "p Pending parked");
    let at = durable::runtime::Clock::now(&world.clock) + std::time::Duration::from_secs(60);
    client.start_named("waits", durable::Payload::null()).instance_id("s").at(at).await.unwrap();
    assert_eq!(next(&mut changes).await, "s Pending");
}

#[tokio::test]
async fn who_comes_back_is_told_of_what_it_has_not_seen_and_after_a_restart_that_it_missed_something() {
    let world = world(ALL).await;
    let client = world.client();
    let mut changes = client.changes().unwrap();
    for key in ["a", "b", "c"] {
        client.signal(Counter::at(key).add(1)).await.unwrap();
    }
    let seen = soon(changes.next()).await.unwrap().revision;
    drop(changes);
    client.signal(Counter::at("d").add(1)).await.unwrap();
    let mut changes = client.changes_since(seen).unwrap();
    for id in ["@Counter@b", "@Counter@c", "@Counter@d"] {
        assert_eq!(next(&mut changes).await, id);
    }
    let world = world.restart(ALL).await;
    assert_eq!(soon(changes.next()).await, None, "the runtime that it listened to has ended");
    let mut changes = world.client().changes_since(seen).unwrap();
    assert_eq!(next(&mut changes).await, "Missed");
    world.client().signal(Counter::at("e").add(1)).await.unwrap();
    let change = soon(changes.next()).await.unwrap();
    assert!(change.revision > seen, "revisions rise across restarts");
}

#[tokio::test]
async fn who_listens_first_while_a_round_is_being_stored_is_told_that_it_missed_something() {
    let (begun, mut commits) = tokio::sync::mpsc::unbounded_channel();
    let (go, told) = std::sync::mpsc::channel::<()>();
    let store = HookedStore::new(MemoryStore::new(), move |store, batch| {
        begun.send(()).ok();
        // Nobody holds it any more when the test ends.
        told.recv().ok();
        store.commit(batch)
    });
    let runtime = Runtime::builder().store(store).register(ALL).start().await.unwrap();
    let client = runtime.client();
    let first = client.clone();
    let first = tokio::spawn(async move { first.signal(Counter::at("a").add(1)).await });
    soon(commits.recv()).await.unwrap();
    let mut changes = client.changes().unwrap();
    assert_eq!(client.entities().await.unwrap().entities, [], "what it reads now is from before");
    go.send(()).unwrap();
    assert_eq!(next(&mut changes).await, "Missed");
    drop(go);
    soon(first).await.unwrap().unwrap();
    client.signal(Counter::at("b").add(1)).await.unwrap();
    // The result of `a` may be stored in the same round or before.
    let mut told = Vec::new();
    while told.last().is_none_or(|last| last != "@Counter@b") {
        told.push(next(&mut changes).await);
    }
    assert!(told.iter().all(|change| change != "Missed"), "{told:?}");
}

#[tokio::test]
async fn nothing_is_told_of_what_was_not_stored() {
    let store = MemoryStore::new();
    let (mortal, _) = common::dying::dying(store, 1, common::dying::Dies::Before);
    let runtime = Runtime::builder().store(mortal).register(ALL).start().await.unwrap();
    let client = runtime.client();
    let mut changes = client.changes().unwrap();
    client.signal(Counter::at("a").add(1)).await.unwrap();
    let error = client.signal(Counter::at("b").add(1)).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Store);
    assert_eq!(next(&mut changes).await, "@Counter@a");
    assert_eq!(soon(changes.next()).await, None);
}
