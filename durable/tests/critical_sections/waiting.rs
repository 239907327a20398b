//! Waiting for locks: in which order, for how long, and how one stops.

use std::time::Duration;

use durable::{Error, FailureKind, model::LockHolder, prelude::*};

use super::{ALL, Account, End, account, all_are_free, common::*, details, hold, holder, is_held_by, keys};

#[orchestrator]
async fn waits_a_minute(ctx: &mut Context) -> Result<()> {
    let ((_a, _b), _section) = ctx.lock((Account::at("a"), Account::at("b"))).timeout(Duration::from_secs(60)).await?;
    Ok(())
}

#[orchestrator]
pub(crate) async fn gives_up(ctx: &mut Context) -> Result<String> {
    let stop = ctx.event::<String>("stop");
    let lock = ctx.lock((Account::at("a"), Account::at("b"))).into_future();
    match durable::race(stop, lock).await {
        Either::Left(why) => why,
        Either::Right(locked) => locked.map(|_| "locked".to_owned()),
    }
}

/// Gets the locks, and is told to give up in the same turn, before it looks.
#[orchestrator]
async fn looks_too_late(ctx: &mut Context) -> Result<()> {
    let stop = ctx.event::<()>("stop");
    let mut lock = ctx.lock((Account::at("a"), Account::at("b"))).into_future();
    if let Either::Left(stopped) = durable::race(stop, &mut lock).await {
        stopped?;
    }
    Ok(())
}

/// How many operations of others are performed while it waits for the lock.
#[orchestrator]
async fn counts(ctx: &mut Context) -> Result<i64> {
    let before = ctx.call(Account::at("a").balance()).await?;
    let (a, _section) = ctx.lock(Account::at("a")).await?;
    Ok(a.balance().await? - before)
}

#[orchestrator]
async fn adds_forever(ctx: &Context) -> Result<()> {
    for _ in 0..10 {
        ctx.call(Account::at("a").add(1)).await?;
    }
    ctx.continue_as_new(adds_forever()).await
}

/// Locks the same accounts as all others, in an order of its own.
#[orchestrator]
async fn jostles(ctx: &mut Context, rounds: u32) -> Result<()> {
    let mut rng = ctx.rng();
    for _ in 0..rounds {
        let keys = [rng.below(5), rng.below(5), rng.below(5)].map(|key| format!("{key}"));
        let ([mut first, _, mut last], section) = ctx.lock(keys.map(Account::at)).await?;
        first.add(-1).await?;
        section.timer(Duration::ZERO).await;
        last.add(1).await?;
    }
    Ok(())
}

pub(crate) const WAITING: Registry = registry![waits_a_minute, gives_up, looks_too_late, counts, adds_forever, jostles];

#[tokio::test]
async fn holder_and_waiters_are_visible_in_their_order() {
    let world = world(ALL).await;
    let client = world.client();
    for id in ["first", "second", "third"] {
        client.start(hold(keys(&["a"]), End::Return)).instance_id(id).await.unwrap();
    }
    is_held_by(&client, "a", "first").await;
    eventually(async || Ok(details(&client, "a").await.unwrap().waiting.len() == 2)).await;
    let waiting = details(&client, "a").await.unwrap().waiting;
    let ids: Vec<_> = waiting.iter().map(|holder: &LockHolder| holder.instance_id.as_str()).collect();
    assert_eq!(ids, ["second", "third"]);
    for id in ["first", "second", "third"] {
        is_held_by(&client, "a", id).await;
        client.raise_event(&id.parse().unwrap(), "go", &()).await.unwrap();
    }
    all_are_free(&client).await;
}

#[tokio::test]
async fn a_lock_that_is_not_free_in_time_is_withdrawn() {
    let world = world(ALL).await;
    let client = world.client();
    let first = client.start(hold(keys(&["b"]), End::Return)).instance_id("first").await.unwrap();
    is_held_by(&client, "b", "first").await;
    let second = client.start(waits_a_minute()).instance_id("second").await.unwrap();
    is_held_by(&client, "a", "second").await;
    world.clock.advance(Duration::from_secs(60));
    let error = soon(second.output()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::TimedOut);
    assert_eq!(error.message(), "the locks were not free within 60s");
    assert_eq!(holder(&client, "a").await, None);
    first.raise("go", &()).await.unwrap();
    all_are_free(&client).await;
}

#[tokio::test]
async fn a_wish_that_is_dropped_is_never_granted_and_keeps_nobody_waiting() {
    let world = world(ALL).await;
    let client = world.client();
    let first = client.start(hold(keys(&["b"]), End::Return)).instance_id("first").await.unwrap();
    is_held_by(&client, "b", "first").await;
    let second = client.start(gives_up()).instance_id("second").await.unwrap();
    is_held_by(&client, "a", "second").await;
    let third = client.start(hold(keys(&["a"]), End::Return)).instance_id("third").await.unwrap();
    eventually(async || Ok(details(&client, "a").await.unwrap().waiting.len() == 1)).await;
    second.raise("stop", "enough").await.unwrap();
    assert_eq!(soon(second.output()).await.unwrap(), "enough");
    is_held_by(&client, "a", "third").await;
    for handle in [first, third] {
        handle.raise("go", &()).await.unwrap();
        soon(handle.output()).await.unwrap();
    }
    all_are_free(&client).await;
}

#[tokio::test]
async fn locks_that_were_granted_to_who_did_not_look_are_let_go() {
    for suspended in [false, true] {
        let world = world(ALL).await;
        let client = world.client();
        let first = client.start(hold(keys(&["b"]), End::Return)).instance_id("first").await.unwrap();
        is_held_by(&client, "b", "first").await;
        let late = client.start(looks_too_late()).instance_id("late").await.unwrap();
        is_held_by(&client, "a", "late").await;
        if suspended {
            // Then both arrive in one turn: the event first.
            client.suspend(late.id(), "wait").await.unwrap();
            late.raise("stop", &()).await.unwrap();
        }
        first.raise("go", &()).await.unwrap();
        soon(first.output()).await.unwrap();
        if suspended {
            client.resume(late.id(), "go on").await.unwrap();
        }
        soon(late.output()).await.unwrap();
        all_are_free(&client).await;
    }
}

/// The bound is stated at `Context::lock`: before a section come the operations that were waiting when it asked, and
/// nothing that came later.
#[tokio::test]
async fn a_section_gets_its_lock_although_operations_never_cease() {
    let world = world(ALL).await;
    let client = world.client();
    let adding: Vec<_> = (0..20).map(|n| format!("adding-{n}")).collect();
    for id in &adding {
        client.start(adds_forever()).instance_id(id).await.unwrap();
    }
    for _ in 0..20 {
        let overtaken = soon(client.start(counts()).await.unwrap().output()).await.unwrap();
        // Each of the twenty has one call on its way at most: when the balance is read, and when the lock is asked for.
        assert!((0..=40).contains(&overtaken), "{overtaken} operations while a section waited");
    }
    for id in &adding {
        client.terminate(&id.parse().unwrap(), "enough").await.unwrap();
    }
    all_are_free(&client).await;
}

#[tokio::test]
async fn sections_that_lock_the_same_in_every_order_never_wait_in_a_circle() {
    let world = world(ALL).await;
    let client = world.client();
    let mut jostling = Vec::new();
    for n in 0..20 {
        jostling.push(client.start(jostles(20)).instance_id(format!("jostler-{n}")).await.unwrap());
    }
    for handle in jostling {
        eventually(async || {
            world.clock.advance(Duration::from_millis(1));
            Ok(handle.status().await?.status == Status::Completed)
        })
        .await;
    }
    let accounts = client.entities().await.unwrap().entities;
    let sum: i64 = accounts.iter().map(|it| it.state.as_ref().unwrap().decode::<Account>().unwrap().balance).sum();
    assert_eq!(sum, 0);
    all_are_free(&client).await;
}

#[tokio::test]
async fn a_section_whose_instance_has_left_memory_gets_its_locks_and_lets_them_go() {
    let (clock, store) = (durable::runtime::VirtualClock::new(), durable::store::memory::MemoryStore::new());
    let builder = Runtime::builder().store(store.clone()).clock(clock.clone()).register(ALL);
    let runtime = builder.max_instances_in_memory(1).start().await.unwrap();
    let client = runtime.client();
    for id in ["first", "second", "third"] {
        client.start(hold(keys(&["a", "b"]), End::Return)).instance_id(id).await.unwrap();
    }
    for id in ["first", "second", "third"] {
        is_held_by(&client, "b", id).await;
        let handle = client.handle::<String, Error>(id).unwrap();
        handle.raise("go", &()).await.unwrap();
        assert_eq!(soon(handle.output()).await.unwrap(), "returned");
    }
    assert_eq!(client.entity(account("a")).await.unwrap(), None);
    all_are_free(&client).await;
}
