//! Histories: in their order, whole, and byte for byte.

use super::{
    Place,
    samples::{all_events, create, fired, id, instance, payload, record, segment},
};
use crate::model::{Batch, Delivery, Event, InboxRow, InstanceKey, InstanceRecord, Message, Parent, Target};

rules! { "history";
    every_event_survives,
    what_was_stored_before_there_were_locks_is_read_and_written_as_it_was,
    history_comes_in_its_order_whatever_was_between,
    only_the_current_generation_is_history,
    removing_a_generation_removes_what_came_before_it,
    a_cut_history_goes_on_from_the_cut,
    large_payloads_survive,
}

fn every_event_survives(mut place: Place) {
    let store = &mut *place.store;
    let mut batch = create([record(1, "one")]);
    batch.segments = vec![segment(1, 0, 0, all_events()), segment(1, 0, all_events().len() as u64, vec![fired(9)])];
    store.commit(&batch).unwrap();
    assert_eq!(store.history(InstanceKey(1)).unwrap(), batch.segments);
    assert_eq!(store.catalog().history(&id("one")).unwrap(), Some(batch.segments));
}

fn what_was_stored_before_there_were_locks_is_read_and_written_as_it_was(mut place: Place) {
    #[track_caller]
    fn old<T: serde::de::DeserializeOwned + serde::Serialize>(json: &str) -> T {
        let value = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
        value
    }
    let store = &mut *place.store;
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

fn history_comes_in_its_order_whatever_was_between(mut place: Place) {
    let store = &mut *place.store;
    store.commit(&create([record(1, "one"), record(2, "two"), record(3, "three")])).unwrap();
    let mut expected = Vec::new();
    for sequence in 0..20 {
        let of = |key| segment(key, 0, sequence, vec![fired(sequence)]);
        store.commit(&Batch { segments: vec![of(3), of(1), of(2)], ..Batch::default() }).unwrap();
        expected.push(of(1));
    }
    assert_eq!(store.history(InstanceKey(1)).unwrap(), expected);
}

fn only_the_current_generation_is_history(mut place: Place) {
    let store = &mut *place.store;
    let mut batch = create([record(1, "one")]);
    batch.segments = vec![segment(1, 0, 0, vec![fired(0)])];
    store.commit(&batch).unwrap();
    let updated = vec![InstanceRecord { generation: 1, ..record(1, "one") }];
    let segments = vec![segment(1, 1, 0, vec![fired(1)])];
    store.commit(&Batch { updated, segments: segments.clone(), ..Batch::default() }).unwrap();
    assert_eq!(store.history(InstanceKey(1)).unwrap(), segments);
    assert_eq!(store.catalog().history(&id("one")).unwrap(), Some(segments));
}

fn removing_a_generation_removes_what_came_before_it(mut place: Place) {
    let store = &mut *place.store;
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

fn a_cut_history_goes_on_from_the_cut(mut place: Place) {
    let store = &mut *place.store;
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

fn large_payloads_survive(mut place: Place) {
    let store = &mut *place.store;
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
