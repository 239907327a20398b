//! Failed orchestrations go on from before their failure.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use common::{eventually, soon};
use durable::{
    FailureKind, Handle, Payload,
    model::{Event, RewindPlan},
    prelude::*,
    runtime::VirtualClock,
    store::memory::MemoryStore,
};
use serde::{Deserialize, Serialize};

/// Which steps fail, and how often each has run.
#[derive(Debug, Default, Clone)]
struct Steps(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    failing: Vec<String>,
    runs: BTreeMap<String, u32>,
}

impl Steps {
    fn fail(&self, names: &[&str]) {
        self.0.lock().unwrap().failing = names.iter().map(ToString::to_string).collect();
    }

    fn runs(&self, name: &str) -> u32 {
        self.0.lock().unwrap().runs.get(name).copied().unwrap_or_default()
    }

    fn run(&self, name: &str) -> bool {
        let mut steps = self.0.lock().unwrap();
        *steps.runs.entry(name.to_owned()).or_default() += 1;
        !steps.failing.iter().any(|failing| failing == name)
    }
}

#[activity]
async fn step(name: String, steps: State<Steps>) -> Result<String> {
    if steps.run(&name) { Ok(name) } else { Err(Error::new(format!("{name} fails"))) }
}

#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Log {
    lines: Vec<String>,
}

#[entity]
impl Log {
    fn write(&mut self, line: String, steps: State<Steps>) -> Result<usize> {
        self.lines.push(line.clone());
        if steps.run(&line) { Ok(self.lines.len()) } else { Err(Error::new(format!("{line} fails"))) }
    }
}

#[orchestrator]
async fn sequence(ctx: &Context, names: Vec<String>) -> Result<Vec<String>> {
    let mut done = Vec::new();
    for name in names {
        done.push(ctx.call(step(name)).await?);
    }
    Ok(done)
}

#[orchestrator]
async fn side_by_side(ctx: &Context, names: Vec<String>) -> Result<usize> {
    let done = durable::join_all(names.into_iter().map(|name| ctx.call(step(name)))).await;
    let done = done.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(done.len())
}

#[orchestrator]
async fn forgives(ctx: &Context) -> Result<String> {
    let optional = ctx.call(step("optional".into())).await.is_ok();
    ctx.call(step("needed".into())).await?;
    Ok(format!("optional: {optional}"))
}

#[orchestrator]
async fn compensates(ctx: &Context) -> Result<String> {
    ctx.call(step("book".into())).await?;
    if let Err(error) = ctx.call(step("pay".into())).await {
        ctx.call(step("cancel".into())).await?;
        return Err(error);
    }
    Ok("paid".to_owned())
}

#[orchestrator]
async fn tries_again(ctx: &Context) -> Result<String> {
    let retry = Retry::exponential(3, Duration::from_secs(1));
    let first = ctx.call(step("shaky".into())).retry(retry).await?;
    ctx.call(step("last".into())).await?;
    Ok(first)
}

#[orchestrator]
async fn parent(ctx: &Context, names: Vec<String>) -> Result<Vec<String>> {
    ctx.call(step("before".into())).await?;
    ctx.call(sequence(names)).instance_id(format!("{}-child", ctx.instance_id())).await
}

#[orchestrator]
async fn with_everything(ctx: &Context) -> Result<usize> {
    let deadline = ctx.timer(Duration::from_secs(60));
    let (event, (), lines, late) = durable::join!(
        ctx.event::<u32>("go"),
        deadline,
        ctx.call(Log::at("l").write("first".into())),
        ctx.call(step("late".into())),
    );
    late?;
    Ok(lines? + event? as usize)
}

#[orchestrator]
async fn waits_for_a_child(ctx: &Context) -> Result<usize> {
    ctx.call(with_everything()).instance_id("child").await
}

#[orchestrator]
async fn leaves_a_child_behind(ctx: &Context) -> Result<usize> {
    let child = ctx.call(with_everything()).instance_id("child").into_future();
    Ok(durable::try_join!(child, ctx.call(step("b".into())))?.0)
}

#[orchestrator]
async fn in_a_section(ctx: &mut Context) -> Result<usize> {
    let (mut log, section) = ctx.lock(Log::at("locked")).await?;
    log.write("begins".into()).await?;
    section.call(step("inside".into())).await?;
    log.write("ends".into()).await
}

#[orchestrator]
async fn calls_an_entity(ctx: &Context) -> Result<usize> {
    ctx.call(Log::at("l").write("line".into())).await
}

const ALL: Registry = registry![
    step,
    Log,
    sequence,
    side_by_side,
    forgives,
    compensates,
    tries_again,
    parent,
    with_everything,
    waits_for_a_child,
    leaves_a_child_behind,
    in_a_section,
    calls_an_entity,
];

struct World {
    clock: VirtualClock,
    store: MemoryStore,
    steps: Steps,
    runtime: Runtime,
}

async fn world(failing: &[&str]) -> World {
    let (clock, store, steps) = (VirtualClock::new(), MemoryStore::new(), Steps::default());
    steps.fail(failing);
    let runtime = start(&clock, &store, &steps, ALL).await;
    World { clock, store, steps, runtime }
}

async fn start(clock: &VirtualClock, store: &MemoryStore, steps: &Steps, registry: Registry) -> Runtime {
    let builder = Runtime::builder().store(store.clone()).clock(clock.clone()).state(steps.clone());
    builder.register(registry).start().await.unwrap()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

async fn fails<T: durable::model::Data>(handle: &Handle<T, Error>, message: &str) {
    let error = soon(handle.output()).await.err().unwrap();
    assert_eq!(error.message(), message);
}

impl World {
    /// Mends what fails, and rewinds.
    async fn rewind<T>(&self, handle: &Handle<T, Error>) -> RewindPlan {
        self.steps.fail(&[]);
        self.runtime.client().rewind(handle.id(), "mended").await.unwrap()
    }
}

/// What is done once more, in words.
fn repeated(plan: &RewindPlan) -> Vec<String> {
    plan.repeated.iter().map(Event::summary).collect()
}

#[tokio::test]
async fn what_has_succeeded_keeps_its_result_and_what_has_failed_is_tried_once_more() {
    let world = world(&["c"]).await;
    let client = world.runtime.client();
    let handle = client.start(sequence(names(&["a", "b", "c", "d"]))).await.unwrap();
    fails(&handle, "c fails").await;
    let plan = world.rewind(&handle).await;
    assert_eq!(repeated(&plan), [r#"activity `step` #2 with input "c""#]);
    assert_eq!(soon(handle.output()).await.unwrap(), ["a", "b", "c", "d"]);
    let runs = ["a", "b", "c", "d"].map(|name| world.steps.runs(name));
    assert_eq!(runs, [1, 1, 2, 1]);
    let history = handle.history().await.unwrap();
    let rewound = Event::ExecutionRewound { reason: "mended".to_owned() };
    assert!(history.iter().flat_map(|segment| &segment.events).any(|event| *event == rewound));
}

#[tokio::test]
async fn a_dry_run_tells_what_would_be_done_and_changes_nothing() {
    let world = world(&["b"]).await;
    let client = world.runtime.client();
    let handle = client.start(sequence(names(&["a", "b"]))).await.unwrap();
    fails(&handle, "b fails").await;
    let before = handle.history().await.unwrap();
    let plan = client.rewind(handle.id(), "?").dry_run().await.unwrap();
    assert_eq!((plan.kept, plan.dropped), (4, 2));
    assert_eq!(handle.history().await.unwrap(), before);
    assert_eq!(handle.status().await.unwrap().status, Status::Failed);
    assert_eq!(world.rewind(&handle).await, plan);
    soon(handle.output()).await.unwrap();
}

#[tokio::test]
async fn siblings_that_failed_are_tried_once_more_together_and_the_others_are_not() {
    let world = world(&["b", "d"]).await;
    let handle = world.runtime.client().start(side_by_side(names(&["a", "b", "c", "d"]))).await.unwrap();
    fails(&handle, "b fails").await;
    let plan = world.rewind(&handle).await;
    assert_eq!(plan.repeated.len(), 2, "{:?}", repeated(&plan));
    assert_eq!(soon(handle.output()).await.unwrap(), 4);
    assert_eq!(["a", "b", "c", "d"].map(|name| world.steps.runs(name)), [1, 2, 1, 2]);
}

#[tokio::test]
async fn a_failure_that_the_code_has_dealt_with_stays() {
    let world = world(&["optional", "needed"]).await;
    let handle = world.runtime.client().start(forgives()).await.unwrap();
    fails(&handle, "needed fails").await;
    world.rewind(&handle).await;
    assert_eq!(soon(handle.output()).await.unwrap(), "optional: false");
    assert_eq!((world.steps.runs("optional"), world.steps.runs("needed")), (1, 2));
}

#[tokio::test]
async fn what_the_code_did_after_the_failure_is_not_kept() {
    let world = world(&["pay"]).await;
    let handle = world.runtime.client().start(compensates()).await.unwrap();
    fails(&handle, "pay fails").await;
    assert_eq!(world.steps.runs("cancel"), 1);
    world.rewind(&handle).await;
    assert_eq!(soon(handle.output()).await.unwrap(), "paid");
    assert_eq!(["book", "pay", "cancel"].map(|name| world.steps.runs(name)), [1, 2, 1]);
}

#[tokio::test]
async fn retries_that_were_used_up_and_retries_that_helped_are_no_trap() {
    let world = world(&["shaky"]).await;
    let handle = world.runtime.client().start(tries_again()).await.unwrap();
    eventually(async || {
        world.clock.advance(Duration::from_secs(10));
        Ok(handle.status().await?.status == Status::Failed)
    })
    .await;
    assert_eq!(world.steps.runs("shaky"), 3);
    fails(&handle, "shaky fails").await;
    world.steps.fail(&["last"]);
    let plan = world.runtime.client().rewind(handle.id(), "").await.unwrap();
    assert_eq!(plan.repeated.len(), 1, "only the last attempt: {:?}", repeated(&plan));
    fails(&handle, "last fails").await;
    world.rewind(&handle).await;
    assert_eq!(soon(handle.output()).await.unwrap(), "shaky");
    assert_eq!((world.steps.runs("shaky"), world.steps.runs("last")), (4, 2));
}

#[tokio::test]
async fn failed_children_are_rewound_with_their_parent() {
    let world = world(&["b"]).await;
    let client = world.runtime.client();
    let handle = client.start(parent(names(&["a", "b", "c"]))).instance_id("p").await.unwrap();
    fails(&handle, "b fails").await;
    let plan = world.rewind(&handle).await;
    assert_eq!(plan.children.len(), 1);
    assert_eq!(plan.children[0].instance_id.as_str(), "p-child");
    assert_eq!(soon(handle.output()).await.unwrap(), ["a", "b", "c"]);
    assert_eq!(["before", "a", "b", "c"].map(|name| world.steps.runs(name)), [1, 1, 2, 1]);
}

#[tokio::test]
async fn a_child_that_was_purged_begins_anew() {
    let world = world(&["b"]).await;
    let client = world.runtime.client();
    let handle = client.start(parent(names(&["a", "b"]))).instance_id("p").await.unwrap();
    fails(&handle, "b fails").await;
    client.purge(&"p-child".parse().unwrap()).await.unwrap();
    world.rewind(&handle).await;
    assert_eq!(soon(handle.output()).await.unwrap(), ["a", "b"]);
    assert_eq!((world.steps.runs("before"), world.steps.runs("a")), (1, 2));
}

#[tokio::test]
async fn a_child_that_was_terminated_begins_anew() {
    let world = world(&[]).await;
    let client = world.runtime.client();
    let handle = client.start(waits_for_a_child()).await.unwrap();
    let child: InstanceId = "child".parse().unwrap();
    eventually(async || Ok(client.status(&child).await?.is_some_and(|it| it.status == Status::Running))).await;
    client.terminate(&child, "enough").await.unwrap();
    fails(&handle, "terminated: enough").await;
    world.rewind(&handle).await;
    client.raise_event(&child, "go", &41).await.unwrap();
    world.clock.advance(Duration::from_secs(60));
    // Both children have written a line.
    assert_eq!(soon(handle.output()).await.unwrap(), 2 + 41);
}

#[tokio::test]
async fn a_child_whose_result_came_too_late_gives_it_now() {
    let world = world(&["b"]).await;
    let client = world.runtime.client();
    let handle = client.start(leaves_a_child_behind()).await.unwrap();
    fails(&handle, "b fails").await;
    let child: InstanceId = "child".parse().unwrap();
    client.raise_event(&child, "go", &6).await.unwrap();
    world.clock.advance(Duration::from_secs(60));
    soon(client.handle::<usize, Error>("child").unwrap().output()).await.unwrap();
    world.rewind(&handle).await;
    assert_eq!(soon(handle.output()).await.unwrap(), 7);
    assert_eq!(client.instances().await.unwrap().instances.len(), 2);
}

#[tokio::test]
async fn results_events_and_timers_that_came_after_the_failure_are_kept() {
    let world = world(&["late"]).await;
    let client = world.runtime.client();
    let handle = client.start(with_everything()).await.unwrap();
    eventually(async || Ok(world.steps.runs("late") == 1)).await;
    handle.raise("go", &40).await.unwrap();
    world.clock.advance(Duration::from_secs(60));
    fails(&handle, "late fails").await;
    let plan = world.rewind(&handle).await;
    assert_eq!(plan.repeated.len(), 1, "{:?}", repeated(&plan));
    assert_eq!(soon(handle.output()).await.unwrap(), 41);
    assert_eq!((world.steps.runs("first"), world.steps.runs("late")), (1, 2));
}

#[tokio::test]
async fn a_failed_operation_of_an_entity_is_called_once_more() {
    let world = world(&["line"]).await;
    let handle = world.runtime.client().start(calls_an_entity()).await.unwrap();
    fails(&handle, "line fails").await;
    world.rewind(&handle).await;
    assert_eq!(soon(handle.output()).await.unwrap(), 1);
    assert_eq!(world.runtime.client().read(Log::at("l")).await.unwrap().unwrap().lines, ["line"]);
}

#[tokio::test]
async fn a_section_has_its_locks_again_before_it_goes_on() {
    let world = world(&["inside"]).await;
    let client = world.runtime.client();
    let handle = client.start(in_a_section()).instance_id("first").await.unwrap();
    fails(&handle, "inside fails").await;
    // While it lies there, another one comes in between, and holds the entity when it is rewound.
    let other = client.start(in_a_section()).instance_id("other").await.unwrap();
    fails(&other, "inside fails").await;
    world.steps.fail(&[]);
    client.rewind(other.id(), "").await.unwrap();
    client.rewind(handle.id(), "").await.unwrap();
    soon(other.output()).await.unwrap();
    soon(handle.output()).await.unwrap();
    let lines = client.read(Log::at("locked")).await.unwrap().unwrap().lines;
    assert_eq!(lines, ["begins", "begins", "ends", "ends"]);
    assert!(client.entities().locked(true).with_transient().await.unwrap().entities.is_empty());
}

#[tokio::test]
async fn only_what_has_failed_can_be_rewound() {
    let world = world(&[]).await;
    let client = world.runtime.client();
    let done = client.start(sequence(names(&["a"]))).await.unwrap();
    soon(done.output()).await.unwrap();
    let error = client.rewind(done.id(), "").await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidState);
    assert!(error.message().contains("has ended as Completed; only what has failed can"), "{error}");
    let running = client.start(with_everything()).await.unwrap();
    assert_eq!(client.rewind(running.id(), "").await.unwrap_err().kind(), FailureKind::InvalidState);
    let unknown = client.rewind(&"nobody".parse().unwrap(), "").await.unwrap_err();
    assert_eq!(unknown.kind(), FailureKind::NotFound);
}

mod mended {
    use super::*;

    #[orchestrator(name = "divides")]
    pub(super) async fn broken(ctx: &Context, by: u32) -> Result<u32> {
        ctx.call(step("before".into())).await?;
        Ok(10 / by)
    }

    #[orchestrator(name = "divides")]
    pub(super) async fn whole(ctx: &Context, by: u32) -> Result<u32> {
        ctx.call(step("before".into())).await?;
        Ok(10_u32.checked_div(by).unwrap_or_default())
    }

    #[orchestrator(name = "divides")]
    pub(super) async fn other(ctx: &Context, _by: u32) -> Result<u32> {
        ctx.timer(Duration::from_secs(1)).await;
        Ok(0)
    }
}

#[tokio::test]
async fn code_that_failed_by_itself_takes_its_last_turn_once_more_when_it_is_mended() {
    let World { clock, store, steps, runtime } = world(&[]).await;
    drop(runtime);
    let runtime = start(&clock, &store, &steps, registry![ALL, mended::broken]).await;
    let handle = runtime.client().start(mended::broken(0)).instance_id("d").await.unwrap();
    fails(&handle, "attempt to divide by zero").await;
    drop(runtime);

    let runtime = start(&clock, &store, &steps, registry![ALL, mended::other]).await;
    let error = runtime.client().rewind(handle.id(), "").await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidState);
    assert!(error.message().contains("does not fit its history"), "{error}");
    drop(runtime);

    let runtime = start(&clock, &store, &steps, registry![ALL, mended::whole]).await;
    let client = runtime.client();
    client.rewind(handle.id(), "mended").await.unwrap();
    assert_eq!(soon(client.handle::<u32, Error>("d").unwrap().output()).await.unwrap(), 0);
    assert_eq!(steps.runs("before"), 1);
}

#[tokio::test]
async fn an_argument_that_did_not_fit_is_read_once_more() {
    let world = world(&[]).await;
    let client = world.runtime.client();
    let handle = client.start_named("sequence", Payload::encode(&1).unwrap()).await.unwrap();
    assert_eq!(soon(handle.output()).await.unwrap_err().kind(), FailureKind::InvalidPayload);
    let plan = client.rewind(handle.id(), "").await.unwrap();
    assert_eq!((plan.kept, plan.repeated.len()), (0, 0));
    assert_eq!(soon(handle.output()).await.unwrap_err().kind(), FailureKind::InvalidPayload);
}

#[tokio::test]
async fn a_rewound_instance_survives_a_restart_and_can_be_rewound_again() {
    let World { clock, store, steps, runtime } = world(&["b"]).await;
    let handle = runtime.client().start(sequence(names(&["a", "b", "c"]))).instance_id("s").await.unwrap();
    fails(&handle, "b fails").await;
    steps.fail(&["c"]);
    runtime.client().rewind(handle.id(), "first").await.unwrap();
    fails(&handle, "c fails").await;
    drop(runtime);
    let runtime = start(&clock, &store, &steps, ALL).await;
    steps.fail(&[]);
    let client = runtime.client();
    client.rewind(handle.id(), "second").await.unwrap();
    assert_eq!(soon(client.handle::<Vec<String>, Error>("s").unwrap().output()).await.unwrap(), ["a", "b", "c"]);
    assert_eq!(["a", "b", "c"].map(|name| steps.runs(name)), [1, 2, 2]);
}
