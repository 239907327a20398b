//! What orchestrators can do, as their authors see it.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use common::{soon, world};
use durable::{EntityId, FailureKind, client::IfExists, model::Event, prelude::*};
use serde::{Deserialize, Serialize};

const HOUR: Duration = Duration::from_secs(3_600);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Overdrawn {
    missing: i64,
}

impl std::fmt::Display for Overdrawn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "short of {}", self.missing)
    }
}

impl std::error::Error for Overdrawn {}

#[activity]
async fn withdraw(balance: i64, amount: i64) -> Result<i64, Overdrawn> {
    if amount > balance { Err(Overdrawn { missing: amount - balance }) } else { Ok(balance - amount) }
}

#[activity]
fn double(n: u64) -> u64 {
    2 * n
}

#[activity]
async fn never() -> Result<()> {
    std::future::pending().await
}

/// Fails until its third attempt.
#[activity]
async fn third_time_lucky(ctx: &ActivityContext) -> Result<String> {
    if ctx.attempt() < 3 { Err(Error::new("not yet")) } else { Ok(ctx.idempotency_key()) }
}

#[activity]
async fn hopeless() -> Result<()> {
    Err(Error::fatal("no use trying"))
}

#[orchestrator]
async fn typed_errors(ctx: &Context, amount: i64) -> Result<String> {
    Ok(match ctx.call(withdraw(10, amount)).await {
        Ok(rest) => format!("{rest} left"),
        Err(CallError::Application(Overdrawn { missing })) => format!("{missing} missing"),
        Err(CallError::Failure(failure)) => format!("unexpected: {failure}"),
    })
}

#[tokio::test]
async fn an_error_of_an_activity_is_matched_by_its_type() {
    let world = world(registry![typed_errors, withdraw]).await;
    let client = world.client();
    assert_eq!(soon(client.start(typed_errors(3)).await.unwrap().output()).await.unwrap(), "7 left");
    assert_eq!(soon(client.start(typed_errors(15)).await.unwrap().output()).await.unwrap(), "5 missing");
}

#[orchestrator]
async fn all_kinds(ctx: &Context, n: u64) -> Result<u64> {
    let doubled = ctx.call(double(n)).await?;
    let (a, b) = durable::try_join!(ctx.call(double(doubled)), ctx.call(all_kinds_child(n)))?;
    Ok(a + b)
}

#[orchestrator]
async fn all_kinds_child(ctx: &Context, n: u64) -> Result<u64> {
    let doubled = durable::join_all((0..n).map(|n| ctx.call(double(n)))).await;
    doubled.into_iter().sum()
}

#[tokio::test]
async fn activities_children_and_combinators_compose() {
    let world = world(registry![all_kinds, all_kinds_child, double]).await;
    let output = soon(world.client().start(all_kinds(10)).await.unwrap().output()).await.unwrap();
    assert_eq!(output, 40 + 90);
}

#[orchestrator]
async fn retrying(ctx: &Context) -> Result<String> {
    ctx.call(third_time_lucky()).retry(Retry::exponential(5, HOUR)).await
}

#[tokio::test]
async fn retries_wait_for_their_delays_and_keep_the_idempotency_key() {
    let world = world(registry![retrying, third_time_lucky]).await;
    let handle = world.client().start(retrying()).instance_id("r").await.unwrap();
    let timers = |history: &[durable::model::Segment]| {
        let events = history.iter().flat_map(|segment| &segment.events);
        events.filter(|event| matches!(event, Event::TimerCreated { .. })).count()
    };
    for wanted in 1..=2 {
        common::eventually(async || Ok(timers(&handle.history().await?) == wanted)).await;
        world.clock.advance(HOUR * 2);
    }
    assert_eq!(soon(handle.output()).await.unwrap(), "r:1:0:0");
    let attempts: Vec<_> = handle.history().await.unwrap().into_iter().flat_map(|segment| segment.events).collect();
    let attempts = attempts.iter().filter_map(|event| match event {
        Event::TaskScheduled { attempt, retry_of, .. } => Some((*attempt, *retry_of)),
        _ => None,
    });
    assert_eq!(attempts.collect::<Vec<_>>(), [(1, None), (2, Some(0)), (3, Some(0))]);
}

#[orchestrator]
async fn retries_in_vain(ctx: &Context) -> Result<()> {
    ctx.call(hopeless()).retry(Retry::fixed(5, HOUR)).await
}

#[orchestrator]
async fn retries_only_if(ctx: &Context) -> Result<i64> {
    let call = ctx.call(withdraw(1, 2)).retry(Retry::fixed(5, HOUR));
    Ok(call.retry_if(|error| !matches!(error, CallError::Application(_))).await?)
}

#[tokio::test]
async fn what_is_not_retryable_or_filtered_out_fails_at_once() {
    let world = world(registry![retries_in_vain, retries_only_if, hopeless, withdraw]).await;
    let error = soon(world.client().start(retries_in_vain()).await.unwrap().output()).await.unwrap_err();
    assert_eq!(error.message(), "no use trying");
    let error = soon(world.client().start(retries_only_if()).await.unwrap().output()).await.unwrap_err();
    assert_eq!(error.downcast::<Overdrawn>(), Some(Overdrawn { missing: 1 }));
}

#[orchestrator]
async fn impatient(ctx: &Context) -> Result<()> {
    ctx.call(never()).timeout(Duration::from_millis(20)).await
}

#[tokio::test]
async fn an_attempt_that_runs_too_long_fails_as_timed_out() {
    let world = world(registry![impatient, never]).await;
    let error = soon(world.client().start(impatient()).await.unwrap().output()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::TimedOut);
}

#[orchestrator]
async fn approval(ctx: &Context) -> Result<String> {
    ctx.set_status("waiting");
    durable::select! {
        by = ctx.event::<String>("approved") => Ok(format!("approved by {}", by?)),
        why = ctx.event::<String>("rejected") => Ok(format!("rejected: {}", why?)),
        () = ctx.timer(HOUR * 72) => Ok("nobody answered".to_owned()),
    }
}

#[tokio::test]
async fn an_event_beats_a_timer_that_is_not_due_and_the_timer_wins_when_it_is() {
    let world = world(registry![approval]).await;
    let client = world.client();
    let approved = client.start(approval()).await.unwrap();
    let rejected = client.start(approval()).await.unwrap();
    let ignored = client.start(approval()).await.unwrap();
    assert_eq!(ignored.status().await.unwrap().custom_status_as::<String>().unwrap(), "waiting");
    approved.raise("approved", "ann").await.unwrap();
    rejected.raise("rejected", "too late").await.unwrap();
    assert_eq!(soon(approved.output()).await.unwrap(), "approved by ann");
    assert_eq!(soon(rejected.output()).await.unwrap(), "rejected: too late");
    world.clock.advance((HOUR * 72).checked_sub(Duration::from_micros(1)).unwrap());
    assert_eq!(ignored.status().await.unwrap().status, Status::Running);
    world.clock.advance(Duration::from_micros(1));
    assert_eq!(soon(ignored.output()).await.unwrap(), "nobody answered");
}

#[orchestrator]
async fn collects(ctx: &Context, count: usize) -> Result<Vec<u32>> {
    ctx.timer(HOUR).await;
    let mut numbers = Vec::new();
    for _ in 0..count {
        numbers.push(ctx.event("n").await?);
    }
    Ok(numbers)
}

#[tokio::test]
async fn events_raised_before_anybody_waits_are_kept_in_order() {
    let world = world(registry![collects]).await;
    let handle = world.client().start(collects(5)).await.unwrap();
    for n in 0..3_u32 {
        handle.raise("n", &n).await.unwrap();
    }
    world.clock.advance(HOUR);
    for n in 3..5_u32 {
        handle.raise("n", &n).await.unwrap();
    }
    assert_eq!(soon(handle.output()).await.unwrap(), [0, 1, 2, 3, 4]);
}

#[orchestrator]
async fn two_waiters(ctx: &Context) -> Result<(u32, u32)> {
    // A waiter that is dropped takes no event with it.
    drop(durable::race(ctx.event::<u32>("n"), ctx.timer(HOUR)).await);
    let (first, second) = durable::try_join!(ctx.event::<u32>("n"), ctx.event::<u32>("n"))?;
    Ok((first, second))
}

#[tokio::test]
async fn the_oldest_waiter_gets_the_event_and_a_dropped_one_gets_none() {
    let world = world(registry![two_waiters]).await;
    let handle = world.client().start(two_waiters()).await.unwrap();
    world.clock.advance(HOUR);
    handle.raise("n", &1).await.unwrap();
    handle.raise("n", &2).await.unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), (1, 2));
}

#[orchestrator]
async fn wants_a_number(ctx: &Context) -> Result<String> {
    let first = ctx.event::<u32>("n").await.map_err(|error| error.kind());
    let second = ctx.event::<u32>("n").timeout(HOUR).await.map_err(|error| error.kind());
    Ok(format!("{first:?} {second:?}"))
}

#[tokio::test]
async fn an_event_of_the_wrong_shape_is_an_error_for_its_waiter_and_a_missing_one_times_out() {
    let world = world(registry![wants_a_number]).await;
    let handle = world.client().start(wants_a_number()).await.unwrap();
    handle.raise("n", "seven").await.unwrap();
    world.clock.advance(HOUR);
    assert_eq!(soon(handle.output()).await.unwrap(), "Err(InvalidPayload) Err(TimedOut)");
}

#[orchestrator]
async fn eternal(ctx: &Context, round: u32, sum: u32) -> Result<(u32, u32)> {
    if round == 3 {
        return Ok((sum, ctx.generation()));
    }
    let n: u32 = ctx.event("n").await?;
    ctx.continue_as_new(eternal(round + 1, sum * 10 + n)).await
}

#[tokio::test]
async fn continue_as_new_carries_unread_events_over_in_their_order() {
    let world = world(registry![eternal]).await;
    let handle = world.client().start(eternal(0, 0)).await.unwrap();
    let (a, b, c) = tokio::join!(handle.raise("n", &1), handle.raise("n", &2), handle.raise("n", &3));
    a.unwrap();
    b.unwrap();
    c.unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), (123, 3));
    assert_eq!(handle.history().await.unwrap().len(), 1, "only the last generation is kept");
}

#[orchestrator]
async fn spins(ctx: &Context, n: u64) -> Result<()> {
    ctx.continue_as_new(spins(n + 1)).await
}

#[tokio::test]
async fn continue_as_new_without_awaiting_commits_each_generation_and_can_be_terminated() {
    let world = world(registry![spins]).await;
    let handle = world.client().start(spins(0)).await.unwrap();
    common::eventually(async || Ok(handle.status().await?.generation > 5)).await;
    soon(handle.terminate("enough")).await.unwrap();
    let error = soon(handle.output()).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (FailureKind::Terminated, "terminated: enough"));
}

#[orchestrator]
async fn stable(ctx: &Context) -> Result<(String, String, f64, Timestamp)> {
    let (a, b, random, now) = (ctx.new_uuid(), ctx.new_uuid(), ctx.random(), ctx.now());
    ctx.event::<()>("go").await?;
    assert_ne!(a, b);
    Ok((a.to_string(), b.to_string(), random, now))
}

#[tokio::test]
async fn uuids_random_numbers_and_time_are_the_same_after_a_replay() {
    let world = world(registry![stable]).await;
    let control = world.client().start(stable()).instance_id("control").await.unwrap();
    control.raise("go", &()).await.unwrap();
    let without = soon(control.output()).await.unwrap();
    world.client().start(stable()).instance_id("replayed").await.unwrap();
    let began = world.client().status(&"replayed".parse().unwrap()).await.unwrap().unwrap().created;
    world.clock.advance(HOUR);
    let world = world.restart(registry![stable]).await;
    let handle = world.client().handle::<(String, String, f64, Timestamp), Error>("replayed").unwrap();
    handle.raise("go", &()).await.unwrap();
    let with = soon(handle.output()).await.unwrap();
    assert_eq!(with.3, began);
    assert_ne!(with.0, without.0, "other instances get other ids");
}

static RUNS: AtomicU32 = AtomicU32::new(0);

#[activity]
async fn counted() -> Result<u32> {
    Ok(RUNS.fetch_add(1, Ordering::SeqCst))
}

#[orchestrator]
async fn interrupted(ctx: &Context) -> Result<(u32, u32)> {
    let first = ctx.call(counted()).await?;
    ctx.event::<()>("go").await?;
    let second = ctx.call(counted()).await?;
    Ok((first, second))
}

#[tokio::test]
async fn after_a_restart_finished_activities_do_not_run_again() {
    let world = world(registry![interrupted, counted]).await;
    let handle = world.client().start(interrupted()).instance_id("i").await.unwrap();
    common::eventually(async || Ok(handle.history().await?.len() == 2)).await;
    let world = world.restart(registry![interrupted, counted]).await;
    let handle = world.client().handle::<(u32, u32), Error>("i").unwrap();
    handle.raise("go", &()).await.unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), (0, 1));
    assert_eq!(RUNS.load(Ordering::SeqCst), 2);
}

#[orchestrator]
async fn messenger(ctx: &Context, to: String) -> Result<()> {
    ctx.send_event(to, "n", &7);
    let child = ctx.start(collects(0));
    assert_eq!(child.as_str(), "m:1");
    Ok(())
}

#[orchestrator]
async fn listener(ctx: &Context) -> Result<u32> {
    ctx.event("n").await
}

#[tokio::test]
async fn an_orchestration_sends_events_and_starts_others_without_waiting() {
    let world = world(registry![messenger, listener, collects]).await;
    let listening = world.client().start(listener()).instance_id("l").await.unwrap();
    soon(world.client().start(messenger("l".into())).instance_id("m").await.unwrap().output()).await.unwrap();
    assert_eq!(soon(listening.output()).await.unwrap(), 7);
    let child = world.client().handle::<Vec<u32>, Error>("m:1").unwrap();
    let status = child.status().await.unwrap();
    assert_eq!((status.status, status.parent.unwrap().instance_id.as_str()), (Status::Running, "m"));
}

#[orchestrator]
async fn adopts(ctx: &Context) -> Result<FailureKind> {
    let taken = ctx.call(listener()).instance_id("taken").await.unwrap_err();
    Ok(taken.kind())
}

#[tokio::test]
async fn a_child_whose_id_is_taken_is_a_failure_for_its_parent_also_if_the_owner_has_ended() {
    let world = world(registry![adopts, listener]).await;
    let owner = world.client().start(listener()).instance_id("taken").await.unwrap();
    let kind = soon(world.client().start(adopts()).await.unwrap().output()).await.unwrap();
    assert_eq!(kind, FailureKind::AlreadyExists);
    owner.terminate("enough").await.unwrap();
    soon(owner.output()).await.unwrap_err();
    let kind = soon(world.client().start(adopts()).await.unwrap().output()).await.unwrap();
    assert_eq!(kind, FailureKind::AlreadyExists);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_starts_with_one_id_at_once_one_succeeds() {
    let world = world(registry![listener]).await;
    let starts: Vec<_> = (0..32)
        .map(|_| {
            let client = world.client();
            tokio::spawn(async move { client.start(listener()).instance_id("one").await.map(drop) })
        })
        .collect();
    let mut started = 0;
    for start in starts {
        match soon(start).await.unwrap() {
            Ok(()) => started += 1,
            Err(error) => assert_eq!(error.kind(), FailureKind::AlreadyExists),
        }
    }
    assert_eq!(started, 1);
}

#[orchestrator]
async fn asks_a_child(ctx: &Context, n: u32) -> Result<u32> {
    if n == 0 { Ok(6) } else { ctx.call(asks_a_child(n - 1)).await }
}

/// Found by the simulation, seed 9040: the usual ids of children are made of the id of their parent.
#[tokio::test]
async fn an_instance_that_takes_the_id_of_one_that_has_ended_calls_children_of_its_own() {
    let world = world(registry![asks_a_child]).await;
    let client = world.client();
    let first = client.start(asks_a_child(2)).instance_id("p").await.unwrap();
    soon(first.output()).await.unwrap();
    let child: InstanceId = "p:0".parse().unwrap();
    let created = client.status(&child).await.unwrap().unwrap().created;
    world.clock.advance(Duration::from_secs(1));
    soon(client.restart(first.id()).keep_id().await.unwrap().output()).await.unwrap();
    assert!(client.status(&child).await.unwrap().unwrap().created > created, "it is another one");
    client.purge(first.id()).await.unwrap();
    soon(client.start(asks_a_child(2)).instance_id("p").await.unwrap().output()).await.unwrap();
}

#[orchestrator]
async fn parent_of_listener(ctx: &Context) -> Result<String> {
    let child = ctx.call(listener()).instance_id("child").tag("colour", "red").version("2").await;
    Ok(format!("{:?}", child.unwrap_err().kind()))
}

#[tokio::test]
async fn a_terminated_child_is_a_failure_with_details_for_its_parent() {
    let world = world(registry![parent_of_listener, listener]).await;
    let parent = world.client().start(parent_of_listener()).await.unwrap();
    let child = world.client().handle::<u32, Error>("child").unwrap();
    let status = child.status().await.unwrap();
    assert_eq!((status.version.as_deref(), status.tags["colour"].as_str()), (Some("2"), "red"));
    child.terminate("no more").await.unwrap();
    assert_eq!(soon(parent.output()).await.unwrap(), "Terminated");
}

#[tokio::test]
async fn termination_reaches_awaited_children_when_asked_to() {
    let world = world(registry![parent_of_listener, listener]).await;
    let parent = world.client().start(parent_of_listener()).await.unwrap();
    parent.terminate_all("all of you").await.unwrap();
    let child = world.client().handle::<u32, Error>("child").unwrap();
    let error = soon(child.output()).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (FailureKind::Terminated, "terminated: all of you"));
}

#[tokio::test]
async fn a_suspended_instance_keeps_what_arrives_until_it_is_resumed() {
    let world = world(registry![listener]).await;
    let handle = world.client().start(listener()).instance_id("s").await.unwrap();
    handle.suspend("lunch").await.unwrap();
    assert_eq!(handle.suspend("again").await.unwrap_err().kind(), FailureKind::InvalidState);
    handle.raise("n", &5).await.unwrap();
    assert_eq!(handle.status().await.unwrap().status, Status::Suspended);
    let world = world.restart(registry![listener]).await;
    let handle = world.client().handle::<u32, Error>("s").unwrap();
    assert_eq!(handle.status().await.unwrap().status, Status::Suspended);
    handle.resume("back").await.unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), 5);
}

#[tokio::test]
async fn an_orchestration_completes_at_once_although_work_is_open() {
    #[orchestrator]
    async fn hurried(ctx: &Context) -> Result<String> {
        drop(durable::race(ctx.call(never()), ctx.timer(Duration::ZERO)).await);
        let open = durable::race(ctx.timer(HOUR * 1_000), ctx.timer(Duration::ZERO));
        open.await;
        Ok("done".to_owned())
    }
    let world = world(registry![hurried, never]).await;
    let handle = world.client().start_named("hurried", durable::Payload::null()).await.unwrap();
    assert_eq!(soon(handle.output()).await.unwrap().as_json(), "\"done\"");
}

#[tokio::test]
async fn an_existing_id_is_refused_attached_to_or_replaced() {
    let world = world(registry![listener]).await;
    let client = world.client();
    client.start(listener()).instance_id("x").await.unwrap();
    let refused = client.start(listener()).instance_id("x").await.unwrap_err();
    assert_eq!(refused.kind(), FailureKind::AlreadyExists);
    let attached = client.start(listener()).instance_id("x").if_exists(IfExists::Attach).await.unwrap();
    attached.raise("n", &1).await.unwrap();
    assert_eq!(soon(attached.output()).await.unwrap(), 1);
    for n in 2..4_u32 {
        let replaced = client.start(listener()).instance_id("x").if_exists(IfExists::Replace).await.unwrap();
        assert_eq!(replaced.status().await.unwrap().status, Status::Running);
        if n == 3 {
            replaced.raise("n", &n).await.unwrap();
            assert_eq!(soon(replaced.output()).await.unwrap(), 3);
        }
    }
    assert_eq!(client.instances().await.unwrap().instances.len(), 1);
}

#[tokio::test]
async fn a_scheduled_start_is_pending_until_its_time_and_survives_a_restart() {
    let world = world(registry![listener, double]).await;
    let begins = durable::runtime::Clock::now(&world.clock) + HOUR;
    let handle = world.client().start(listener()).instance_id("later").at(begins).await.unwrap();
    assert_eq!(handle.status().await.unwrap().status, Status::Pending);
    handle.raise("n", &9).await.unwrap();
    let world = world.restart(registry![listener, double]).await;
    let handle = world.client().handle::<u32, Error>("later").unwrap();
    assert_eq!(handle.status().await.unwrap().status, Status::Pending);
    world.clock.advance(HOUR);
    assert_eq!(soon(handle.output()).await.unwrap(), 9);
}

#[tokio::test]
async fn a_suspended_start_begins_when_it_is_resumed_and_its_time_has_come() {
    let world = world(registry![listener, double]).await;
    let begins = durable::runtime::Clock::now(&world.clock) + HOUR;
    for id in ["late", "early", "ended"] {
        let handle = world.client().start(listener()).instance_id(id).at(begins).await.unwrap();
        handle.suspend("not yet").await.unwrap();
        assert_eq!(handle.suspend("again").await.unwrap_err().kind(), FailureKind::InvalidState);
        handle.raise("n", &9).await.unwrap();
    }
    let early = world.client().handle::<u32, Error>("early").unwrap();
    early.resume("go").await.unwrap();
    assert_eq!(early.status().await.unwrap().status, Status::Pending);
    assert_eq!(early.resume("go").await.unwrap_err().kind(), FailureKind::InvalidState);
    world.clock.advance(HOUR);
    assert_eq!(soon(early.output()).await.unwrap(), 9);
    // The time has come, and also that survives.
    let world = world.restart(registry![listener, double]).await;
    let late = world.client().handle::<u32, Error>("late").unwrap();
    let ended = world.client().handle::<u32, Error>("ended").unwrap();
    for handle in [&late, &ended] {
        assert_eq!(handle.status().await.unwrap().status, Status::Suspended);
        assert_eq!(world.client().history(handle.id()).await.unwrap().unwrap().len(), 0);
    }
    late.resume("go").await.unwrap();
    assert_eq!(soon(late.output()).await.unwrap(), 9);
    ended.terminate("enough").await.unwrap();
    assert_eq!(soon(ended.output()).await.unwrap_err().kind(), FailureKind::Terminated);
}

#[tokio::test]
async fn a_start_that_is_suspended_as_soon_as_it_is_asked_for_waits_or_is_refused_but_is_never_lost() {
    let world = world(registry![listener, double]).await;
    for n in 0..50 {
        let client = world.client();
        let id: InstanceId = format!("i-{n}").parse().unwrap();
        let begins = durable::runtime::Clock::now(&world.clock) + HOUR;
        let start = client.start(listener()).instance_id(id.clone());
        let start = if n % 2 == 0 { start.at(begins) } else { start };
        let (handle, suspended) = tokio::join!(start.into_future(), client.suspend(&id, "at once"));
        let handle = handle.unwrap();
        match suspended {
            Ok(()) => handle.resume("go").await.unwrap(),
            Err(error) => assert_eq!(error.kind(), FailureKind::NotFound),
        }
        handle.raise("n", &n).await.unwrap();
        world.clock.advance(HOUR);
        assert_eq!(soon(handle.output()).await.unwrap(), n);
    }
}

#[tokio::test]
async fn a_scheduled_start_can_be_terminated_and_then_never_begins() {
    let world = world(registry![listener]).await;
    let begins = durable::runtime::Clock::now(&world.clock) + HOUR;
    let handle = world.client().start(listener()).instance_id("later").at(begins).await.unwrap();
    handle.terminate("changed my mind").await.unwrap();
    world.clock.advance(HOUR * 2);
    assert_eq!(soon(handle.output()).await.unwrap_err().kind(), FailureKind::Terminated);
    let entity = EntityId::new("x", "y").unwrap();
    assert!(world.client().read_named(&entity).await.unwrap().is_none());
    assert_eq!(handle.status().await.unwrap().status, Status::Terminated);
}

static CHILD_RUNS: AtomicU32 = AtomicU32::new(0);

#[activity]
async fn flaky() -> Result<u32> {
    match CHILD_RUNS.fetch_add(1, Ordering::SeqCst) {
        0 => Err(Error::new("first time")),
        n => Ok(n),
    }
}

#[orchestrator]
async fn flaky_child(ctx: &Context) -> Result<u32> {
    ctx.call(flaky()).await
}

#[orchestrator]
async fn patient_parent(ctx: &Context) -> Result<u32> {
    let retry = Retry::fixed(3, Duration::ZERO);
    ctx.call(flaky_child()).instance_id("kid").retry(retry).await
}

#[tokio::test]
async fn a_child_is_tried_again_under_a_numbered_id() {
    let world = world(registry![patient_parent, flaky_child, flaky]).await;
    assert_eq!(soon(world.client().start(patient_parent()).await.unwrap().output()).await.unwrap(), 1);
    let ids: Vec<_> = world.client().instances().name("flaky_child").await.unwrap().instances;
    assert_eq!(ids.iter().map(|instance| instance.id.as_str()).collect::<Vec<_>>(), ["kid~2", "kid"]);
}

#[orchestrator]
async fn first_of_many(ctx: &Context) -> Result<(usize, bool)> {
    let timers = (1..=5).rev().map(|hours| ctx.timer(HOUR * hours));
    let (winner, ()) = durable::select_all(timers).await;
    let late = durable::timeout(ctx.timer(HOUR), ctx.timer(HOUR * 9)).await;
    Ok((winner, late.is_err_and(|error| error.kind() == FailureKind::TimedOut)))
}

#[tokio::test]
async fn the_first_of_many_wins_and_a_timeout_ends_a_wait() {
    let world = world(registry![first_of_many]).await;
    let handle = world.client().start(first_of_many()).await.unwrap();
    world.clock.advance(HOUR);
    common::eventually(async || Ok(handle.history().await?.len() == 2)).await;
    world.clock.advance(HOUR);
    assert_eq!(soon(handle.output()).await.unwrap(), (4, true));
}

#[orchestrator]
async fn stops_at_the_first_error(ctx: &Context) -> Result<String> {
    let calls = [1_u64, 2, 3].map(|n| ctx.call(fails_at_two(n)));
    let error = durable::try_join_all(calls).await.map(drop).map_err(|error| error.to_string());
    Ok(error.err().unwrap_or_default())
}

#[activity]
async fn fails_at_two(n: u64) -> Result<u64> {
    if n == 2 { Err(Error::fatal("two")) } else { std::future::pending().await }
}

#[tokio::test]
async fn try_join_all_ends_with_the_first_error_and_cancels_the_rest() {
    let world = world(registry![stops_at_the_first_error, fails_at_two]).await;
    let handle = world.client().start(stops_at_the_first_error()).await.unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), "two");
}
