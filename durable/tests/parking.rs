//! Unknown or diverging code never fails an instance: it parks with a reason, and goes on when fitting code is there.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::time::Duration;

use common::{soon, world};
use durable::{
    FailureKind,
    client::InstanceStatus,
    model::{Event, ParkReason},
    prelude::*,
};

#[activity]
async fn one() -> Result<u32> {
    Ok(1)
}

#[activity]
async fn two() -> Result<u32> {
    Ok(2)
}

mod old {
    use super::*;

    #[orchestrator(name = "deployed")]
    pub async fn deployed(ctx: &Context) -> Result<u32> {
        let first = ctx.call(one()).await?;
        ctx.event::<()>("go").await?;
        Ok(first)
    }
}

mod bad {
    use super::*;

    #[orchestrator(name = "deployed")]
    pub async fn deployed(ctx: &Context) -> Result<u32> {
        let first = ctx.call(two()).await?;
        ctx.event::<()>("go").await?;
        Ok(first)
    }
}

mod good {
    use super::*;

    #[orchestrator(name = "deployed")]
    pub async fn deployed(ctx: &Context) -> Result<u32> {
        let first = ctx.call(one()).await?;
        ctx.event::<()>("go").await?;
        Ok(first + ctx.call(two()).await?)
    }
}

const OLD: Registry = registry![old::deployed, one, two];
const BAD: Registry = registry![bad::deployed, one, two];
const GOOD: Registry = registry![good::deployed, one, two];

async fn parked(client: &Client, id: &str) -> InstanceStatus {
    let id: InstanceId = id.parse().unwrap();
    common::eventually(async || Ok(client.status(&id).await?.is_some_and(|status| status.parked.is_some()))).await;
    client.status(&id).await.unwrap().unwrap()
}

#[tokio::test]
async fn diverging_code_parks_the_instance_with_expected_and_found_and_a_fixed_deploy_goes_on() {
    let world = world(OLD).await;
    let handle = world.client().start(old::deployed()).instance_id("d").await.unwrap();
    common::eventually(async || Ok(handle.history().await?.len() == 2)).await;

    let world = world.restart(BAD).await;
    let status = parked(&world.client(), "d").await;
    assert_eq!(status.status, Status::Running);
    let ParkReason::Nondeterminism { expected, found, sequence } = status.parked.unwrap().reason else { panic!() };
    assert_eq!(expected.as_deref(), Some("activity `one` #0 with input null"));
    assert_eq!(found.as_deref(), Some("activity `two` #0 with input null"));
    assert_eq!(sequence, 1);
    // What arrives while it is parked is kept.
    world.client().raise_event(&"d".parse().unwrap(), "go", &()).await.unwrap();

    let world = world.restart(GOOD).await;
    let handle = world.client().handle::<u32, Error>("d").unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), 3);
    assert_eq!(handle.status().await.unwrap().parked, None);
}

#[tokio::test]
async fn an_unknown_orchestrator_parks_its_instance_until_it_is_registered() {
    let world = world(registry![one]).await;
    let client = world.client();
    let handle = client.start_named("deployed", durable::Payload::null()).instance_id("u").await.unwrap();
    let status = handle.status().await.unwrap();
    assert_eq!(status.parked.as_ref().unwrap().reason, ParkReason::NotRegistered);
    assert!(status.parked.unwrap().message.contains("no orchestrator `deployed` is registered"));
    handle.raise("go", &()).await.unwrap();
    let world = world.restart(OLD).await;
    let handle = world.client().handle::<u32, Error>("u").unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), 1);
}

/// Waits until an instance has been taken up by its code, and gives its status.
async fn taken_up(client: &Client, id: &str) -> Status {
    let id: InstanceId = id.parse().unwrap();
    common::eventually(async || Ok(client.status(&id).await?.is_some_and(|status| status.parked.is_none()))).await;
    client.status(&id).await.unwrap().unwrap().status
}

/// What was done to an instance from outside, in order.
async fn verbs(client: &Client, id: &str) -> Vec<&'static str> {
    let history = client.history(&id.parse().unwrap()).await.unwrap().unwrap();
    let events = history.iter().flat_map(|segment| &segment.events).map(|event| match event {
        Event::ExecutionSuspended { .. } => "suspended",
        Event::ExecutionResumed { .. } => "resumed",
        Event::EventRaised { .. } => "raised",
        _ => "",
    });
    events.filter(|verb| !verb.is_empty()).collect()
}

#[tokio::test]
async fn what_is_suspended_while_it_is_parked_is_suspended_when_its_code_is_there() {
    let world = world(OLD).await;
    let handle = world.client().start(old::deployed()).instance_id("d").await.unwrap();
    common::eventually(async || Ok(handle.history().await?.len() == 2)).await;
    // Without its orchestrator, then with one that diverges.
    let world = world.restart(registry![one]).await;
    let (client, id) = (world.client(), handle.id());
    client.raise_event(id, "go", &()).await.unwrap();
    client.suspend(id, "the bank is closed").await.unwrap();
    let status = parked(&client, "d").await;
    assert_eq!((status.status, status.parked.unwrap().reason), (Status::Suspended, ParkReason::NotRegistered));
    let again = client.suspend(id, "").await.unwrap_err();
    assert_eq!((again.kind(), again.message()), (FailureKind::InvalidState, "`d` can't be suspended: it is Suspended"));
    let world = world.restart(BAD).await;
    let diverges =
        |status: &InstanceStatus| matches!(status.parked, Some(ref it) if it.reason != ParkReason::NotRegistered);
    let client = world.client();
    common::eventually(async || Ok(client.status(id).await?.is_some_and(|status| diverges(&status)))).await;
    assert_eq!(parked(&client, "d").await.status, Status::Suspended);

    let world = world.restart(GOOD).await;
    let client = world.client();
    assert_eq!(taken_up(&client, "d").await, Status::Suspended);
    assert_eq!(verbs(&client, "d").await, ["raised", "suspended"]);
    // Also after one more replay.
    let world = world.restart(GOOD).await;
    let client = world.client();
    client.resume(id, "").await.unwrap();
    assert_eq!(soon(client.handle::<u32, Error>("d").unwrap().output()).await.unwrap(), 3);
    assert_eq!(verbs(&client, "d").await, ["raised", "suspended", "resumed"]);
}

#[tokio::test]
async fn what_is_resumed_while_it_is_parked_goes_on_when_its_code_is_there() {
    let world = world(OLD).await;
    let client = world.client();
    for id in ["was suspended", "both"] {
        let handle = client.start(old::deployed()).instance_id(id).await.unwrap();
        common::eventually(async || Ok(handle.history().await?.len() == 2)).await;
    }
    let [before, both]: [InstanceId; 2] = ["was suspended", "both"].map(|id| id.parse().unwrap());
    client.suspend(&before, "").await.unwrap();
    client.raise_event(&before, "go", &()).await.unwrap();
    let world = world.restart(registry![one]).await;
    let client = world.client();
    assert_eq!(parked(&client, "was suspended").await.status, Status::Suspended);
    client.suspend(&both, "").await.unwrap();
    for id in [&before, &both] {
        client.resume(id, "").await.unwrap();
        assert_eq!(parked(&client, id.as_str()).await.status, Status::Running);
        assert_eq!(client.resume(id, "").await.unwrap_err().kind(), FailureKind::InvalidState);
    }
    client.raise_event(&both, "go", &()).await.unwrap();
    let world = world.restart(GOOD).await;
    let client = world.client();
    for (id, expected) in [(before, ["suspended", "raised", "resumed"]), (both, ["suspended", "resumed", "raised"])] {
        assert_eq!(soon(client.handle::<u32, Error>(id.as_str()).unwrap().output()).await.unwrap(), 3);
        assert_eq!(verbs(&client, id.as_str()).await, expected);
    }
}

#[tokio::test]
async fn what_has_not_begun_is_suspended_and_resumed_without_its_code() {
    let world = world(registry![one]).await;
    let client = world.client();
    for id in ["later", "now"] {
        let handle = client.start_named("deployed", durable::Payload::null()).instance_id(id).await.unwrap();
        assert_eq!(parked(&client, id).await.status, Status::Pending);
        client.suspend(handle.id(), "").await.unwrap();
        assert_eq!(client.status(handle.id()).await.unwrap().unwrap().status, Status::Suspended);
        handle.raise("go", &()).await.unwrap();
    }
    client.resume(&"now".parse().unwrap(), "").await.unwrap();
    assert_eq!(client.status(&"now".parse().unwrap()).await.unwrap().unwrap().status, Status::Pending);
    let world = world.restart(OLD).await;
    let client = world.client();
    assert_eq!(soon(client.handle::<u32, Error>("now").unwrap().output()).await.unwrap(), 1);
    assert_eq!(taken_up(&client, "later").await, Status::Suspended);
    assert_eq!(client.history(&"later".parse().unwrap()).await.unwrap().unwrap(), []);
    client.resume(&"later".parse().unwrap(), "").await.unwrap();
    assert_eq!(soon(client.handle::<u32, Error>("later").unwrap().output()).await.unwrap(), 1);
}

#[tokio::test]
async fn what_is_suspended_and_parked_can_be_terminated() {
    let world = world(OLD).await;
    let handle = world.client().start(old::deployed()).instance_id("begun").await.unwrap();
    common::eventually(async || Ok(handle.history().await?.len() == 2)).await;
    let world = world.restart(registry![one]).await;
    let client = world.client();
    for id in ["pending", "held"] {
        client.start_named("deployed", durable::Payload::null()).instance_id(id).await.unwrap();
    }
    for id in ["begun", "held"] {
        client.suspend(&id.parse().unwrap(), "").await.unwrap();
    }
    for id in ["begun", "held", "pending"] {
        client.terminate(&id.parse().unwrap(), "").await.unwrap();
        let handle = client.handle::<u32, Error>(id).unwrap();
        assert_eq!(soon(handle.output()).await.unwrap_err().kind(), FailureKind::Terminated, "{id}");
    }
}

#[tokio::test]
async fn what_waits_for_an_unknown_activity_stays_suspended() {
    let mut world = world(registry![old::deployed]).await;
    let handle = world.client().start(old::deployed()).instance_id("a").await.unwrap();
    world.client().suspend(handle.id(), "").await.unwrap();
    for (registry, reason) in [(registry![one], "no orchestrator"), (registry![old::deployed], "no activity")] {
        world = world.restart(registry).await;
        let client = world.client();
        let is_told = |status: InstanceStatus| status.parked.is_some_and(|parked| parked.message.contains(reason));
        common::eventually(async || Ok(client.status(handle.id()).await?.is_some_and(is_told))).await;
        assert_eq!(parked(&client, "a").await.status, Status::Suspended);
    }
    let world = world.restart(OLD).await;
    let client = world.client();
    assert_eq!(taken_up(&client, "a").await, Status::Suspended);
    client.resume(handle.id(), "").await.unwrap();
    client.raise_event(handle.id(), "go", &()).await.unwrap();
    assert_eq!(soon(client.handle::<u32, Error>("a").unwrap().output()).await.unwrap(), 1);
}

#[tokio::test]
async fn an_unknown_activity_parks_the_caller_until_it_is_registered() {
    let world = world(registry![old::deployed]).await;
    let handle = world.client().start(old::deployed()).instance_id("a").await.unwrap();
    let status = handle.status().await.unwrap();
    assert!(status.parked.unwrap().message.contains("no activity `one` is registered"));
    let world = world.restart(OLD).await;
    let handle = world.client().handle::<u32, Error>("a").unwrap();
    handle.raise("go", &()).await.unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), 1);
}

#[orchestrator]
async fn waits_for_nothing(_ctx: &Context) -> Result<()> {
    durable::assume_deterministic!(std::future::pending().await)
}

#[orchestrator]
async fn waits_for_a_channel(ctx: &Context) -> Result<()> {
    let mut timer = ctx.timer(Duration::from_secs(3600));
    durable::assume_deterministic!({
        let (_sender, receiver) = tokio::sync::oneshot::channel::<()>();
        tokio::select! { () = &mut timer => {}, _ = receiver => {} }
    });
    Ok(())
}

#[orchestrator]
async fn sleeps(_ctx: &Context) -> Result<()> {
    durable::assume_deterministic!(tokio::time::sleep(Duration::from_secs(1)).await);
    Ok(())
}

#[tokio::test]
async fn an_orchestrator_that_awaits_what_is_not_durable_is_parked_at_its_first_turn() {
    let world = world(registry![waits_for_nothing, waits_for_a_channel, sleeps]).await;
    let place = concat!(file!(), ":");
    for (name, text) in [
        ("waits_for_nothing", "for ever"),
        ("waits_for_a_channel", "not durable"),
        ("sleeps", "tokio"),
        ("sleeps", place),
    ] {
        let handle = world.client().start_named(name, durable::Payload::null()).await.unwrap();
        let parked = handle.status().await.unwrap().parked.unwrap();
        assert_eq!(parked.reason, ParkReason::NotDurable);
        assert!(parked.message.contains(text), "{}", parked.message);
    }
}

#[tokio::test]
async fn a_parked_instance_can_be_terminated_and_purged() {
    let world = world(OLD).await;
    let handle = world.client().start(old::deployed()).instance_id("d").await.unwrap();
    common::eventually(async || Ok(handle.history().await?.len() == 2)).await;
    let world = world.restart(BAD).await;
    parked(&world.client(), "d").await;
    let (client, id) = (world.client(), "d".parse().unwrap());
    assert_eq!(client.purge(&id).await.unwrap_err().kind(), FailureKind::InvalidState);
    client.terminate(&id, "hopeless").await.unwrap();
    let handle = client.handle::<u32, Error>("d").unwrap();
    assert_eq!(soon(handle.output()).await.unwrap_err().kind(), FailureKind::Terminated);
    client.purge(&id).await.unwrap();
    assert!(client.status(&id).await.unwrap().is_none());
}
