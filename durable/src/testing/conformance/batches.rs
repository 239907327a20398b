//! A batch is applied as a whole or not at all.

use super::{
    Place,
    samples::{at, create, entity, fired, id, instance, message, payload, record, segment},
};
use crate::{
    model::{Batch, InstanceKey, Target, Timestamp, Wake},
    store::{Store, StoreError},
};

rules! { "batches";
    an_empty_batch_changes_nothing,
    a_batch_with_a_second_instance_of_an_id_leaves_nothing,
    a_batch_with_a_second_segment_in_a_place_leaves_nothing,
    a_batch_with_a_second_message_of_a_number_leaves_nothing,
    a_batch_with_an_update_of_nothing_leaves_nothing,
}

fn an_empty_batch_changes_nothing(mut place: Place) {
    place.store.commit(&Batch::default()).unwrap();
    assert_eq!(instance(&mut *place.store, 1), None);
}

fn a_batch_with_a_second_instance_of_an_id_leaves_nothing(mut place: Place) {
    let store = &mut *place.store;
    store.commit(&create([record(1, "one")])).unwrap();
    refused(store, create([record(2, "one")]));
    assert_eq!(instance(store, 2), None);
    let error = store.commit(&create([record(7, "twice"), record(8, "twice")])).unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }));
    let error = store.commit(&create([record(1, "another")])).unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }));
}

fn a_batch_with_a_second_segment_in_a_place_leaves_nothing(mut place: Place) {
    let store = &mut *place.store;
    let mut batch = create([record(1, "one")]);
    batch.segments = vec![segment(1, 0, 0, vec![fired(0)])];
    store.commit(&batch).unwrap();
    let second = vec![segment(1, 0, 0, vec![fired(1)])];
    refused(store, Batch { segments: second, ..Batch::default() });
    assert_eq!(store.history(InstanceKey(1)).unwrap(), batch.segments);
}

fn a_batch_with_a_second_message_of_a_number_leaves_nothing(mut place: Place) {
    let store = &mut *place.store;
    store.commit(&Batch { accepted: vec![message(1, "one", None)], ..Batch::default() }).unwrap();
    refused(store, Batch { accepted: vec![message(1, "two", None)], ..Batch::default() });
    assert_eq!(store.inbox(&Target::Instance(id("two"))).unwrap(), []);
}

fn a_batch_with_an_update_of_nothing_leaves_nothing(mut place: Place) {
    refused(&mut *place.store, Batch { updated: vec![record(1, "one")], ..Batch::default() });
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
