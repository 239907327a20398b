//! Samples: one of everything that is stored.

use crate::{
    model::{
        Batch, Caller, Delivery, EntityId, EntityRecord, Event, Failure, FailureKind, InboxRow, InstanceId,
        InstanceKey, InstanceRecord, LockHolder, LockRequest, LockSet, Message, OperationRequest, Parent, ParkReason,
        Parked, Payload, Segment, Status, Timestamp, Wake,
    },
    store::{Page, Store, Which},
};
use serde_json::json;

pub(super) fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_800_000_000_000_000 + micros)
}

pub(super) fn id(text: &str) -> InstanceId {
    text.parse().unwrap()
}

pub(super) fn payload(value: impl serde::Serialize) -> Payload {
    Payload::encode(&value).unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "called with what `json!` makes")]
pub(super) fn event(json: serde_json::Value) -> Event {
    serde_json::from_str(&json.to_string()).unwrap()
}

pub(super) fn record(key: i64, name: &str) -> InstanceRecord {
    InstanceRecord {
        key: InstanceKey(key),
        id: id(name),
        name: "order".into(),
        version: None,
        status: Status::Running,
        generation: 0,
        created: at(key),
        updated: at(key),
        parent: None,
        tags: [].into(),
        custom_status: None,
        parked: None,
        awake: true,
    }
}

pub(super) fn full_record() -> InstanceRecord {
    InstanceRecord {
        version: Some("1.2.0".into()),
        status: Status::Suspended,
        generation: 7,
        updated: at(99),
        parent: Some(Parent {
            instance_id: "the parent".into(),
            task_id: Some(3),
            generation: 2,
            key: Some(InstanceKey(7)),
        }),
        tags: [("team".into(), "a\"b\\c".into()), ("größe".into(), "µ".into())].into(),
        custom_status: Some(Payload::from_json(r#"{"b":1,  "a":2.50}"#).unwrap()),
        parked: Some(Parked {
            reason: ParkReason::Nondeterminism { expected: Some("x".into()), found: None, sequence: 4 },
            message: "deploy\nthe old code".into(),
        }),
        awake: false,
        ..record(1, "one")
    }
}

pub(super) fn segment(key: i64, generation: u32, sequence: u64, events: Vec<Event>) -> Segment {
    Segment { key: InstanceKey(key), generation, sequence, at: at(i64::try_from(sequence).unwrap()), events }
}

pub(super) fn fired(number: u64) -> Event {
    Event::TimerFired { id: number }
}

pub(super) fn message(number: i64, to: &str, due: Option<i64>) -> InboxRow {
    let message = match to.parse::<EntityId>() {
        Ok(to) => Message::Operation {
            to,
            request: OperationRequest {
                operation: "add".into(),
                input: payload(number),
                caller: Some(Caller { instance_id: id("caller"), generation: 1, id: 2, key: Some(InstanceKey(4)) }),
                section: Some(Box::new(holder(number))),
            },
        },
        Err(_) => Message::Event {
            to: id(to),
            generation: Some(3),
            key: Some(InstanceKey(number)),
            event: Event::EventRaised { name: "approved".into(), input: payload(number) },
        },
    };
    InboxRow { number, due: due.map(at), message }
}

/// The wish of [`holder`] of that number to lock the entity and others.
pub(super) fn wish(number: i64, to: &str, due: Option<i64>) -> InboxRow {
    let to: EntityId = to.parse().unwrap();
    let set = LockSet::new([to.clone(), "@Zoo@".parse().unwrap(), "@Aviary@a@\"b\"".parse().unwrap()]).unwrap();
    let message = Message::Lock { to, request: LockRequest { holder: holder(number), set } };
    InboxRow { number, due: due.map(at), message }
}

/// The end of what [`wish`] has asked for.
pub(super) fn release(number: i64, to: &str, due: Option<i64>) -> InboxRow {
    let mut row = wish(number, to, due);
    if let Message::Lock { to, request } = row.message {
        row.message = Message::Unlock { to, request };
    }
    row
}

pub(super) fn holder(number: i64) -> LockHolder {
    LockHolder { instance_id: id(&format!("it's \"{number}\"")), key: InstanceKey(number), generation: 2, section: 3 }
}

pub(super) fn parked() -> Parked {
    Parked { reason: ParkReason::NotRegistered, message: "deploy\nthe \"old\" code".into() }
}

pub(super) fn entity(name: &str, key: &str, state: Option<Payload>) -> EntityRecord {
    EntityRecord { state, updated: at(5), ..EntityRecord::new(EntityId::new(name, key).unwrap()) }
}

pub(super) fn create(records: impl IntoIterator<Item = InstanceRecord>) -> Batch {
    Batch { created: records.into_iter().collect(), ..Batch::default() }
}

pub(super) fn instance(store: &mut dyn Store, key: i64) -> Option<InstanceRecord> {
    store.instance(Which::Key(InstanceKey(key))).unwrap()
}

pub(super) fn everything() -> Page {
    Page { after: None, limit: usize::MAX, oldest_first: false }
}

pub(super) fn failure() -> Failure {
    let mut failure = Failure::new(FailureKind::Application, "no \"money\"");
    failure.causes = vec!["poor".into()];
    failure.retryable = false;
    failure.details = Some(payload([1, 2]));
    failure
}

/// One of each, with all fields filled in.
pub(super) fn all_events() -> Vec<Event> {
    let (i, f) = (json!({"a": [1, null]}), serde_json::to_value(failure()).unwrap());
    [
        json!({"ExecutionStarted": {"name": "order", "version": "1", "input": i, "execution_id": "00ff",
            "parent": {"instance_id": "p", "task_id": 1, "generation": 2, "key": 7}, "tags": {"a": "b"},
            "scheduled_at": "2026-11-21T12:00:00.000001Z", "carried": [["go", i]]}}),
        json!({"TaskScheduled": {"id": 0, "name": "charge", "input": i, "attempt": 2,
            "retry_of": 0, "timeout": {"secs": 1, "nanos": 5}}}),
        json!({"TaskCompleted": {"id": 0, "result": null}}),
        json!({"TaskFailed": {"id": 0, "failure": f}}),
        json!({"SubOrchestrationInstanceCreated": {"id": 1, "name": "child", "version": "2", "instance_id": "c",
            "input": i, "tags": {"x": "y"}, "detached": true}}),
        json!({"SubOrchestrationInstanceCompleted": {"id": 1, "result": i}}),
        json!({"SubOrchestrationInstanceFailed": {"id": 1, "failure": f}}),
        json!({"TimerCreated": {"id": 2, "fire_at": "2026-11-21T12:00:00Z"}}),
        json!({"TimerFired": {"id": 2}}),
        json!({"EventSent": {"id": 3, "instance_id": "o", "name": "go", "input": i}}),
        json!({"EventRaised": {"name": "go", "input": i}}),
        json!({"EntityOperationCalled": {"id": 4, "entity": "@Counter@cats", "operation": "add", "input": 1,
            "section": 6}}),
        json!({"EntityOperationSignaled": {"id": 5, "entity": "@Counter@", "operation": "add", "input": 1,
            "at": "2026-11-21T12:00:00Z"}}),
        json!({"EntityOperationCompleted": {"id": 4, "result": 7}}),
        json!({"EntityOperationFailed": {"id": 4, "failure": f}}),
        json!({"EntityLockRequested": {"id": 6, "lock_set": ["@Cart@a@b", "@Counter@", "@Counter@cats"]}}),
        json!({"EntityLockGranted": {"id": 6}}),
        json!({"EntityUnlockSent": {"id": 7, "section": 6}}),
        json!({"ExecutionSuspended": {"reason": "lunch"}}),
        json!({"ExecutionResumed": {"reason": ""}}),
        json!({"ExecutionTerminated": {"reason": "enough", "recursive": true}}),
        json!({"ContinueAsNew": {"input": i, "version": "3"}}),
        json!({"ExecutionCompleted": {"status": "Failed", "result": i, "failure": f}}),
    ]
    .map(event)
    .into()
}

pub(super) fn belongings(key: i64, name: &str) -> Batch {
    Batch {
        created: vec![record(key, name)],
        segments: vec![segment(key, 0, 0, all_events())],
        accepted: vec![message(key * 10, name, None), message(key * 10 + 1, name, Some(1))],
        slept: vec![Wake { due: at(1), key: InstanceKey(key) }],
        deliveries: vec![Delivery { key: InstanceKey(key), generation: 0, id: 1, count: 1 }],
        ..Batch::default()
    }
}

/// A generator that is good enough, and the same each time.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, end: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 >> 1).unwrap() % end
    }

    pub(super) fn of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[usize::try_from(self.below(i64::try_from(texts.len()).unwrap())).unwrap()]
    }

    /// Once in four times.
    pub(super) fn perhaps<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(4) == 0).then(|| make(self))
    }

    pub(super) fn status(&mut self) -> Status {
        Status::ALL[usize::try_from(self.below(6)).unwrap()]
    }
}
