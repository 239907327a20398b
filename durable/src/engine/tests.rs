//! The engine by comparing values: what arrives and the time go in, what is to be stored and done comes out.

use std::time::Duration;

use durable_macros::{activity, orchestrator, registry};

use super::{ActivityTask, Instance, Open, Turn};
use crate::{
    model::{
        Error, Event, Failure, FailureKind, InstanceId, InstanceKey, InstanceRecord, Message, Parent, ParkReason,
        Payload, Result, Segment, Status, Tags, Timestamp, event::Started,
    },
    orchestration::{Context, Either, race},
    registry::Handlers,
};

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    let timer = ctx.timer(Duration::from_micros(50));
    match race(ctx.call(charge(cents)), timer).await {
        Either::Left(paid) => paid,
        Either::Right(()) => Err(Error::new("too late")),
    }
}

#[orchestrator]
async fn again(ctx: &Context, n: u64) -> Result<u64> {
    let more: u64 = ctx.event("more").await?;
    ctx.continue_as_new(again(n + more)).await
}

const NOW: Timestamp = Timestamp::from_micros(1_000);

fn handlers() -> Handlers {
    let mut handlers = Handlers::default();
    handlers.add(registry![pay, charge, again]).unwrap();
    handlers
}

fn json(text: &str) -> Payload {
    Payload::from_json(text).unwrap()
}

fn record(name: &'static str) -> InstanceRecord {
    InstanceRecord {
        key: InstanceKey(7),
        id: InstanceId::new("i").unwrap(),
        name: name.into(),
        version: None,
        status: Status::Pending,
        generation: 0,
        created: NOW,
        updated: NOW,
        parent: None,
        tags: Tags::new(),
        custom_status: None,
        parked: None,
        awake: true,
    }
}

fn started(name: &'static str, input: &str) -> Event {
    Event::ExecutionStarted(Box::new(Started {
        name: name.into(),
        version: None,
        input: json(input),
        execution_id: "0123456789abcdef0123456789abcdef".to_owned(),
        parent: None,
        tags: Tags::new(),
        scheduled_at: None,
        carried: Vec::new(),
    }))
}

fn scheduled() -> Event {
    let input = json("5");
    Event::TaskScheduled { id: 0, name: "charge".into(), input, attempt: 1, retry_of: None, timeout: None }
}

fn timer() -> Event {
    Event::TimerCreated { id: 1, fire_at: Timestamp::from_micros(1_050) }
}

fn completed(result: &str) -> Event {
    Event::ExecutionCompleted { status: Status::Completed, result: Some(json(result)), failure: None }
}

#[track_caller]
fn turn(instance: &mut Instance, arrived: &[Event], at: i64) -> Turn {
    instance.turn(arrived, Timestamp::from_micros(at), &handlers()).unwrap().unwrap()
}

fn paying() -> Instance {
    let mut instance = Instance::new(record("pay"));
    turn(&mut instance, &[started("pay", "5")], 1_000);
    instance
}

#[test]
fn the_first_turn_records_the_start_and_asks_for_what_the_code_awaits() {
    let mut instance = Instance::new(record("pay"));
    let turn = turn(&mut instance, &[started("pay", "5")], 1_000);
    let events = vec![started("pay", "5"), scheduled(), timer()];
    assert_eq!(turn.segment, Segment { key: InstanceKey(7), generation: 0, sequence: 0, at: NOW, events });
    assert_eq!(turn.timers, [(Timestamp::from_micros(1_050), 1)]);
    let task = ActivityTask {
        instance_id: InstanceId::new("i").unwrap(),
        generation: 0,
        id: 0,
        first_id: 0,
        name: "charge".into(),
        input: json("5"),
        attempt: 1,
        timeout: None,
    };
    assert_eq!(turn.activities, [task]);
    assert_eq!(instance.record.status, Status::Running);
    assert_eq!(instance.open().get(&0), Some(&Open::Activity));
}

#[test]
fn the_winner_ends_the_instance_and_the_loser_is_cancelled() {
    let mut instance = paying();
    let result = Event::TaskCompleted { id: 0, result: json("5") };
    let turn = turn(&mut instance, std::slice::from_ref(&result), 1_010);
    assert_eq!(turn.segment.events, [result, completed("5")]);
    assert_eq!(
        (turn.segment.sequence, turn.canceled_timers.as_slice()),
        (3, [(Timestamp::from_micros(1_050), 1)].as_slice())
    );
    assert_eq!((instance.record.status, instance.record.awake), (Status::Completed, false));
}

#[test]
fn of_two_arrivals_in_one_turn_the_first_in_the_history_wins() {
    let mut instance = paying();
    let arrived = [Event::TimerFired { id: 1 }, Event::TaskCompleted { id: 0, result: json("5") }];
    let turn = turn(&mut instance, &arrived, 1_060);
    assert_eq!((turn.consumed, turn.canceled_activities.as_slice()), (1, [0].as_slice()));
    assert_eq!(instance.record.status, Status::Failed);
}

#[test]
fn late_and_repeated_arrivals_leave_no_trace() {
    let mut instance = paying();
    let stranger = Event::TaskCompleted { id: 99, result: json("1") };
    assert_eq!(instance.turn(&[stranger], NOW, &handlers()), Ok(None));
}

#[test]
fn the_time_of_a_turn_never_goes_back() {
    let mut instance = paying();
    let raised = Event::EventRaised { name: "noise".into(), input: json("1") };
    assert_eq!(turn(&mut instance, &[raised], 500).segment.at, NOW);
}

#[test]
fn a_suspended_instance_records_what_arrives_and_reads_it_when_resumed() {
    let mut instance = paying();
    let suspended = Event::ExecutionSuspended { reason: "lunch".into() };
    let result = Event::TaskCompleted { id: 0, result: json("5") };
    let turn_1 = turn(&mut instance, &[suspended.clone(), result.clone()], 1_010);
    assert_eq!(turn_1.segment.events, [suspended, result]);
    assert_eq!(instance.record.status, Status::Suspended);
    let resumed = Event::ExecutionResumed { reason: "back".into() };
    let turn_2 = turn(&mut instance, std::slice::from_ref(&resumed), 1_020);
    assert_eq!(turn_2.segment.events, [resumed, completed("5")]);
}

#[test]
fn termination_answers_the_parent_with_details() {
    let parent = Parent { instance_id: "p".to_owned(), task_id: Some(4), generation: 2, key: Some(InstanceKey(9)) };
    let mut instance = Instance::new(InstanceRecord { parent: Some(parent), ..record("pay") });
    turn(&mut instance, &[started("pay", "5")], 1_000);
    let terminated = Event::ExecutionTerminated { reason: "enough".into(), recursive: false };
    let turn = turn(&mut instance, &[terminated], 1_010);
    let failure = Failure::new(FailureKind::Terminated, "terminated: enough");
    let event = Event::SubOrchestrationInstanceFailed { id: 4, failure: Box::new(failure) };
    let to = InstanceId::new("p").unwrap();
    assert_eq!(turn.messages, [(Message::Event { to, generation: Some(2), key: Some(InstanceKey(9)), event }, None)]);
    assert_eq!(turn.canceled_activities, [0]);
}

#[test]
fn continue_as_new_carries_unread_events_and_leaves_unused_arrivals() {
    let mut instance = Instance::new(record("again"));
    turn(&mut instance, &[started("again", "1")], 1_000);
    let raised = |name: &'static str, n: &str| Event::EventRaised { name: name.into(), input: json(n) };
    let turn = turn(&mut instance, &[raised("other", "8"), raised("more", "2"), raised("more", "3")], 1_010);
    assert_eq!(turn.consumed, 2, "the third is for the next generation");
    let next = turn.next_generation.unwrap();
    assert_eq!((next.input, next.carried), (json("3"), vec![("other".into(), json("8"))]));
    assert_eq!((instance.record.generation, instance.has_begun()), (1, false));
}

#[test]
fn a_rebuilt_instance_goes_on_where_it_was() {
    let events = vec![started("pay", "5"), scheduled(), timer()];
    let history = vec![Segment { key: InstanceKey(7), generation: 0, sequence: 0, at: NOW, events }];
    let (mut instance, pending) = Instance::rebuild(record("pay"), history, &handlers()).unwrap_or_else(|_| panic!());
    assert_eq!(pending.iter().map(|task| task.id).collect::<Vec<_>>(), [0]);
    let turn = turn(&mut instance, &[Event::TaskCompleted { id: 0, result: json("5") }], 2_000);
    assert_eq!(turn.segment.sequence, 3);
    assert_eq!(turn.segment.events.last(), Some(&completed("5")));
}

#[test]
fn a_history_that_the_code_does_not_fit_parks_the_instance() {
    let later = Event::TimerCreated { id: 1, fire_at: Timestamp::from_micros(2_000) };
    let events = vec![started("pay", "5"), scheduled(), later];
    let history = vec![Segment { key: InstanceKey(7), generation: 0, sequence: 0, at: NOW, events }];
    let Err(parked) = Instance::rebuild(record("pay"), history, &handlers()) else { panic!() };
    assert!(matches!(parked.reason, ParkReason::Nondeterminism { sequence: 2, .. }), "{parked:?}");
}

#[test]
fn an_argument_that_the_code_makes_otherwise_today_parks_the_instance() {
    let mut other = scheduled();
    *other.payload_mut().unwrap() = json("6");
    let history = vec![Segment {
        key: InstanceKey(7),
        generation: 0,
        sequence: 0,
        at: NOW,
        events: vec![started("pay", "5"), other, timer()],
    }];
    let Err(parked) = Instance::rebuild(record("pay"), history, &handlers()) else { panic!() };
    assert!(matches!(parked.reason, ParkReason::Nondeterminism { sequence: 1, .. }), "{parked:?}");
}

#[test]
fn an_argument_that_does_not_fit_fails_the_instance_in_its_first_turn() {
    let mut instance = Instance::new(record("pay"));
    let turn = turn(&mut instance, &[started("pay", "\"five\"")], 1_000);
    let Some(Event::ExecutionCompleted { failure: Some(failure), .. }) = turn.segment.events.last() else { panic!() };
    assert_eq!(failure.kind, FailureKind::InvalidPayload);
    assert_eq!(instance.record.status, Status::Failed);
}
