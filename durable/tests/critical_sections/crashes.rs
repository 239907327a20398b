//! A crash between any two steps of the lock protocol changes nothing but the time it takes.
//!
//! One turn is one commit here, so that the steps are stored one by one: the wish, the lock of the first entity and the
//! way to the second, its lock, the grant, each call and each answer, the release. The process dies in every commit in
//! turn, before it is stored and after.

use std::sync::atomic::Ordering;

use durable::{IfExists, Runtime, client::Client, prelude::*, runtime::VirtualClock, store::memory::MemoryStore};

use super::{
    ALL, Account, End, all_are_free,
    common::{
        self,
        dying::{Dies, dying},
        soon,
    },
    hold, holder, keys, transfer,
    waiting::gives_up,
};

/// What is tried: something with locks, begun once more after each crash, that must come to its end.
async fn two_transfers(client: &Client) -> Result<()> {
    let start = |id: &str, from: &str, to: &str| {
        let transfer = transfer(from.to_owned(), to.to_owned(), 10);
        client.start(transfer).instance_id(id).if_exists(IfExists::Attach)
    };
    // The second one has to wait for the first.
    let (first, second) = (start("first", "a", "b"), start("second", "b", "c"));
    let (first, second) = tokio::try_join!(first.into_future(), second.into_future())?;
    assert!(first.output().await?);
    second.output().await?;
    Ok(())
}

/// Waits until the instance has come so far; an error if the process has died.
async fn locks_or_has_ended(client: &Client, key: &str, id: &InstanceId) -> Result<()> {
    while holder(client, key).await.as_deref() != Some(id.as_str())
        && !client.status(id).await?.unwrap().status.is_terminal()
    {
        // Answered after a round.
        client.signals().await?;
    }
    Ok(())
}

/// Locks that are taken back by a termination: some of them granted, one of them still awaited.
async fn terminated_wish(client: &Client) -> Result<()> {
    let attach = |id: &str, names: &[&str]| {
        client.start(hold(keys(names), End::Return)).instance_id(id).if_exists(IfExists::Attach)
    };
    let first = attach("first", &["b"]).await?;
    let second = attach("second", &["a", "b", "c"]).await?;
    locks_or_has_ended(client, "a", second.id()).await?;
    let third = attach("third", &["a"]).await?;
    for (id, ends) in [(second.id(), true), (first.id(), false), (third.id(), false)] {
        let status = client.status(id).await?.unwrap().status;
        if status.is_terminal() {
            continue;
        }
        if ends {
            client.terminate(id, "enough").await?;
        } else {
            client.raise_event(id, "go", &()).await?;
        }
    }
    first.output().await?;
    third.output().await?;
    assert_eq!(second.output().await.unwrap_err().kind(), durable::FailureKind::Terminated);
    Ok(())
}

/// A wish that is withdrawn by its own code, while one of its entities is locked and the other awaited.
async fn withdrawn_wish(client: &Client) -> Result<()> {
    let attach = |id: &str| client.start(hold(keys(&["b"]), End::Return)).instance_id(id).if_exists(IfExists::Attach);
    let first = attach("first").await?;
    let second = client.start(gives_up()).instance_id("second").if_exists(IfExists::Attach).await?;
    locks_or_has_ended(client, "a", second.id()).await?;
    for id in [second.id(), first.id()] {
        let event = if id == second.id() { "stop" } else { "go" };
        let payload = if id == second.id() { Some("enough") } else { None };
        if !client.status(id).await?.unwrap().status.is_terminal() {
            client.raise_event(id, event, &payload).await?;
        }
    }
    assert_eq!(second.output().await?, "enough");
    first.output().await?;
    Ok(())
}

/// Runs it with a process that dies in the n-th commit, and then to its end; `false` if it did not come to dying.
async fn survives(n: usize, dies: Dies, program: impl AsyncFn(&Client) -> Result<()>) -> bool {
    let (clock, store) = (VirtualClock::new(), MemoryStore::new());
    {
        let runtime = common::start(&clock, &store, ALL).await;
        for key in ["a", "b", "c"] {
            runtime.client().call(Account::at(key).add(100)).await.unwrap();
        }
        runtime.shutdown().await.unwrap();
    }
    let (mortal, left) = dying(store.clone(), n, dies);
    let one_by_one =
        |builder: durable::runtime::RuntimeBuilder| builder.clock(clock.clone()).register(ALL).turns_per_round(1);
    let runtime = one_by_one(Runtime::builder().store(mortal)).start().await.unwrap();
    let ended = soon(program(&runtime.client())).await;
    let has_died = ended.is_err();
    if let Err(error) = ended {
        assert_eq!(left.load(Ordering::SeqCst), 0, "{error:?}");
    }
    drop(runtime);
    let runtime = one_by_one(Runtime::builder().store(store)).start().await.unwrap();
    let client = runtime.client();
    soon(program(&client)).await.unwrap();
    all_are_free(&client).await;
    for key in ["a", "b", "c"] {
        assert_eq!(holder(&client, key).await, None);
    }
    let mut sum = 0;
    for key in ["a", "b", "c"] {
        sum += client.call(Account::at(key).balance()).await.unwrap();
    }
    assert_eq!(sum, 300);
    has_died
}

async fn survives_everywhere(program: impl AsyncFn(&Client) -> Result<()>, at_least: usize) {
    for dies in [Dies::Before, Dies::After] {
        let mut n = 0;
        while survives(n, dies, &program).await {
            n += 1;
        }
        assert!(n >= at_least, "{n} commits: the steps are not stored one by one");
    }
}

#[tokio::test]
async fn transfers_survive_a_crash_between_any_two_steps() {
    survives_everywhere(two_transfers, 16).await;
}

#[tokio::test]
async fn a_withdrawn_wish_survives_a_crash_between_any_two_steps() {
    survives_everywhere(withdrawn_wish, 7).await;
}

#[tokio::test]
async fn a_terminated_wish_survives_a_crash_between_any_two_steps() {
    survives_everywhere(terminated_wish, 9).await;
}
