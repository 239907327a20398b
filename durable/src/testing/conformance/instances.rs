//! What is kept of an instance besides its history.

use super::{
    Place,
    samples::{belongings, create, everything, full_record, id, instance, message, record, segment},
};
use crate::{
    model::{Batch, Event, InstanceKey, InstanceRecord, ParkReason, Parked, Payload, Status, Target, Timestamp},
    store::{InstanceFilter, Store, Which},
};

rules! { "instances";
    a_new_store_is_empty_and_counts_from_one,
    a_record_keeps_all_its_fields,
    an_update_keeps_all_its_fields,
    an_instance_may_be_created_and_ended_in_one_batch,
    unfinished_instances_come_in_pages,
    ids_with_odd_characters_survive,
    a_purge_removes_all_that_belongs_to_the_instance,
    an_id_can_be_used_again_after_a_purge_but_a_key_cannot,
}

fn a_new_store_is_empty_and_counts_from_one(mut place: Place) {
    let opened = place.crash();
    assert_eq!((opened.next_key, opened.next_message, opened.epoch), (InstanceKey(1), 1, 2));
    let store = &mut *place.store;
    assert_eq!(store.next_due().unwrap(), None);
    assert_eq!(store.receivers().unwrap(), []);
    assert_eq!(store.unfinished(InstanceKey(0), 10).unwrap(), []);
    assert_eq!(store.instance(Which::Id(&id("x"))).unwrap(), None);
    assert_eq!(store.history(InstanceKey(1)).unwrap(), []);
    assert_eq!(store.catalog().history(&id("x")).unwrap(), None);
    assert_eq!(store.catalog().instance(&id("x")).unwrap(), None);
    assert_eq!(store.catalog().instances(&InstanceFilter::default(), &everything()).unwrap(), []);
}

fn a_record_keeps_all_its_fields(mut place: Place) {
    let store = &mut *place.store;
    for status in Status::ALL {
        let key = 10 + status as i64;
        let record = InstanceRecord { key: InstanceKey(key), id: id(status.as_str()), status, ..full_record() };
        let mut batch = create([record.clone()]);
        if status.is_terminal() {
            // The end of what has ended is in its history.
            let end = Event::ExecutionCompleted { status, result: None, failure: None };
            batch.segments = vec![segment(key, record.generation, 0, vec![end])];
        }
        store.commit(&batch).unwrap();
        assert_eq!(instance(store, key).as_ref(), Some(&record));
        assert_eq!(store.instance(Which::Id(&record.id)).unwrap().as_ref(), Some(&record));
        assert_eq!(store.catalog().instance(&record.id).unwrap().unwrap().record, record);
    }
    let mut null = record(1, "null");
    null.custom_status = Some(Payload::null());
    store.commit(&create([null.clone()])).unwrap();
    assert_eq!(instance(store, 1), Some(null));
}

fn an_update_keeps_all_its_fields(mut place: Place) {
    let store = &mut *place.store;
    let mut first = record(1, "one");
    first.parent = full_record().parent;
    store.commit(&create([first.clone()])).unwrap();
    store.commit(&Batch { updated: vec![full_record()], ..Batch::default() }).unwrap();
    assert_eq!(instance(store, 1), Some(full_record()));
    store.commit(&Batch { updated: vec![first.clone()], ..Batch::default() }).unwrap();
    assert_eq!(instance(store, 1), Some(first));
}

fn an_instance_may_be_created_and_ended_in_one_batch(mut place: Place) {
    let store = &mut *place.store;
    let ended = InstanceRecord { status: Status::Completed, awake: false, ..record(1, "one") };
    let mut batch = create([record(1, "one")]);
    batch.updated = vec![ended.clone()];
    store.commit(&batch).unwrap();
    assert_eq!(instance(store, 1), Some(ended));
    assert_eq!(store.unfinished(InstanceKey(0), 9).unwrap(), []);
}

fn unfinished_instances_come_in_pages(mut place: Place) {
    let store = &mut *place.store;
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

fn ids_with_odd_characters_survive(mut place: Place) {
    let store = &mut *place.store;
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

fn a_purge_removes_all_that_belongs_to_the_instance(mut place: Place) {
    let store = &mut *place.store;
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

fn an_id_can_be_used_again_after_a_purge_but_a_key_cannot(mut place: Place) {
    let store = &mut *place.store;
    store.commit(&belongings(1, "one")).unwrap();
    let again = Batch { purged: vec![InstanceKey(1)], ..belongings(2, "one") };
    store.commit(&again).unwrap();
    assert_eq!(instance(store, 2), Some(again.created[0].clone()));
    assert_eq!(store.history(InstanceKey(2)).unwrap(), again.segments);
    assert_eq!(store.inbox(&Target::Instance(id("one"))).unwrap(), again.accepted[..1]);
    store.commit(&Batch { purged: vec![InstanceKey(2)], ..Batch::default() }).unwrap();
    assert_gone(store, 2, "one");
    assert_eq!(place.crash().next_key, InstanceKey(3));
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
