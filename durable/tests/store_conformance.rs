//! What every store promises, checked for each of them.
#![cfg(feature = "sqlite")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that meets an error fails")]

use std::slice;

use durable::{
    EntityId, FailureKind, InstanceId, Payload, Timestamp,
    model::{
        Batch, Caller, Delivery, EntityRecord, Event, Failure, InboxRow, InstanceKey, InstanceRecord, LockHolder,
        LockRequest, LockSet, Message, OperationRequest, Parent, ParkReason, Parked, Segment, Status, Target, Wake,
    },
    store::{
        EntityDetails, EntityFilter, InstanceFilter, MAX_PAGE, Page, Store, StoreError, Which, memory::MemoryStore,
        sqlite::SqliteStore,
    },
};
use serde_json::json;

/// An open store, and how another owner gets at the same facts.
struct Fixture {
    store: Box<dyn Store>,
    another: Box<dyn Fn() -> Box<dyn Store>>,
}

impl Fixture {
    /// Ends the store as a crash does, and opens what it left.
    fn crash(&mut self) -> durable::store::Opened {
        self.store = (self.another)();
        self.store.open().unwrap()
    }
}

fn memory() -> Fixture {
    let mut store = MemoryStore::new();
    store.open().unwrap();
    let facts = store.clone();
    Fixture { store: Box::new(store), another: Box::new(move || Box::new(facts.clone())) }
}

fn sqlite() -> Fixture {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("hub.db");
    let make = |path: &std::path::Path| SqliteStore::new(path).inline_limit(1_000);
    let mut store = make(&path);
    store.open().unwrap();
    let another = move || {
        // Whoever deletes the file with the lock can take over; the epoch is what is left to protect the facts.
        let _gone = std::fs::remove_file(directory.path().join("hub.db-lock"));
        Box::new(make(&path)) as Box<dyn Store>
    };
    Fixture { store: Box::new(store), another: Box::new(another) }
}

macro_rules! promises {
    ($($promise:ident,)*) => {
        mod memory_store { $(#[test] fn $promise() { super::$promise(super::memory()); })* }
        mod sqlite_store { $(#[test] fn $promise() { super::$promise(super::sqlite()); })* }
    };
}

promises! {
    a_new_store_is_empty_and_counts_from_one,
    an_empty_batch_changes_nothing,
    a_record_keeps_all_its_fields,
    an_update_keeps_all_its_fields,
    every_event_survives,
    every_message_survives,
    what_was_stored_before_there_were_locks_is_read_and_written_as_it_was,
    history_comes_in_its_order_whatever_was_between,
    only_the_current_generation_is_history,
    removing_a_generation_removes_what_came_before_it,
    a_cut_history_goes_on_from_the_cut,
    a_batch_with_a_second_instance_of_an_id_leaves_nothing,
    a_batch_with_a_second_segment_in_a_place_leaves_nothing,
    a_batch_with_a_second_message_of_a_number_leaves_nothing,
    a_batch_with_an_update_of_nothing_leaves_nothing,
    an_instance_may_be_created_and_ended_in_one_batch,
    messages_are_kept_in_order_until_they_are_consumed,
    messages_with_a_due_time_are_found_by_it,
    receivers_are_told_once_each,
    wakes_come_in_the_order_of_their_time,
    the_next_due_time_is_that_of_a_wake_or_a_message,
    deliveries_are_counted_until_they_are_delivered,
    deliveries_are_forgotten_at_an_orderly_end,
    entities_are_written_and_removed,
    entities_are_listed_by_name_and_key,
    entities_can_be_filtered,
    an_entity_without_a_state_is_kept_while_it_is_locked_or_parked,
    locks_and_reasons_survive_beside_states_of_any_size,
    locked_entities_come_in_pages_by_name_and_key,
    the_backlog_is_what_waits_for_that_entity_now,
    sections_that_wait_are_told_in_their_order,
    a_purge_removes_all_that_belongs_to_the_instance,
    an_id_can_be_used_again_after_a_purge_but_a_key_cannot,
    unfinished_instances_come_in_pages,
    an_owner_that_was_replaced_can_commit_nothing,
    what_was_committed_survives_a_crash,
    what_was_committed_survives_a_crash_also_before_it_is_synced,
    closing_is_remembered_until_the_next_opening,
    a_store_that_is_not_open_refuses_to_commit,
    a_catalog_sees_what_was_acknowledged,
    details_tell_input_output_and_failure,
    a_result_that_is_null_survives,
    lists_have_the_newest_first_or_the_oldest_and_pages,
    every_filter_agrees_with_its_definition,
    large_payloads_survive,
    large_entity_states_survive_growing_and_shrinking,
    ids_with_odd_characters_survive,
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_800_000_000_000_000 + micros)
}

fn id(text: &str) -> InstanceId {
    text.parse().unwrap()
}

fn payload(value: impl serde::Serialize) -> Payload {
    Payload::encode(&value).unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "called with what `json!` makes")]
fn event(json: serde_json::Value) -> Event {
    serde_json::from_str(&json.to_string()).unwrap()
}

fn record(key: i64, name: &str) -> InstanceRecord {
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

fn full_record() -> InstanceRecord {
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

fn segment(key: i64, generation: u32, sequence: u64, events: Vec<Event>) -> Segment {
    Segment { key: InstanceKey(key), generation, sequence, at: at(i64::try_from(sequence).unwrap()), events }
}

fn fired(number: u64) -> Event {
    Event::TimerFired { id: number }
}

fn message(number: i64, to: &str, due: Option<i64>) -> InboxRow {
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
fn wish(number: i64, to: &str, due: Option<i64>) -> InboxRow {
    let to: EntityId = to.parse().unwrap();
    let set = LockSet::new([to.clone(), "@Zoo@".parse().unwrap(), "@Aviary@a@\"b\"".parse().unwrap()]).unwrap();
    let message = Message::Lock { to, request: LockRequest { holder: holder(number), set } };
    InboxRow { number, due: due.map(at), message }
}

/// The end of what [`wish`] has asked for.
fn release(number: i64, to: &str, due: Option<i64>) -> InboxRow {
    let mut row = wish(number, to, due);
    if let Message::Lock { to, request } = row.message {
        row.message = Message::Unlock { to, request };
    }
    row
}

fn holder(number: i64) -> LockHolder {
    LockHolder { instance_id: id(&format!("it's \"{number}\"")), key: InstanceKey(number), generation: 2, section: 3 }
}

fn parked() -> Parked {
    Parked { reason: ParkReason::NotRegistered, message: "deploy\nthe \"old\" code".into() }
}

fn entity(name: &str, key: &str, state: Option<Payload>) -> EntityRecord {
    EntityRecord { state, updated: at(5), ..EntityRecord::new(EntityId::new(name, key).unwrap()) }
}

fn create(records: impl IntoIterator<Item = InstanceRecord>) -> Batch {
    Batch { created: records.into_iter().collect(), ..Batch::default() }
}

fn instance(store: &mut dyn Store, key: i64) -> Option<InstanceRecord> {
    store.instance(Which::Key(InstanceKey(key))).unwrap()
}

fn everything() -> Page {
    Page { after: None, limit: usize::MAX, oldest_first: false }
}

/// Commits a batch that must be refused, and checks that the harmless part of it left nothing.
#[track_caller]
fn refused(store: &mut dyn Store, mut batch: Batch) {
    batch.created.insert(0, record(500, "bystander"));
    batch.segments.insert(0, segment(500, 0, 0, vec![fired(0)]));
    batch.entities.push(entity("Bystander", "", Some(payload(1))));
    batch.accepted.insert(0, message(500, "bystander", None));
    batch.slept.push(Wake { due: at(1), key: InstanceKey(500) });
    let error = store.commit(&batch).unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}");
    assert_eq!(instance(store, 500), None);
    assert_eq!(store.history(InstanceKey(500)).unwrap(), []);
    assert_eq!(store.entity(&"@Bystander@".parse().unwrap()).unwrap(), None);
    assert_eq!(store.inbox(&Target::Instance(id("bystander"))).unwrap(), []);
    assert_eq!(store.wakes(Timestamp::MAX, 10).unwrap(), []);
    // The store goes on.
    store.commit(&create([record(501, "afterwards")])).unwrap();
}

fn a_new_store_is_empty_and_counts_from_one(mut fixture: Fixture) {
    let opened = fixture.crash();
    assert_eq!((opened.next_key, opened.next_message, opened.epoch), (InstanceKey(1), 1, 2));
    let store = &mut *fixture.store;
    assert_eq!(store.next_due().unwrap(), None);
    assert_eq!(store.receivers().unwrap(), []);
    assert_eq!(store.unfinished(InstanceKey(0), 10).unwrap(), []);
    assert_eq!(store.instance(Which::Id(&id("x"))).unwrap(), None);
    assert_eq!(store.history(InstanceKey(1)).unwrap(), []);
    assert_eq!(store.catalog().history(&id("x")).unwrap(), None);
    assert_eq!(store.catalog().instance(&id("x")).unwrap(), None);
    assert_eq!(store.catalog().instances(&InstanceFilter::default(), &everything()).unwrap(), []);
}

fn an_empty_batch_changes_nothing(mut fixture: Fixture) {
    fixture.store.commit(&Batch::default()).unwrap();
    assert_eq!(instance(&mut *fixture.store, 1), None);
}

fn a_record_keeps_all_its_fields(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    for status in Status::ALL {
        let key = 10 + status as i64;
        let record = InstanceRecord { key: InstanceKey(key), id: id(status.as_str()), status, ..full_record() };
        store.commit(&create([record.clone()])).unwrap();
        assert_eq!(instance(store, key).as_ref(), Some(&record));
        assert_eq!(store.instance(Which::Id(&record.id)).unwrap().as_ref(), Some(&record));
        assert_eq!(store.catalog().instance(&record.id).unwrap().unwrap().record, record);
    }
    let mut null = record(1, "null");
    null.custom_status = Some(Payload::null());
    store.commit(&create([null.clone()])).unwrap();
    assert_eq!(instance(store, 1), Some(null));
}

fn an_update_keeps_all_its_fields(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let mut first = record(1, "one");
    first.parent = full_record().parent;
    store.commit(&create([first.clone()])).unwrap();
    store.commit(&Batch { updated: vec![full_record()], ..Batch::default() }).unwrap();
    assert_eq!(instance(store, 1), Some(full_record()));
    store.commit(&Batch { updated: vec![first.clone()], ..Batch::default() }).unwrap();
    assert_eq!(instance(store, 1), Some(first));
}

fn failure() -> Failure {
    let mut failure = Failure::new(FailureKind::Application, "no \"money\"");
    failure.causes = vec!["poor".into()];
    failure.retryable = false;
    failure.details = Some(payload([1, 2]));
    failure
}

/// One of each, with all fields filled in.
fn all_events() -> Vec<Event> {
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

fn every_event_survives(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let mut batch = create([record(1, "one")]);
    batch.segments = vec![segment(1, 0, 0, all_events()), segment(1, 0, all_events().len() as u64, vec![fired(9)])];
    store.commit(&batch).unwrap();
    assert_eq!(store.history(InstanceKey(1)).unwrap(), batch.segments);
    assert_eq!(store.catalog().history(&id("one")).unwrap(), Some(batch.segments));
}

fn every_message_survives(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let all = |first: i64, due| {
        let (cats, one) = ("@Counter@cats", "one");
        vec![
            message(first, cats, due),
            wish(first + 1, cats, due),
            release(first + 2, cats, due),
            message(first + 3, one, due),
        ]
    };
    let (now, later) = (all(1, None), all(5, Some(1)));
    store.commit(&Batch { accepted: [now.clone(), later.clone()].concat(), ..Batch::default() }).unwrap();
    fixture.crash();
    let store = &mut *fixture.store;
    let (cats, one) = (Target::Entity("@Counter@cats".parse().unwrap()), Target::Instance(id("one")));
    assert_eq!(store.inbox(&cats).unwrap(), now[..3]);
    assert_eq!(store.inbox(&one).unwrap(), now[3..]);
    assert_eq!(store.due(at(1), 9).unwrap(), later);
    assert_eq!(store.receivers().unwrap(), [cats, one]);
}

fn what_was_stored_before_there_were_locks_is_read_and_written_as_it_was(mut fixture: Fixture) {
    #[track_caller]
    fn old<T: serde::de::DeserializeOwned + serde::Serialize>(json: &str) -> T {
        let value = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
        value
    }
    let store = &mut *fixture.store;
    let parent: Parent = old(r#"{"instance_id":"p","task_id":1,"generation":2}"#);
    assert_eq!(parent.key, None);
    let called: Event =
        old(r#"{"EntityOperationCalled":{"id":4,"entity":"@Counter@cats","operation":"add","input":1}}"#);
    assert!(matches!(called, Event::EntityOperationCalled { section: None, .. }), "{called:?}");
    let raised: Message =
        old(r#"{"Event":{"to":"one","generation":3,"event":{"EventRaised":{"name":"go","input":1}}}}"#);
    assert!(matches!(raised, Message::Event { key: None, .. }), "{raised:?}");
    let operation: Message = old(concat!(
        r#"{"Operation":{"to":"@Counter@cats","request":{"operation":"add","input":1,"#,
        r#""caller":{"instance_id":"one","generation":1,"id":2}}}}"#
    ));
    let Message::Operation { request, .. } = &operation else { panic!("{operation:?}") };
    assert_eq!(request.section, None);
    assert_eq!(request.caller.as_ref().map(|caller| caller.key), Some(None));

    let mut batch = create([InstanceRecord { parent: Some(parent), ..record(1, "one") }]);
    batch.segments = vec![segment(1, 0, 0, vec![called])];
    batch.accepted = [raised, operation]
        .into_iter()
        .zip(1..)
        .map(|(message, number)| InboxRow { number, due: None, message })
        .collect();
    store.commit(&batch).unwrap();
    assert_eq!(instance(store, 1).as_ref(), batch.created.first());
    assert_eq!(store.history(InstanceKey(1)).unwrap(), batch.segments);
    assert_eq!(store.inbox(&Target::Instance(id("one"))).unwrap(), batch.accepted[..1]);
    assert_eq!(store.inbox(&Target::Entity("@Counter@cats".parse().unwrap())).unwrap(), batch.accepted[1..]);
}

fn history_comes_in_its_order_whatever_was_between(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    store.commit(&create([record(1, "one"), record(2, "two"), record(3, "three")])).unwrap();
    let mut expected = Vec::new();
    for sequence in 0..20 {
        let of = |key| segment(key, 0, sequence, vec![fired(sequence)]);
        store.commit(&Batch { segments: vec![of(3), of(1), of(2)], ..Batch::default() }).unwrap();
        expected.push(of(1));
    }
    assert_eq!(store.history(InstanceKey(1)).unwrap(), expected);
}

fn only_the_current_generation_is_history(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let mut batch = create([record(1, "one")]);
    batch.segments = vec![segment(1, 0, 0, vec![fired(0)])];
    store.commit(&batch).unwrap();
    let updated = vec![InstanceRecord { generation: 1, ..record(1, "one") }];
    let segments = vec![segment(1, 1, 0, vec![fired(1)])];
    store.commit(&Batch { updated, segments: segments.clone(), ..Batch::default() }).unwrap();
    assert_eq!(store.history(InstanceKey(1)).unwrap(), segments);
    assert_eq!(store.catalog().history(&id("one")).unwrap(), Some(segments));
}

fn a_cut_history_goes_on_from_the_cut(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let large = |text: &str| Event::EventRaised { name: "go".into(), input: payload(text.repeat(5_000)) };
    let mut batch = create([record(1, "one"), record(2, "two")]);
    batch.segments = vec![
        segment(1, 0, 0, vec![fired(0), large("a")]),
        segment(1, 0, 2, vec![large("b")]),
        segment(1, 0, 3, vec![fired(3), large("c")]),
        segment(2, 0, 0, vec![fired(0)]),
        segment(2, 0, 1, vec![large("d")]),
    ];
    store.commit(&batch).unwrap();
    let cut = Batch {
        updated: vec![record(1, "one")],
        cut: vec![(InstanceKey(1), 2), (InstanceKey(9), 0)],
        segments: vec![segment(1, 0, 2, vec![large("e"), fired(1)])],
        ..Batch::default()
    };
    store.commit(&cut).unwrap();
    let kept = [batch.segments[0].clone(), cut.segments[0].clone()];
    assert_eq!(store.history(InstanceKey(1)).unwrap(), kept);
    assert_eq!(store.catalog().history(&id("one")).unwrap(), Some(kept.to_vec()));
    assert_eq!(store.history(InstanceKey(2)).unwrap(), batch.segments[3..]);
    // Nothing is left of what was cut: the places behind it are free.
    store.commit(&Batch { segments: vec![segment(1, 0, 4, vec![fired(4)])], ..Batch::default() }).unwrap();
    store.commit(&Batch { cut: vec![(InstanceKey(1), 0)], ..Batch::default() }).unwrap();
    assert_eq!(store.history(InstanceKey(1)).unwrap(), []);
}

fn removing_a_generation_removes_what_came_before_it(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let large = Event::EventRaised { name: "go".into(), input: payload("x".repeat(5_000)) };
    let mut batch = create([record(1, "one"), record(2, "two")]);
    batch.segments = vec![segment(1, 0, 0, vec![large.clone()]), segment(2, 0, 0, vec![large.clone()])];
    batch.deliveries = vec![Delivery { key: InstanceKey(1), generation: 0, id: 0, count: 1 }];
    store.commit(&batch).unwrap();
    let new = Batch {
        updated: vec![InstanceRecord { generation: 1, ..record(1, "one") }],
        truncated: vec![(InstanceKey(1), 1)],
        segments: vec![segment(1, 1, 0, vec![large.clone()])],
        ..Batch::default()
    };
    store.commit(&new).unwrap();
    assert_eq!(store.history(InstanceKey(1)).unwrap(), new.segments);
    assert_eq!(store.deliveries(InstanceKey(1)).unwrap(), []);
    assert_eq!(store.history(InstanceKey(2)).unwrap(), batch.segments[1..]);
    // The old place is free again, so nothing of the old history is left.
    let back =
        Batch { updated: vec![record(1, "one")], segments: vec![segment(1, 0, 0, vec![fired(7)])], ..Batch::default() };
    store.commit(&back).unwrap();
    assert_eq!(store.history(InstanceKey(1)).unwrap(), back.segments);
}

fn a_batch_with_a_second_instance_of_an_id_leaves_nothing(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    store.commit(&create([record(1, "one")])).unwrap();
    refused(store, create([record(2, "one")]));
    assert_eq!(instance(store, 2), None);
    let error = store.commit(&create([record(7, "twice"), record(8, "twice")])).unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }));
    let error = store.commit(&create([record(1, "another")])).unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }));
}

fn a_batch_with_a_second_segment_in_a_place_leaves_nothing(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let mut batch = create([record(1, "one")]);
    batch.segments = vec![segment(1, 0, 0, vec![fired(0)])];
    store.commit(&batch).unwrap();
    let second = vec![segment(1, 0, 0, vec![fired(1)])];
    refused(store, Batch { segments: second, ..Batch::default() });
    assert_eq!(store.history(InstanceKey(1)).unwrap(), batch.segments);
}

fn a_batch_with_a_second_message_of_a_number_leaves_nothing(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    store.commit(&Batch { accepted: vec![message(1, "one", None)], ..Batch::default() }).unwrap();
    refused(store, Batch { accepted: vec![message(1, "two", None)], ..Batch::default() });
    assert_eq!(store.inbox(&Target::Instance(id("two"))).unwrap(), []);
}

fn a_batch_with_an_update_of_nothing_leaves_nothing(mut fixture: Fixture) {
    refused(&mut *fixture.store, Batch { updated: vec![record(1, "one")], ..Batch::default() });
}

fn an_instance_may_be_created_and_ended_in_one_batch(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let ended = InstanceRecord { status: Status::Completed, awake: false, ..record(1, "one") };
    let mut batch = create([record(1, "one")]);
    batch.updated = vec![ended.clone()];
    store.commit(&batch).unwrap();
    assert_eq!(instance(store, 1), Some(ended));
    assert_eq!(store.unfinished(InstanceKey(0), 9).unwrap(), []);
}

fn messages_are_kept_in_order_until_they_are_consumed(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let rows = [message(3, "one", None), message(1, "one", None), message(2, "@Counter@one", None)];
    store.commit(&Batch { accepted: rows.to_vec(), ..Batch::default() }).unwrap();
    let one = Target::Instance(id("one"));
    assert_eq!(store.inbox(&one).unwrap(), [rows[1].clone(), rows[0].clone()]);
    assert_eq!(store.inbox(&Target::Entity("@Counter@one".parse().unwrap())).unwrap(), [rows[2].clone()]);
    // Accepted and consumed at once, and consumed again: neither is an error.
    let batch = Batch { accepted: vec![message(4, "one", None)], consumed: vec![1, 4, 99], ..Batch::default() };
    store.commit(&batch).unwrap();
    assert_eq!(store.inbox(&one).unwrap(), [rows[0].clone()]);
    assert_eq!(fixture.crash().next_message, 4);
}

fn messages_with_a_due_time_are_found_by_it(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let rows = [message(1, "one", Some(30)), message(2, "one", Some(10)), message(3, "@C@", Some(10))];
    store.commit(&Batch { accepted: rows.to_vec(), ..Batch::default() }).unwrap();
    assert_eq!(store.inbox(&Target::Instance(id("one"))).unwrap(), []);
    assert_eq!(store.receivers().unwrap(), []);
    assert_eq!(store.due(at(9), 9).unwrap(), []);
    assert_eq!(store.due(at(10), 9).unwrap(), rows[1..]);
    assert_eq!(store.due(at(10), 1).unwrap(), rows[1..2]);
    assert_eq!(store.due(Timestamp::MAX, 9).unwrap(), [rows[1].clone(), rows[2].clone(), rows[0].clone()]);
    store.commit(&Batch { consumed: vec![2], ..Batch::default() }).unwrap();
    assert_eq!(store.due(at(10), 9).unwrap(), rows[2..]);
}

fn receivers_are_told_once_each(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let accepted = vec![
        message(1, "one", None),
        message(2, "@Counter@a@b", None),
        message(3, "one", None),
        message(4, "later", Some(1)),
    ];
    store.commit(&Batch { accepted, ..Batch::default() }).unwrap();
    let expected = [Target::Entity("@Counter@a@b".parse().unwrap()), Target::Instance(id("one"))];
    assert_eq!(store.receivers().unwrap(), expected);
}

fn wakes_come_in_the_order_of_their_time(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let wake = |due, key| Wake { due: at(due), key: InstanceKey(key) };
    let slept = vec![wake(20, 1), wake(10, 3), wake(10, 2), wake(30, 4), wake(30, 4)];
    store.commit(&Batch { slept, ..Batch::default() }).unwrap();
    assert_eq!(store.wakes(at(9), 9).unwrap(), []);
    assert_eq!(store.wakes(at(20), 9).unwrap(), [wake(10, 2), wake(10, 3), wake(20, 1)]);
    assert_eq!(store.wakes(at(20), 2).unwrap(), [wake(10, 2), wake(10, 3)]);
    store.commit(&Batch { woken: vec![wake(10, 2), wake(77, 7)], ..Batch::default() }).unwrap();
    assert_eq!(store.wakes(at(10), 9).unwrap(), [wake(10, 3)]);
}

fn the_next_due_time_is_that_of_a_wake_or_a_message(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let wake = Wake { due: at(20), key: InstanceKey(1) };
    store.commit(&Batch { slept: vec![wake], ..Batch::default() }).unwrap();
    assert_eq!(store.next_due().unwrap(), Some(at(20)));
    let accepted = vec![message(1, "one", Some(10)), message(2, "one", None)];
    store.commit(&Batch { accepted, ..Batch::default() }).unwrap();
    assert_eq!(store.next_due().unwrap(), Some(at(10)));
    store.commit(&Batch { consumed: vec![1], woken: vec![wake], ..Batch::default() }).unwrap();
    assert_eq!(store.next_due().unwrap(), None);
}

fn deliveries_are_forgotten_at_an_orderly_end(mut fixture: Fixture) {
    let delivery = Delivery { key: InstanceKey(1), generation: 0, id: 5, count: 3 };
    fixture.store.commit(&Batch { deliveries: vec![delivery], ..Batch::default() }).unwrap();
    fixture.crash();
    assert_eq!(fixture.store.deliveries(InstanceKey(1)).unwrap(), [delivery], "a crash remembers them");
    fixture.store.close().unwrap();
    fixture.store.open().unwrap();
    assert_eq!(fixture.store.deliveries(InstanceKey(1)).unwrap(), []);
}

fn deliveries_are_counted_until_they_are_delivered(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let delivery = |key, id, count| Delivery { key: InstanceKey(key), generation: 2, id, count };
    let first = vec![delivery(1, 5, 1), delivery(1, 4, 1), delivery(2, 5, 1)];
    store.commit(&Batch { deliveries: first, ..Batch::default() }).unwrap();
    store.commit(&Batch { deliveries: vec![delivery(1, 5, 2)], ..Batch::default() }).unwrap();
    assert_eq!(store.deliveries(InstanceKey(1)).unwrap(), [delivery(1, 4, 1), delivery(1, 5, 2)]);
    store.commit(&Batch { delivered: vec![(InstanceKey(1), 5), (InstanceKey(9), 9)], ..Batch::default() }).unwrap();
    assert_eq!(store.deliveries(InstanceKey(1)).unwrap(), [delivery(1, 4, 1)]);
    assert_eq!(store.deliveries(InstanceKey(2)).unwrap(), [delivery(2, 5, 1)]);
}

fn entities_are_written_and_removed(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    for state in [payload(1), payload("x".repeat(3_000)), Payload::null()] {
        let cats = entity("Counter", "cats", Some(state));
        store.commit(&Batch { entities: vec![cats.clone()], ..Batch::default() }).unwrap();
        assert_eq!(store.entity(&cats.id).unwrap().as_ref(), Some(&cats));
        assert_eq!(store.catalog().entity(&cats.id).unwrap().map(|details| details.record), Some(cats));
    }
    let gone = entity("Counter", "cats", None);
    store.commit(&Batch { entities: vec![gone.clone(), entity("Never", "was", None)], ..Batch::default() }).unwrap();
    assert_eq!(store.entity(&gone.id).unwrap(), None);
    assert_eq!(store.catalog().entity(&gone.id).unwrap(), None);
}

fn entities_are_listed_by_name_and_key(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let names = [("B", "a"), ("A", "z"), ("A", ""), ("A", "ä"), ("A", "Z"), ("AA", "a")];
    let entities: Vec<_> = names.iter().map(|(name, key)| entity(name, key, Some(payload(0)))).collect();
    store.commit(&Batch { entities: entities.clone(), ..Batch::default() }).unwrap();
    let catalog = store.catalog();
    let mut sorted = entities;
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    let all = EntityFilter::default();
    assert_eq!(catalog.entities(&all, None, 100).unwrap(), sorted);
    let mut paged = Vec::new();
    while let page = catalog.entities(&all, paged.last().map(|record: &EntityRecord| &record.id), 2).unwrap()
        && !page.is_empty()
    {
        assert!(page.len() <= 2);
        paged.extend(page);
    }
    assert_eq!(paged, sorted);
}

fn entities_can_be_filtered(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let mut random = Random(7);
    let mut entities = Vec::new();
    for number in 0..300 {
        let key = format!("{}{number}", random.of(&["", "a", "a%", "a_", "\u{10ffff}"]));
        let id = EntityId::new(random.of(&["Counter", "counter", "Cart"]), key).unwrap();
        let text = "x".repeat(usize::try_from(random.below(2_000)).unwrap());
        entities.push(EntityRecord {
            state: (random.below(2) == 0).then(|| payload(text)),
            updated: at(random.below(50)),
            locked_by: random.perhaps(|_| holder(number)),
            parked: random.perhaps(|_| parked()),
            ..EntityRecord::new(id)
        });
    }
    store.commit(&Batch { entities: entities.clone(), ..Batch::default() }).unwrap();
    entities.retain(|record| !record.is_empty());
    entities.sort_by(|a, b| a.id.cmp(&b.id));
    assert!((100..250).contains(&entities.len()), "{}", entities.len());
    for _ in 0..400 {
        let filter = EntityFilter {
            name: random.perhaps(|random| random.of(&["Counter", "Cart", "None"]).to_owned()),
            key_prefix: random.perhaps(|random| random.of(&["", "a", "a%", "\u{10ffff}", "b"]).to_owned()),
            updated_from: random.perhaps(|random| at(random.below(50))),
            updated_to: random.perhaps(|random| at(random.below(50))),
            locked: random.perhaps(|random| random.below(2) == 0),
            parked: random.perhaps(|random| random.below(2) == 0),
            with_transient: random.below(2) == 0,
        };
        let after = random.perhaps(|random| EntityId::new("Counter", random.of(&["", "a1", "a%", "b"])).unwrap());
        let limit = random.perhaps(|random| usize::try_from(random.below(20)).unwrap()).unwrap_or(1_000);
        let later = entities.iter().filter(|record| after.as_ref().is_none_or(|id| record.id > *id));
        let expected: Vec<_> = later.filter(|record| filter.matches(record)).take(limit).cloned().collect();
        let found = store.catalog().entities(&filter, after.as_ref(), limit).unwrap();
        assert_eq!(found, expected, "{filter:?} {after:?} {limit}");
    }
}

fn write(store: &mut dyn Store, entities: impl IntoIterator<Item = EntityRecord>) {
    store.commit(&Batch { entities: entities.into_iter().collect(), ..Batch::default() }).unwrap();
}

fn an_entity_without_a_state_is_kept_while_it_is_locked_or_parked(mut fixture: Fixture) {
    let nothing = entity("Counter", "cats", None);
    let dogs = entity("Counter", "dogs", Some(payload(1)));
    let [all, lasting] = [true, false].map(|with_transient| EntityFilter { with_transient, ..EntityFilter::default() });
    write(&mut *fixture.store, [dogs.clone()]);
    for (locked_by, parked) in [(Some(holder(1)), None), (None, Some(parked())), (Some(holder(2)), Some(parked()))] {
        let cats = EntityRecord { locked_by, parked, ..nothing.clone() };
        write(&mut *fixture.store, [cats.clone()]);
        fixture.crash();
        let store = &mut *fixture.store;
        let catalog = store.catalog();
        assert_eq!(store.entity(&cats.id).unwrap().as_ref(), Some(&cats));
        let details = EntityDetails { record: cats.clone(), backlog: 0, waiting: vec![] };
        assert_eq!(catalog.entity(&cats.id).unwrap(), Some(details));
        assert_eq!(catalog.entities(&all, None, 9).unwrap(), [cats, dogs.clone()]);
        assert_eq!(catalog.entities(&lasting, None, 9).unwrap(), slice::from_ref(&dogs));
    }
    let store = &mut *fixture.store;
    write(store, [nothing.clone()]);
    assert_eq!(store.entity(&nothing.id).unwrap(), None);
    assert_eq!(store.catalog().entity(&nothing.id).unwrap(), None);
    assert_eq!(store.catalog().entities(&all, None, 9).unwrap(), slice::from_ref(&dogs));
    assert_eq!(store.locked(None, 9).unwrap(), []);
}

fn locks_and_reasons_survive_beside_states_of_any_size(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let all = EntityFilter { with_transient: true, ..EntityFilter::default() };
    let mut random = Random(11);
    for step in 0..150 {
        let cats = EntityRecord {
            state: [None, Some(10), Some(5_000), Some(6_000)][usize::try_from(random.below(4)).unwrap()]
                .map(|length| payload("x".repeat(length) + &step.to_string())),
            updated: at(step),
            locked_by: (random.below(2) == 0).then(|| holder(step)),
            parked: (random.below(2) == 0).then(parked),
            ..entity("Counter", "cats", None)
        };
        write(store, [cats.clone()]);
        let kept = (!cats.is_empty()).then_some(cats);
        let lock = kept.iter().filter_map(|cats| Some((cats.id.clone(), cats.locked_by.clone()?)));
        assert_eq!(store.locked(None, 9).unwrap(), lock.collect::<Vec<_>>(), "step {step}");
        assert_eq!(store.entity(&"@Counter@cats".parse().unwrap()).unwrap(), kept, "step {step}");
        assert_eq!(store.catalog().entities(&all, None, 9).unwrap(), Vec::from_iter(kept), "step {step}");
    }
}

fn locked_entities_come_in_pages_by_name_and_key(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let mut expected = Vec::new();
    let mut number = 0;
    for name in ["Cart", "Counter", "Counter2", "counter", "ä"] {
        for key in ["", " ", "A", "Z", "a", "a@", "a@b", "a@z", "b", "zz", "ä", "\u{e000}", "\u{10ffff}"] {
            number += 1;
            let state = [None, Some(payload(number)), Some(payload("x".repeat(3_000)))];
            let record = EntityRecord {
                state: state[usize::try_from(number % 3).unwrap()].clone(),
                locked_by: (number % 5 > 0).then(|| holder(number)),
                parked: (number % 2 == 0).then(parked),
                ..entity(name, key, None)
            };
            write(store, [record.clone()]);
            expected.extend(record.locked_by.map(|holder| (record.id, holder)));
        }
    }
    expected.sort_by(|(a, _), (b, _)| a.cmp(b));
    assert_eq!(store.locked(None, usize::MAX).unwrap(), expected);
    for limit in [1, 7, expected.len()] {
        let mut found = Vec::new();
        while let after = found.last().map(|(id, _): &(EntityId, LockHolder)| id)
            && let page = store.locked(after, limit).unwrap()
            && !page.is_empty()
        {
            assert!(page.len() <= limit && after.is_none_or(|id| page[0].0 > *id), "{page:?} after {after:?}");
            found.extend(page);
        }
        assert_eq!(found, expected);
    }
    // Pages may begin after what was let go in the meantime, or never was.
    let (first, second) = (expected[0].0.clone(), &expected[1..]);
    write(store, [EntityRecord::new(first.clone())]);
    assert_eq!(store.locked(None, 99).unwrap(), *second);
    assert_eq!(store.locked(Some(&first), 99).unwrap(), *second);
    assert_eq!(store.locked(Some(&"@A@".parse().unwrap()), 99).unwrap(), *second);
    assert_eq!(store.locked(Some(&"@ö@".parse().unwrap()), 99).unwrap(), []);
    assert_eq!(store.locked(None, 0).unwrap(), []);
}

fn the_backlog_is_what_waits_for_that_entity_now(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let expected =
        [("@Counter@a", 3), ("@Counter@a@b", 2), ("@Counter@", 1), ("@Counter@a@", 0), ("@counter@a", 0), ("@C@%", 0)];
    write(
        store,
        expected.map(|(id, _)| EntityRecord { state: Some(payload(0)), ..EntityRecord::new(id.parse().unwrap()) }),
    );
    let accepted = vec![
        message(1, "@Counter@a", None),
        wish(2, "@Counter@a", None),
        release(3, "@Counter@a", None),
        message(4, "@Counter@a", Some(1)),
        wish(5, "@Counter@a", Some(1)),
        message(6, "@Counter@a@b", None),
        wish(7, "@Counter@a@b", None),
        wish(8, "@Counter@", None),
        message(9, "Counter@a", None),
        message(10, "@Nothing@kept", None),
        message(11, "@C@x", None),
    ];
    store.commit(&Batch { accepted, ..Batch::default() }).unwrap();
    let catalog = store.catalog();
    let backlog = |id: &str| catalog.entity(&id.parse().unwrap()).unwrap().map(|details| details.backlog);
    assert_eq!(expected.map(|(id, _)| (id, backlog(id))), expected.map(|(id, count)| (id, Some(count))));
    assert_eq!(backlog("@Nothing@kept"), None);
    store.commit(&Batch { consumed: vec![1, 2, 4, 6], ..Batch::default() }).unwrap();
    assert_eq!(["@Counter@a", "@Counter@a@b"].map(backlog), [Some(1), Some(1)]);
}

fn sections_that_wait_are_told_in_their_order(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let cats = EntityRecord { locked_by: Some(holder(1)), ..entity("Lock", "a@b", None) };
    write(store, [cats.clone(), entity("Lock", "a", Some(payload(1)))]);
    let locking = Event::EventRaised { name: "Lock".into(), input: payload(json!({"Lock": {"to": "@Lock@a@b"}})) };
    let to_instance = Message::Event { to: id("Lock@a@b"), generation: None, key: None, event: locking };
    let to_entity = Message::Operation {
        to: cats.id.clone(),
        request: OperationRequest {
            operation: "Lock".into(),
            input: payload(json!({"Lock": holder(9)})),
            caller: None,
            section: None,
        },
    };
    for accepted in [
        vec![wish(5, "@Lock@a@b", None), wish(9, "@Lock@a@b", Some(1))],
        vec![wish(4, "@Lock@a@b", None), release(3, "@Lock@a@b", None), wish(6, "@Lock@a", None)],
        vec![
            InboxRow { number: 7, due: None, message: to_entity },
            InboxRow { number: 8, due: None, message: to_instance },
            wish(10, "@Lock@a@b", None),
        ],
    ] {
        store.commit(&Batch { accepted, ..Batch::default() }).unwrap();
    }
    let catalog = store.catalog();
    let details = |backlog, waiting: &[i64]| {
        Some(EntityDetails { record: cats.clone(), backlog, waiting: waiting.iter().map(|it| holder(*it)).collect() })
    };
    assert_eq!(catalog.entity(&cats.id).unwrap(), details(5, &[4, 5, 10]));
    store.commit(&Batch { consumed: vec![4], ..Batch::default() }).unwrap();
    assert_eq!(catalog.entity(&cats.id).unwrap(), details(4, &[5, 10]));
    store.commit(&Batch { consumed: vec![3, 5, 7, 10], ..Batch::default() }).unwrap();
    assert_eq!(catalog.entity(&cats.id).unwrap(), details(0, &[]));
}

fn belongings(key: i64, name: &str) -> Batch {
    Batch {
        created: vec![record(key, name)],
        segments: vec![segment(key, 0, 0, all_events())],
        accepted: vec![message(key * 10, name, None), message(key * 10 + 1, name, Some(1))],
        slept: vec![Wake { due: at(1), key: InstanceKey(key) }],
        deliveries: vec![Delivery { key: InstanceKey(key), generation: 0, id: 1, count: 1 }],
        ..Batch::default()
    }
}

#[track_caller]
fn assert_gone(store: &mut dyn Store, key: i64, name: &str) {
    assert_eq!(instance(store, key), None);
    assert_eq!(store.instance(Which::Id(&id(name))).unwrap(), None);
    assert_eq!(store.history(InstanceKey(key)).unwrap(), []);
    assert_eq!(store.inbox(&Target::Instance(id(name))).unwrap(), []);
    assert!(store.due(Timestamp::MAX, 99).unwrap().iter().all(|row| row.message.target().to_string() != name));
    assert!(store.wakes(Timestamp::MAX, 99).unwrap().iter().all(|wake| wake.key.0 != key));
    assert_eq!(store.deliveries(InstanceKey(key)).unwrap(), []);
    assert_eq!(store.catalog().instance(&id(name)).unwrap(), None);
}

fn a_purge_removes_all_that_belongs_to_the_instance(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    store.commit(&belongings(1, "one")).unwrap();
    store.commit(&belongings(2, "two")).unwrap();
    store.commit(&Batch { purged: vec![InstanceKey(1), InstanceKey(77)], ..Batch::default() }).unwrap();
    assert_gone(store, 1, "one");
    let kept = belongings(2, "two");
    assert_eq!(instance(store, 2), Some(kept.created[0].clone()));
    assert_eq!(store.history(InstanceKey(2)).unwrap(), kept.segments);
    assert_eq!(store.inbox(&Target::Instance(id("two"))).unwrap(), kept.accepted[..1]);
    assert_eq!(store.due(Timestamp::MAX, 9).unwrap(), kept.accepted[1..]);
    assert_eq!(store.wakes(Timestamp::MAX, 9).unwrap(), kept.slept);
    assert_eq!(store.deliveries(InstanceKey(2)).unwrap(), kept.deliveries);
}

fn an_id_can_be_used_again_after_a_purge_but_a_key_cannot(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    store.commit(&belongings(1, "one")).unwrap();
    let again = Batch { purged: vec![InstanceKey(1)], ..belongings(2, "one") };
    store.commit(&again).unwrap();
    assert_eq!(instance(store, 2), Some(again.created[0].clone()));
    assert_eq!(store.history(InstanceKey(2)).unwrap(), again.segments);
    assert_eq!(store.inbox(&Target::Instance(id("one"))).unwrap(), again.accepted[..1]);
    store.commit(&Batch { purged: vec![InstanceKey(2)], ..Batch::default() }).unwrap();
    assert_gone(store, 2, "one");
    assert_eq!(fixture.crash().next_key, InstanceKey(3));
}

fn unfinished_instances_come_in_pages(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let mut expected = Vec::new();
    for key in 1..=60 {
        let parked = (key % 5 == 0).then(|| Parked { reason: ParkReason::NotRegistered, message: "x".into() });
        let record = InstanceRecord { awake: key % 3 == 0, parked, ..record(key, &format!("i{key}")) };
        store.commit(&create([record.clone()])).unwrap();
        expected.extend((record.awake || record.parked.is_some()).then_some(record));
    }
    let mut found = Vec::new();
    while let after = found.last().map_or(InstanceKey(0), |record: &InstanceRecord| record.key)
        && let page = store.unfinished(after, 7).unwrap()
        && !page.is_empty()
    {
        assert!(page.len() <= 7);
        found.extend(page);
    }
    assert_eq!(found, expected);
}

fn an_owner_that_was_replaced_can_commit_nothing(mut fixture: Fixture) {
    fixture.store.commit(&create([record(1, "one")])).unwrap();
    let mut second = (fixture.another)();
    let opened = second.open().unwrap();
    assert_eq!((opened.epoch, opened.next_key, opened.closed_cleanly), (2, InstanceKey(2), false));
    let error = fixture.store.commit(&create([record(2, "two")])).unwrap_err();
    assert!(matches!(error, StoreError::Fenced { .. }), "{error:?}");
    assert!(matches!(fixture.store.close(), Err(StoreError::Fenced { .. })));
    assert_eq!(instance(&mut *second, 2), None);
    second.commit(&create([record(2, "zwei")])).unwrap();
}

fn what_was_committed_survives_a_crash(mut fixture: Fixture) {
    let batch = belongings(1, "one");
    fixture.store.commit(&batch).unwrap();
    let opened = fixture.crash();
    assert_eq!((opened.next_key, opened.next_message, opened.closed_cleanly), (InstanceKey(2), 12, false));
    assert_eq!(fixture.store.history(InstanceKey(1)).unwrap(), batch.segments);
    assert_eq!(fixture.store.wakes(Timestamp::MAX, 9).unwrap(), batch.slept);
}

fn what_was_committed_survives_a_crash_also_before_it_is_synced(mut fixture: Fixture) {
    let syncer = fixture.store.defer_sync().unwrap();
    let (first, second) = (belongings(1, "one"), create([record(2, "two")]));
    fixture.store.commit(&first).unwrap();
    if let Some(mut syncer) = syncer {
        std::thread::scope(|scope| scope.spawn(move || syncer.sync().unwrap()).join()).unwrap();
    }
    fixture.store.commit(&second).unwrap();
    assert_eq!(fixture.crash().next_key, InstanceKey(3));
    assert_eq!(fixture.store.history(InstanceKey(1)).unwrap(), first.segments);
    assert_eq!(fixture.store.instance(Which::Key(InstanceKey(2))).unwrap(), Some(second.created[0].clone()));
}

fn closing_is_remembered_until_the_next_opening(mut fixture: Fixture) {
    fixture.store.commit(&create([record(1, "one")])).unwrap();
    fixture.store.close().unwrap();
    assert!(fixture.crash().closed_cleanly);
    assert!(!fixture.crash().closed_cleanly);
    // The same handle can open again, too.
    fixture.store.close().unwrap();
    let opened = fixture.store.open().unwrap();
    assert_eq!((opened.epoch, opened.closed_cleanly), (4, true));
    fixture.store.commit(&create([record(2, "two")])).unwrap();
}

fn a_store_that_is_not_open_refuses_to_commit(mut fixture: Fixture) {
    fixture.store.close().unwrap();
    assert!(matches!(fixture.store.commit(&create([record(1, "one")])), Err(StoreError::Io { .. })));
    assert!(matches!(fixture.store.close(), Err(StoreError::Io { .. })));
}

fn a_catalog_sees_what_was_acknowledged(mut fixture: Fixture) {
    let catalog = fixture.store.catalog();
    for key in 1..50 {
        let name = format!("i{key}");
        fixture.store.commit(&create([record(key, &name)])).unwrap();
        let found = std::thread::scope(|scope| scope.spawn(|| catalog.instance(&id(&name)).unwrap()).join().unwrap());
        assert_eq!(found.map(|details| details.record), Some(record(key, &name)));
    }
}

fn details_tell_input_output_and_failure(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let started =
        |input: &str| event(json!({"ExecutionStarted": {"name": "order", "input": input, "execution_id": "0"}}));
    let ended = |status, result: Option<Payload>, failure| Event::ExecutionCompleted { status, result, failure };
    let large = "y".repeat(4_000);
    let mut batch = create([
        InstanceRecord { status: Status::Pending, ..record(1, "pending") },
        record(2, "running"),
        InstanceRecord { status: Status::Completed, generation: 1, ..record(3, "completed") },
        InstanceRecord { status: Status::Failed, ..record(4, "failed") },
    ]);
    batch.segments = vec![
        segment(2, 0, 0, vec![fired(0), started("two")]),
        segment(2, 0, 2, vec![fired(0)]),
        segment(3, 0, 0, vec![started("old")]),
        segment(3, 1, 0, vec![started(&large)]),
        segment(3, 1, 1, vec![fired(0), ended(Status::Completed, Some(payload(&large)), None)]),
        segment(4, 0, 0, vec![started("four"), ended(Status::Failed, None, Some(Box::new(failure())))]),
    ];
    store.commit(&batch).unwrap();
    let details = |name: &str| {
        let details = store.catalog().instance(&id(name)).unwrap().unwrap();
        (details.input, details.output, details.failure)
    };
    assert_eq!(details("pending"), (None, None, None));
    assert_eq!(details("running"), (Some(payload("two")), None, None));
    assert_eq!(details("completed"), (Some(payload(&large)), Some(payload(&large)), None));
    assert_eq!(details("failed"), (Some(payload("four")), None, Some(failure())));
}

fn a_result_that_is_null_survives(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let result = Some(Payload::null());
    let mut batch = create([InstanceRecord { status: Status::Completed, ..record(1, "one") }]);
    let ended = Event::ExecutionCompleted { status: Status::Completed, result: result.clone(), failure: None };
    batch.segments = vec![segment(1, 0, 0, vec![ended])];
    store.commit(&batch).unwrap();
    assert_eq!(store.history(InstanceKey(1)).unwrap(), batch.segments);
    assert_eq!(store.catalog().instance(&id("one")).unwrap().unwrap().output, result);
}

fn lists_have_the_newest_first_or_the_oldest_and_pages(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let count = i64::try_from(MAX_PAGE).unwrap() + 10;
    store.commit(&create((1..=count).map(|key| record(key, &format!("i{key}"))))).unwrap();
    let catalog = store.catalog();
    let all = InstanceFilter::default();
    let keys = |page| catalog.instances(&all, &page).unwrap().iter().map(|it| it.key.0).collect::<Vec<_>>();
    assert_eq!(keys(everything()), (11..=count).rev().collect::<Vec<_>>());
    assert_eq!(keys(Page { after: Some(InstanceKey(11)), limit: 3, oldest_first: false }), [10, 9, 8]);
    assert_eq!(keys(Page { after: Some(InstanceKey(3)), limit: 3, oldest_first: false }), [2, 1]);
    assert!(keys(Page { after: None, limit: 0, oldest_first: false }).is_empty());
    assert_eq!(keys(Page { after: None, limit: 3, oldest_first: true }), [1, 2, 3]);
    assert_eq!(keys(Page { after: Some(InstanceKey(count - 2)), limit: 3, oldest_first: true }), [count - 1, count]);
}

/// A generator that is good enough, and the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 >> 1).unwrap() % end
    }

    fn of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[usize::try_from(self.below(i64::try_from(texts.len()).unwrap())).unwrap()]
    }

    /// Once in four times.
    fn perhaps<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(4) == 0).then(|| make(self))
    }

    fn status(&mut self) -> Status {
        Status::ALL[usize::try_from(self.below(6)).unwrap()]
    }
}

const PREFIXES: [&str; 7] = ["a", "A", "a%", "a_", "ab\u{10ffff}", "ä", "\u{d7ff}"];
const TAGS: [&str; 8] = ["x", "y", "a\"b", "back\\slash", "$.x", "größe", "line\nbreak", ""];
const NAMES: [&str; 4] = ["order", "Order", "it's", "x\"y"];

fn every_filter_agrees_with_its_definition(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let mut random = Random(42);
    let mut records = Vec::new();
    let (mut ends, mut segments) = (Vec::new(), Vec::new());
    for key in 1..=400 {
        let mut tags = durable::model::Tags::new();
        for _ in 0..random.below(4) {
            tags.insert(random.of(&TAGS).into(), random.of(&TAGS).into());
        }
        let parent = random.of(&["p", "@E@k", "it's", "x\"y"]).to_owned();
        records.push(InstanceRecord {
            id: id(&format!("{}{key}", random.of(&PREFIXES))),
            name: random.of(&NAMES).to_owned().into(),
            version: random.perhaps(|random| random.of(&["1", "2"]).to_owned()),
            status: random.status(),
            created: at(random.below(100)),
            parent: random.perhaps(|_| Parent { instance_id: parent, task_id: None, generation: 0, key: None }),
            tags,
            parked: random.perhaps(|_| Parked { reason: ParkReason::NotDurable, message: "x".into() }),
            ..record(key, "replaced")
        });
        let status = records[records.len() - 1].status;
        let failure = (status == Status::Failed).then(|| Failure { error_type: random.of(&NAMES).into(), ..failure() });
        ends.push(failure.clone());
        if status.is_terminal() {
            segments.push(segment(key, 0, 0, vec![fired(0)]));
            segments.push(segment(
                key,
                0,
                1,
                vec![fired(1), Event::ExecutionCompleted { status, result: None, failure: failure.map(Box::new) }],
            ));
        }
    }
    store.commit(&Batch { segments, ..create(records.clone()) }).unwrap();
    let catalog = store.catalog();
    let mut found = 0;
    for _ in 0..600 {
        let filter = InstanceFilter {
            statuses: (0..random.below(3)).map(|_| random.status()).collect(),
            names: (0..random.below(3)).map(|_| random.of(&NAMES).to_owned().into()).collect(),
            id_prefix: random.perhaps(|random| random.of(&PREFIXES).to_owned()),
            created_from: random.perhaps(|random| at(random.below(100))),
            created_to: random.perhaps(|random| at(random.below(100))),
            tags: random.perhaps(|random| vec![(random.of(&TAGS).into(), random.of(&TAGS).into())]).unwrap_or_default(),
            version: random.perhaps(|random| random.of(&["1", "2", "3"]).to_owned()),
            parent: random.perhaps(|random| random.of(&["p", "@E@k", "it's", "x\"y"]).to_owned()),
            parked: random.perhaps(|random| random.below(2) == 0),
            error_type: random.perhaps(|random| random.of(&NAMES).to_owned()),
        };
        let page = Page {
            after: random.perhaps(|random| InstanceKey(random.below(400))),
            limit: random.perhaps(|random| usize::try_from(random.below(20)).unwrap()).unwrap_or(1_000),
            oldest_first: random.below(2) == 0,
        };
        let mut expected: Vec<_> = (records.iter().zip(&ends))
            .filter(|(record, end)| filter.matches_ended(record, end.as_ref()))
            .map(|(record, _)| record.clone())
            .collect();
        if !page.oldest_first {
            expected.reverse();
        }
        expected.retain(|it| page.after.is_none_or(|key| it.key != key && (it.key > key) == page.oldest_first));
        expected.truncate(page.limit);
        found += usize::from(filter.error_type.is_some()) * expected.len();
        assert_eq!(catalog.instances(&filter, &page).unwrap(), expected, "{filter:?} {page:?}");
    }
    assert!(found > 50, "only {found} with that error");
    for tag in TAGS.iter().flat_map(|name| TAGS.map(|value| ((*name).to_owned(), value.to_owned()))) {
        let filter = InstanceFilter { tags: vec![tag], ..InstanceFilter::default() };
        let expected: Vec<_> = records.iter().rev().filter(|record| filter.matches(record)).cloned().collect();
        assert_eq!(catalog.instances(&filter, &everything()).unwrap(), expected, "{filter:?}");
    }
}

fn large_payloads_survive(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let mut events = all_events();
    let mut carrying = 0;
    for event in &mut events {
        if let Some(place) = event.payload_mut() {
            carrying += 1;
            *place = payload("µ\"".repeat(900) + &carrying.to_string());
        }
    }
    assert!(carrying >= 12);
    events.extend((0..300).map(fired));
    let mut batch = create([record(1, "one")]);
    batch.segments = vec![segment(1, 0, 0, vec![fired(0)]), segment(1, 0, 1, events)];
    store.commit(&batch).unwrap();
    assert_eq!(store.history(InstanceKey(1)).unwrap(), batch.segments);
    assert_eq!(store.catalog().history(&id("one")).unwrap(), Some(batch.segments));
    let accepted = vec![InboxRow {
        number: 1,
        due: None,
        message: Message::Event {
            to: id("one"),
            generation: None,
            key: None,
            event: Event::EventRaised { name: "go".into(), input: payload("z".repeat(100_000)) },
        },
    }];
    store.commit(&Batch { accepted: accepted.clone(), ..Batch::default() }).unwrap();
    assert_eq!(store.inbox(&Target::Instance(id("one"))).unwrap(), accepted);
}

fn large_entity_states_survive_growing_and_shrinking(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    for length in [10, 5_000, 6_000, 20, 7_000] {
        let cats = entity("Counter", "cats", Some(payload("x".repeat(length))));
        store.commit(&Batch { entities: vec![cats.clone()], ..Batch::default() }).unwrap();
        assert_eq!(store.entity(&cats.id).unwrap().as_ref(), Some(&cats));
        assert_eq!(store.catalog().entities(&EntityFilter::default(), None, 9).unwrap(), [cats]);
    }
    store.commit(&Batch { entities: vec![entity("Counter", "cats", None)], ..Batch::default() }).unwrap();
    let dogs = entity("Counter", "dogs", Some(payload("small")));
    store.commit(&Batch { entities: vec![dogs.clone()], ..Batch::default() }).unwrap();
    assert_eq!(store.entity(&dogs.id).unwrap(), Some(dogs));
}

fn ids_with_odd_characters_survive(mut fixture: Fixture) {
    let store = &mut *fixture.store;
    let names = ["'; DROP TABLE instance; --", "ä\u{10ffff}", " ", "a@b", "A", "a", "\"", "\u{e000}"];
    for (key, name) in (1..).zip(names) {
        store.commit(&create([record(key, name)])).unwrap();
        store.commit(&Batch { accepted: vec![message(key, name, None)], ..Batch::default() }).unwrap();
    }
    for (key, name) in (1..).zip(names) {
        assert_eq!(store.instance(Which::Id(&id(name))).unwrap(), Some(record(key, name)));
        assert_eq!(store.inbox(&Target::Instance(id(name))).unwrap(), [message(key, name, None)]);
    }
    assert_eq!(store.receivers().unwrap().len(), names.len());
}
