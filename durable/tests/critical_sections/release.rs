//! Every way in which a section can end, and that its locks end with it.

use durable::{
    EntityId, Error, FailureKind, IfExists, Registry, Status,
    client::Client,
    model::{Batch, EntityRecord, InstanceKey, LockHolder, Timestamp},
    prelude::*,
    store::Store,
};

use super::{ALL, Account, Audit, End, account, all_are_free, common::*, hold, holder, is_held_by, keys, transfer};

/// Starts a section that holds the accounts `a` and `b`.
async fn holding(client: &Client, id: &str, end: End) -> durable::Handle<String, Error> {
    let handle = client.start(hold(keys(&["a", "b"]), end)).instance_id(id).await.unwrap();
    is_held_by(client, "a", id).await;
    is_held_by(client, "b", id).await;
    handle
}

#[tokio::test]
async fn return_failure_and_panic_let_go_what_was_locked() {
    let world = world(ALL).await;
    let client = world.client();
    for (end, status) in [(End::Return, Status::Completed), (End::Fail, Status::Failed), (End::Panic, Status::Failed)] {
        let handle = holding(&client, &format!("{end:?}"), end).await;
        handle.raise("go", &()).await.unwrap();
        drop(soon(handle.output()).await);
        assert_eq!(handle.status().await.unwrap().status, status);
        all_are_free(&client).await;
    }
}

#[tokio::test]
async fn dropping_the_handles_lets_go_while_the_orchestration_goes_on() {
    let world = world(ALL).await;
    let client = world.client();
    let handle = holding(&client, "d", End::Drop).await;
    handle.raise("go", &()).await.unwrap();
    all_are_free(&client).await;
    assert_eq!(handle.status().await.unwrap().status, Status::Running);
    handle.raise("end", &()).await.unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), "dropped");
}

#[tokio::test]
async fn termination_lets_go_what_was_locked_in_the_same_commit() {
    let world = world(ALL).await;
    let client = world.client();
    let handle = holding(&client, "t", End::Return).await;
    client.terminate(handle.id(), "enough").await.unwrap();
    // No waiting: the answer came after the commit.
    assert_eq!(holder(&client, "a").await, None);
    assert_eq!(holder(&client, "b").await, None);
    all_are_free(&client).await;
}

#[tokio::test]
async fn termination_while_the_locks_are_awaited_withdraws_the_wish_and_what_was_locked_for_it() {
    let world = world(ALL).await;
    let client = world.client();
    let first = client.start(hold(keys(&["b"]), End::Return)).instance_id("first").await.unwrap();
    is_held_by(&client, "b", "first").await;
    let second = client.start(hold(keys(&["a", "b"]), End::Return)).instance_id("second").await.unwrap();
    is_held_by(&client, "a", "second").await;
    client.terminate(second.id(), "enough").await.unwrap();
    assert_eq!(holder(&client, "a").await, None);
    first.raise("go", &()).await.unwrap();
    soon(first.output()).await.unwrap();
    all_are_free(&client).await;
}

#[tokio::test]
async fn a_suspended_section_keeps_its_locks_and_goes_on_with_them() {
    let world = world(ALL).await;
    let client = world.client();
    let handle = holding(&client, "s", End::Return).await;
    client.suspend(handle.id(), "wait").await.unwrap();
    handle.raise("go", &()).await.unwrap();
    assert_eq!(holder(&client, "a").await.as_deref(), Some("s"));
    client.resume(handle.id(), "go on").await.unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), "returned");
    all_are_free(&client).await;
}

#[tokio::test]
async fn a_suspended_section_that_is_terminated_lets_go() {
    let world = world(ALL).await;
    let client = world.client();
    let handle = holding(&client, "s", End::Return).await;
    client.suspend(handle.id(), "wait").await.unwrap();
    client.terminate(handle.id(), "enough").await.unwrap();
    all_are_free(&client).await;
}

#[tokio::test]
async fn the_next_generation_has_no_locks_of_the_last_one() {
    let world = world(ALL).await;
    let client = world.client();
    let handle = holding(&client, "c", End::Again).await;
    handle.raise("go", &()).await.unwrap();
    let generation = async || client.entity(account("a")).await.unwrap()?.record.locked_by.map(|by| by.generation);
    eventually(async || Ok(generation().await == Some(1))).await;
    handle.raise("go", &()).await.unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), "returned");
    all_are_free(&client).await;
}

mod lasting {
    use super::*;

    /// Holds a lock until its code goes on as new, without letting it go before.
    #[orchestrator]
    pub(super) async fn lasting(ctx: &mut Context, round: u32) -> Result<u32> {
        let next = ctx.continue_as_new(lasting(round + 1));
        if round == 3 {
            return Ok(round);
        }
        let (_a, section) = ctx.lock(Account::at("a")).await?;
        section.timer(std::time::Duration::ZERO).await;
        next.await
    }
}

#[tokio::test]
async fn a_section_that_lasts_until_continue_as_new_ends_with_the_generation() {
    let world = world(registry![ALL, lasting::lasting]).await;
    let client = world.client();
    assert_eq!(soon(client.start(lasting::lasting(0)).await.unwrap().output()).await.unwrap(), 3);
    all_are_free(&client).await;
}

#[tokio::test]
async fn a_replaced_instance_lets_go_and_its_successor_is_another_holder() {
    let world = world(ALL).await;
    let client = world.client();
    holding(&client, "r", End::Return).await;
    let key = client.entity(account("a")).await.unwrap().unwrap().record.locked_by.unwrap().key;
    let start = client.start(hold(keys(&["a"]), End::Return)).instance_id("r").if_exists(IfExists::Replace);
    let handle = start.await.unwrap();
    let successor = async || client.entity(account("a")).await.unwrap()?.record.locked_by.filter(|by| by.key != key);
    eventually(async || Ok(successor().await.is_some())).await;
    assert_eq!(holder(&client, "b").await, None);
    handle.raise("go", &()).await.unwrap();
    soon(handle.output()).await.unwrap();
    all_are_free(&client).await;
}

mod diverging {
    use super::*;

    #[orchestrator(name = "hold")]
    pub(super) async fn hold(ctx: &mut Context, _keys: Vec<String>, _end: End) -> Result<String> {
        ctx.timer(std::time::Duration::from_secs(1)).await;
        Ok("another".to_owned())
    }
}

const DIVERGED: Registry = registry![Account, Audit, transfer, diverging::hold, super::rules::RULES];

async fn is_parked(client: &Client, id: &InstanceId) {
    eventually(async || Ok(client.status(id).await?.is_some_and(|status| status.parked.is_some()))).await;
}

#[tokio::test]
async fn a_parked_section_keeps_its_locks_and_goes_on_when_fitting_code_is_there() {
    let world = world(ALL).await;
    let handle = holding(&world.client(), "p", End::Return).await;
    let world = world.restart(DIVERGED).await;
    is_parked(&world.client(), handle.id()).await;
    assert_eq!(holder(&world.client(), "a").await.as_deref(), Some("p"));
    let world = world.restart(ALL).await;
    let handle = world.client().handle::<String, Error>("p").unwrap();
    handle.raise("go", &()).await.unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), "returned");
    all_are_free(&world.client()).await;
}

#[tokio::test]
async fn a_parked_section_that_is_terminated_lets_go() {
    let world = world(ALL).await;
    let handle = holding(&world.client(), "p", End::Return).await;
    let world = world.restart(DIVERGED).await;
    let client = world.client();
    is_parked(&client, handle.id()).await;
    client.terminate(handle.id(), "hopeless").await.unwrap();
    assert_eq!(holder(&client, "a").await, None);
    all_are_free(&client).await;
}

#[tokio::test]
async fn a_wish_of_a_parked_instance_that_is_terminated_is_withdrawn() {
    let world = world(ALL).await;
    let first = client_holds_b(&world.client()).await;
    let second = world.client().start(hold(keys(&["a", "b"]), End::Return)).instance_id("second").await.unwrap();
    is_held_by(&world.client(), "a", "second").await;
    let world = world.restart(registry![ALL_BUT_HOLD, renamed::held]).await;
    let client = world.client();
    is_parked(&client, second.id()).await;
    client.terminate(second.id(), "hopeless").await.unwrap();
    assert_eq!(holder(&client, "a").await, None);
    let waiting = client.entity(account("b")).await.unwrap().unwrap().waiting;
    assert!(waiting.is_empty(), "{waiting:?}");
    assert_eq!(holder(&client, "b").await.as_deref(), Some(first.as_str()));
}

async fn client_holds_b(client: &Client) -> String {
    client.start(hold(keys(&["b"]), End::Return)).instance_id("first").await.unwrap();
    is_held_by(client, "b", "first").await;
    "first".to_owned()
}

mod renamed {
    use super::*;

    #[orchestrator]
    pub(super) async fn held(_ctx: &Context) -> Result<()> {
        Ok(())
    }
}

const ALL_BUT_HOLD: Registry = registry![Account, Audit, transfer, super::rules::RULES];

#[tokio::test]
async fn a_section_survives_a_restart_and_so_does_who_waits() {
    let world = world(ALL).await;
    holding(&world.client(), "first", End::Return).await;
    let second = world.client().start(hold(keys(&["b", "a"]), End::Return)).instance_id("second").await.unwrap();
    eventually(async || Ok(world.client().entity(account("a")).await?.unwrap().waiting.len() == 1)).await;
    let world = world.restart(ALL).await;
    let client = world.client();
    assert_eq!(holder(&client, "b").await.as_deref(), Some("first"));
    let first = client.handle::<String, Error>("first").unwrap();
    first.raise("go", &()).await.unwrap();
    assert_eq!(soon(first.output()).await.unwrap(), "returned");
    is_held_by(&client, "a", "second").await;
    is_held_by(&client, "b", "second").await;
    let second = client.handle::<String, Error>(second.id()).unwrap();
    second.raise("go", &()).await.unwrap();
    assert_eq!(soon(second.output()).await.unwrap(), "returned");
    all_are_free(&client).await;
}

#[tokio::test]
async fn a_lock_whose_holder_is_gone_is_found_and_taken_back() {
    let world = world(ALL).await;
    drop(world.runtime);
    let mut store = world.store.clone();
    store.open().unwrap();
    let locked_by =
        LockHolder { instance_id: "nobody".parse().unwrap(), key: InstanceKey(1_000), generation: 0, section: 0 };
    let record = |key: &str| EntityRecord {
        locked_by: Some(locked_by.clone()),
        updated: Timestamp::from_micros(1),
        ..EntityRecord::new(EntityId::new("Account", key).unwrap())
    };
    let entities = vec![record("a"), record("b")];
    store.commit(&Batch { entities, ..Batch::default() }).unwrap();
    let runtime = start(&world.clock, &world.store, ALL).await;
    let client = runtime.client();
    let held = client.start(hold(keys(&["c"]), End::Return)).instance_id("alive").await.unwrap();
    is_held_by(&client, "c", "alive").await;
    client.signal(Account::at("a").add(1)).await.unwrap();
    assert_eq!(client.read(Account::at("a")).await.unwrap(), None);
    assert_eq!(client.clean_entities().await.unwrap(), 2);
    eventually(async || Ok(client.read(Account::at("a")).await?.is_some())).await;
    assert_eq!(holder(&client, "b").await, None);
    assert_eq!(client.clean_entities().await.unwrap(), 0, "the lock of a living section stays");
    assert_eq!(holder(&client, "c").await.as_deref(), Some("alive"));
    assert_eq!(client.purge(held.id()).await.unwrap_err().kind(), FailureKind::InvalidState);
}
