//! Lists, purges, limits, and what bad input gets.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::time::Duration;

use common::{soon, world};
use durable::{
    FailureKind, IfExists, Payload, State,
    client::Instances,
    prelude::*,
    runtime::VirtualClock,
    store::{StoreError, memory::MemoryStore},
};

#[activity]
async fn echo(text: String) -> Result<String> {
    Ok(text)
}

#[orchestrator]
async fn quick(ctx: &Context, text: String) -> Result<String> {
    ctx.call(echo(text)).await
}

#[orchestrator]
async fn waits(ctx: &Context, n: u64) -> Result<u64> {
    let more: u64 = ctx.event("more").await?;
    ctx.timer(Duration::from_secs(60)).await;
    Ok(n + more)
}

#[orchestrator]
async fn fails(_ctx: &Context) -> Result<()> {
    Err(Error::new("on purpose"))
}

const ALL: Registry = registry![quick, waits, fails, echo];

#[tokio::test]
async fn instances_are_listed_newest_first_filtered_and_paged() {
    let world = world(ALL).await;
    let client = world.client();
    for n in 0..5 {
        client.start(waits(n)).instance_id(format!("w-{n}")).tag("parity", (n % 2).to_string()).await.unwrap();
    }
    drop(soon(client.start(fails()).instance_id("f").await.unwrap().output()).await.unwrap_err());
    let ids = |page: &durable::client::InstancesPage| -> Vec<String> {
        page.instances.iter().map(|instance| instance.id.to_string()).collect()
    };
    assert_eq!(ids(&client.instances().await.unwrap()), ["f", "w-4", "w-3", "w-2", "w-1", "w-0"]);
    assert_eq!(ids(&client.instances().status(Status::Failed).await.unwrap()), ["f"]);
    assert_eq!(ids(&client.instances().tag("parity", "1").await.unwrap()), ["w-3", "w-1"]);
    let page = client.instances().name("waits").id_prefix("w-").limit(2).await.unwrap();
    assert_eq!(ids(&page), ["w-4", "w-3"]);
    let next = Instances::from_token(page.next.unwrap().to_token());
    assert_eq!(ids(&client.instances().name("waits").after(next).limit(2).await.unwrap()), ["w-2", "w-1"]);
    let failed = client.status(&"f".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(failed.failure.unwrap().message, "on purpose");
}

#[derive(Debug)]
struct Overdrawn;

impl std::error::Error for Overdrawn {}

impl std::fmt::Display for Overdrawn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("there is not enough")
    }
}

#[activity]
async fn withdraw() -> Result<()> {
    Err(Overdrawn)?
}

#[orchestrator]
async fn pays(ctx: &Context) -> Result<()> {
    ctx.call(withdraw()).await
}

#[orchestrator]
async fn hands_on(ctx: &Context) -> Result<()> {
    ctx.call(pays()).await
}

#[orchestrator]
async fn finds_out(_ctx: &Context) -> Result<()> {
    Err(Overdrawn)?
}

#[tokio::test]
async fn failed_instances_are_found_by_the_type_of_the_error_that_began_it() {
    let world = world(registry![ALL, pays, hands_on, finds_out, withdraw]).await;
    let client = world.client();
    soon(client.start(quick("Overdrawn".into())).await.unwrap().output()).await.unwrap();
    for name in ["fails", "pays", "hands_on", "finds_out"] {
        let started = client.start_named(name, Payload::null()).instance_id(name).await.unwrap();
        drop(soon(started.output()).await.unwrap_err());
    }
    let ids =
        |page: durable::client::InstancesPage| page.instances.iter().map(|it| it.id.to_string()).collect::<Vec<_>>();
    let found = ids(client.instances().error_type("Overdrawn").await.unwrap());
    assert_eq!((found.len(), found[0].as_str(), found[3].as_str()), (4, "finds_out", "pays"), "{found:?}");
    let turned = ids(client.instances().error_type("Overdrawn").oldest_first().await.unwrap());
    assert_eq!(turned, found.into_iter().rev().collect::<Vec<_>>());
    assert_eq!(client.instances().error_type("overdrawn").await.unwrap().instances, []);
    assert_eq!(client.instances().error_type("Overdrawn").purge().await.unwrap(), 4);
    assert_eq!(client.instances().await.unwrap().instances.len(), 2);
}

#[tokio::test]
async fn only_instances_that_have_ended_are_purged() {
    let world = world(ALL).await;
    let client = world.client();
    for n in 0..3 {
        soon(client.start(quick("x".into())).instance_id(format!("q-{n}")).await.unwrap().output()).await.unwrap();
    }
    client.start(waits(1)).instance_id("w").await.unwrap();
    assert_eq!(client.purge(&"w".parse().unwrap()).await.unwrap_err().kind(), FailureKind::InvalidState);
    assert_eq!(client.purge(&"none".parse().unwrap()).await.unwrap_err().kind(), FailureKind::NotFound);
    client.purge(&"q-0".parse().unwrap()).await.unwrap();
    assert_eq!(client.instances().purge().await.unwrap(), 2);
    assert_eq!(client.instances().await.unwrap().instances.len(), 1);
}

#[tokio::test]
async fn an_instance_is_restarted_with_its_argument_version_and_labels() {
    let world = world(ALL).await;
    let client = world.client();
    let first = client.start(quick("x".into())).instance_id("q").version("2").tag("team", "a").await.unwrap();
    soon(first.output()).await.unwrap();
    let second = client.restart(first.id()).await.unwrap();
    assert_eq!(soon(second.output()).await.unwrap().as_json(), r#""x""#);
    let status = second.status().await.unwrap();
    assert_ne!(status.id, *first.id());
    assert_eq!((status.version.as_deref(), status.tags["team"].as_str()), (Some("2"), "a"));
    let created = first.status().await.unwrap().created;
    world.clock.advance(Duration::from_secs(1));
    let third = client.restart(first.id()).keep_id().await.unwrap();
    assert_eq!(soon(third.output()).await.unwrap().as_json(), r#""x""#);
    assert_eq!(third.id(), first.id());
    assert!(third.status().await.unwrap().created > created);
    assert_eq!(client.instances().await.unwrap().instances.len(), 2);
    let unknown = client.restart(&"nobody".parse().unwrap()).await.unwrap_err();
    assert_eq!(unknown.kind(), FailureKind::NotFound);
}

#[tokio::test]
async fn an_instance_that_has_not_ended_is_not_replaced_unless_that_is_said() {
    let world = world(ALL).await;
    let client = world.client();
    let waiting = client.start(waits(1)).instance_id("w").await.unwrap();
    for error in [
        client.restart(waiting.id()).keep_id().await.unwrap_err(),
        client.start(waits(2)).instance_id("w").if_exists(IfExists::ReplaceEnded).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), FailureKind::AlreadyExists);
        assert!(error.message().contains("`w` has not ended"), "{error}");
    }
    client.terminate(waiting.id(), "enough").await.unwrap();
    let next = client.start(quick("y".into())).instance_id("w").if_exists(IfExists::ReplaceEnded).await.unwrap();
    assert_eq!(soon(next.output()).await.unwrap(), "y");
    assert_eq!(client.instances().await.unwrap().instances.len(), 1);
}

#[orchestrator]
async fn family(ctx: &Context, depth: u32) -> Result<u32> {
    if depth == 0 {
        return Ok(0);
    }
    let children = (0..2).map(|_| ctx.call(family(depth - 1)));
    let below: u32 = durable::try_join_all(children).await?.into_iter().sum();
    ctx.start(waits(1).instance_id(format!("{}-waits", ctx.instance_id())));
    Ok(below + 2)
}

#[tokio::test]
async fn an_instance_is_purged_with_its_children_and_theirs() {
    let world = world(registry![ALL, family]).await;
    let client = world.client();
    let other = client.start(quick("x".into())).instance_id("other").await.unwrap();
    soon(other.output()).await.unwrap();
    let root = client.start(family(3)).instance_id("root").await.unwrap();
    assert_eq!(soon(root.output()).await.unwrap(), 14);
    assert_eq!(client.instances().await.unwrap().instances.len(), 15 + 7 + 1);
    assert_eq!(client.purge_all(root.id()).await.unwrap(), 15);
    let left = client.instances().await.unwrap().instances;
    assert!(left.iter().all(|it| it.name == "waits" || it.id.as_str() == "other"), "{left:?}");
    assert_eq!(left.len(), 7 + 1, "what has not ended stays");
    let error = client.purge_all(&"root-waits".parse().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidState);
    assert_eq!(client.purge_all(root.id()).await.unwrap_err().kind(), FailureKind::NotFound);
}

#[orchestrator]
async fn waits_for_much(ctx: &Context) -> Result<()> {
    let (child, event, other, ..) = durable::join!(
        ctx.call(waits(1)).instance_id("child"),
        ctx.event::<u32>("approved"),
        ctx.event::<u32>("approved"),
        ctx.timer(Duration::from_secs(60)),
    );
    child?;
    event?;
    other.map(drop)
}

#[tokio::test]
async fn an_instance_tells_what_it_waits_for() {
    let world = world(registry![ALL, waits_for_much]).await;
    let client = world.client();
    let handle = client.start(waits_for_much()).await.unwrap();
    let words = async || -> Vec<String> {
        client.waiting_for(handle.id()).await.unwrap().iter().map(ToString::to_string).collect()
    };
    let waiting = words().await;
    assert_eq!(waiting[0], "sub-orchestration `waits` #0 as `child` with input 1");
    assert!(waiting[1].starts_with("timer #1 due "), "{waiting:?}");
    assert_eq!(waiting[2..], ["an event `approved`", "an event `approved`"]);
    handle.raise("approved", &1).await.unwrap();
    world.clock.advance(Duration::from_secs(60));
    common::eventually(async || Ok(words().await.len() == 2)).await;
    assert_eq!(words().await[1], "an event `approved`");
    client.terminate(handle.id(), "enough").await.unwrap();
    assert!(words().await.is_empty());
    let unknown = client.waiting_for(&"nobody".parse().unwrap()).await.unwrap_err();
    assert_eq!(unknown.kind(), FailureKind::NotFound);
}

#[tokio::test]
async fn what_does_not_exist_or_has_ended_is_an_error_that_says_so() {
    let world = world(ALL).await;
    let client = world.client();
    let nobody: InstanceId = "nobody".parse().unwrap();
    for error in [
        client.raise_event(&nobody, "e", &()).await.unwrap_err(),
        client.terminate(&nobody, "").await.unwrap_err(),
        client.suspend(&nobody, "").await.unwrap_err(),
        soon(client.handle::<(), Error>("nobody").unwrap().output()).await.unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.message()), (FailureKind::NotFound, "there is no instance `nobody`"));
    }
    let ended = client.start(quick("x".into())).await.unwrap();
    soon(ended.output()).await.unwrap();
    assert_eq!(ended.raise("e", &()).await.unwrap_err().kind(), FailureKind::InvalidState);
    assert_eq!(soon(ended.output()).await.unwrap(), "x", "an output can be asked for again");
}

#[tokio::test]
async fn ids_that_cannot_be_are_refused_with_the_reason() {
    let world = world(ALL).await;
    let client = world.client();
    for (id, text) in [("", "empty"), ("@Counter@k", "reserved for entities"), ("a\u{0}b", "control character")] {
        let error = client.start(quick("x".into())).instance_id(id).await.unwrap_err();
        assert_eq!(error.kind(), FailureKind::InvalidArgument);
        assert!(error.message().contains(text), "{error}");
    }
    let long = client.start(quick("x".into())).instance_id("x".repeat(257)).await.unwrap_err();
    assert!(long.message().contains("257 characters"), "{long}");
}

#[tokio::test]
async fn an_argument_of_the_wrong_shape_fails_the_instance_and_names_it() {
    let world = world(ALL).await;
    let handle = world.client().start_named("quick", Payload::from_json("[1,2]").unwrap()).await.unwrap();
    let error = soon(handle.output()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidPayload);
    assert!(error.message().contains("`quick` can't take the argument [1,2]"), "{error}");
}

struct Pool;

#[activity]
async fn needs_a_pool(_pool: State<Pool>) -> Result<()> {
    Ok(())
}

#[tokio::test]
async fn a_missing_state_is_an_error_at_start_that_names_who_needs_it() {
    let error = Runtime::builder().memory().register(registry![needs_a_pool]).start().await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidArgument);
    assert!(error.message().contains("Pool` was provided, but needs_a_pool need it"), "{error}");
    let runtime = Runtime::builder().memory().state(Pool).register(registry![needs_a_pool]).start().await;
    runtime.unwrap().shutdown().await.unwrap();
}

#[tokio::test]
async fn a_name_registered_twice_is_an_error_at_start() {
    let error = Runtime::builder().memory().register(ALL).register(registry![echo]).start().await.unwrap_err();
    assert!(error.message().contains("`echo` is registered twice"), "{error}");
}

#[tokio::test]
async fn a_runtime_without_a_store_does_not_start() {
    let error = Runtime::builder().start().await.unwrap_err();
    assert!(error.message().contains("needs a store"), "{error}");
}

#[tokio::test]
async fn instances_beyond_the_limit_leave_memory_and_come_back_when_something_arrives() {
    let (clock, store) = (VirtualClock::new(), MemoryStore::new());
    let build = || {
        let builder = Runtime::builder().store(store.clone()).clock(clock.clone());
        builder.register(ALL).max_instances_in_memory(3).start()
    };
    let runtime = build().await.unwrap();
    let mut handles = Vec::new();
    for n in 0..50 {
        handles.push(runtime.client().start(waits(n)).instance_id(format!("w-{n}")).await.unwrap());
    }
    for handle in &handles {
        handle.raise("more", &100).await.unwrap();
    }
    // All wait for their timers now, most of them asleep in the store, also over a restart.
    drop(runtime);
    let runtime = build().await.unwrap();
    clock.advance(Duration::from_secs(60));
    for n in 0..50 {
        let handle = runtime.client().handle::<u64, Error>(format!("w-{n}")).unwrap();
        assert_eq!(soon(handle.output()).await.unwrap(), n + 100);
    }
    runtime.shutdown().await.unwrap();
}

#[tokio::test]
async fn after_shutdown_clients_are_told_and_waiting_ends() {
    let world = world(ALL).await;
    let client = world.client();
    let handle = client.start(waits(1)).await.unwrap();
    let waiting = tokio::spawn(async move { handle.output().await });
    tokio::task::yield_now().await;
    world.runtime.shutdown().await.unwrap();
    assert_eq!(soon(waiting).await.unwrap().unwrap_err().kind(), FailureKind::Unavailable);
    let error = client.start(waits(2)).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (FailureKind::Unavailable, "the runtime is shutting down"));
}

#[tokio::test]
async fn an_instance_that_ends_while_recovery_is_about_to_take_it_up_has_ended() {
    let world = world(ALL).await;
    for n in 0..600 {
        world.client().start(waits(n)).instance_id(format!("w-{n}")).await.unwrap();
    }
    let world = world.restart(ALL).await;
    let client = world.client();
    let ended: Vec<_> = (0..600)
        .map(|n| {
            let (client, id) = (client.clone(), InstanceId::new(format!("w-{n}")).unwrap());
            tokio::spawn(async move { client.terminate(&id, "now").await })
        })
        .collect();
    for ended in ended {
        soon(ended).await.unwrap().unwrap();
    }
    // Recovery has passed all of them by now, and has brought none of them back.
    for n in 0..600 {
        let error = client.terminate(&InstanceId::new(format!("w-{n}")).unwrap(), "again").await.unwrap_err();
        assert_eq!(error.kind(), FailureKind::InvalidState, "w-{n}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_of_ours_or_is_in_use_is_refused_with_the_reason() {
    let directory = tempfile::tempdir().unwrap();
    let (text, hub) = (directory.path().join("notes.txt"), directory.path().join("hub.db"));
    std::fs::write(&text, "dear diary, ".repeat(100)).unwrap();
    let start = |path: &std::path::Path| Runtime::builder().sqlite(path).register(ALL).start();
    let error = start(&text).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Store);
    assert!(matches!(error.downcast_ref(), Some(StoreError::NotADatabase { .. })), "{error}");
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("dear diary"), "it is left as it was");

    let first = start(&hub).await.unwrap();
    let error = start(&hub).await.unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(StoreError::InUse { .. })), "{error}");
    assert!(error.message().contains(&std::process::id().to_string()), "{error}");
    first.shutdown().await.unwrap();
    start(&hub).await.unwrap().shutdown().await.unwrap();
}

#[tokio::test]
async fn a_client_that_can_only_read_says_so_when_asked_for_more() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("hub.db");
    let runtime = Runtime::builder().sqlite(&path).register(ALL).start().await.unwrap();
    soon(runtime.client().start(quick("x".into())).instance_id("q").await.unwrap().output()).await.unwrap();
    let reader = Client::read_only(&path).await.unwrap();
    let handle = reader.handle::<String, Error>("q").unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), "x");
    let error = reader.start(quick("y".into())).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Unavailable);
    assert!(error.message().contains("can only read"), "{error}");
    runtime.shutdown().await.unwrap();
}
