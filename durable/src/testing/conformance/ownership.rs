//! One owner at a time, and what crashes leave.

use super::{
    Place,
    samples::{belongings, create, instance, record},
};
use crate::{
    model::{InstanceKey, Timestamp},
    store::{StoreError, Which},
};

rules! { "ownership";
    an_owner_that_was_replaced_can_commit_nothing,
    what_was_committed_survives_a_crash,
    what_was_committed_survives_a_crash_also_before_it_is_synced,
    closing_is_remembered_until_the_next_opening,
    a_store_that_is_not_open_refuses_to_commit,
}

fn an_owner_that_was_replaced_can_commit_nothing(mut place: Place) {
    place.store.commit(&create([record(1, "one")])).unwrap();
    let mut second = (place.another)();
    let opened = second.open().unwrap();
    assert_eq!((opened.epoch, opened.next_key, opened.closed_cleanly), (2, InstanceKey(2), false));
    let error = place.store.commit(&create([record(2, "two")])).unwrap_err();
    assert!(matches!(error, StoreError::Fenced { .. }), "{error:?}");
    assert!(matches!(place.store.close(), Err(StoreError::Fenced { .. })));
    assert_eq!(instance(&mut *second, 2), None);
    second.commit(&create([record(2, "zwei")])).unwrap();
}

fn what_was_committed_survives_a_crash(mut place: Place) {
    let batch = belongings(1, "one");
    place.store.commit(&batch).unwrap();
    let opened = place.crash();
    assert_eq!((opened.next_key, opened.next_message, opened.closed_cleanly), (InstanceKey(2), 12, false));
    assert_eq!(place.store.history(InstanceKey(1)).unwrap(), batch.segments);
    assert_eq!(place.store.wakes(Timestamp::MAX, 9).unwrap(), batch.slept);
}

fn what_was_committed_survives_a_crash_also_before_it_is_synced(mut place: Place) {
    let syncer = place.store.defer_sync().unwrap();
    let (first, second) = (belongings(1, "one"), create([record(2, "two")]));
    place.store.commit(&first).unwrap();
    if let Some(mut syncer) = syncer {
        std::thread::scope(|scope| scope.spawn(move || syncer.sync().unwrap()).join()).unwrap();
    }
    place.store.commit(&second).unwrap();
    assert_eq!(place.crash().next_key, InstanceKey(3));
    assert_eq!(place.store.history(InstanceKey(1)).unwrap(), first.segments);
    assert_eq!(place.store.instance(Which::Key(InstanceKey(2))).unwrap(), Some(second.created[0].clone()));
}

fn closing_is_remembered_until_the_next_opening(mut place: Place) {
    place.store.commit(&create([record(1, "one")])).unwrap();
    place.store.close().unwrap();
    assert!(place.crash().closed_cleanly);
    assert!(!place.crash().closed_cleanly);
    // The same handle can open again, too.
    place.store.close().unwrap();
    let opened = place.store.open().unwrap();
    assert_eq!((opened.epoch, opened.closed_cleanly), (4, true));
    place.store.commit(&create([record(2, "two")])).unwrap();
}

fn a_store_that_is_not_open_refuses_to_commit(mut place: Place) {
    place.store.close().unwrap();
    assert!(matches!(place.store.commit(&create([record(1, "one")])), Err(StoreError::Io { .. })));
    assert!(matches!(place.store.close(), Err(StoreError::Io { .. })));
}
