//! Messages, wakes and deliveries: what is kept until it is used up.

use super::{
    Place,
    samples::{at, id, message, release, wish},
};
use crate::model::{Batch, Delivery, InstanceKey, Target, Timestamp, Wake};

rules! { "inbox";
    every_message_survives,
    messages_are_kept_in_order_until_they_are_consumed,
    messages_with_a_due_time_are_found_by_it,
    receivers_are_told_once_each,
    wakes_come_in_the_order_of_their_time,
    the_next_due_time_is_that_of_a_wake_or_a_message,
    deliveries_are_counted_until_they_are_delivered,
    deliveries_are_forgotten_at_an_orderly_end,
}

fn every_message_survives(mut place: Place) {
    let store = &mut *place.store;
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
    place.crash();
    let store = &mut *place.store;
    let (cats, one) = (Target::Entity("@Counter@cats".parse().unwrap()), Target::Instance(id("one")));
    assert_eq!(store.inbox(&cats).unwrap(), now[..3]);
    assert_eq!(store.inbox(&one).unwrap(), now[3..]);
    assert_eq!(store.due(at(1), 9).unwrap(), later);
    assert_eq!(store.receivers().unwrap(), [cats, one]);
}

fn messages_are_kept_in_order_until_they_are_consumed(mut place: Place) {
    let store = &mut *place.store;
    let rows = [message(3, "one", None), message(1, "one", None), message(2, "@Counter@one", None)];
    store.commit(&Batch { accepted: rows.to_vec(), ..Batch::default() }).unwrap();
    let one = Target::Instance(id("one"));
    assert_eq!(store.inbox(&one).unwrap(), [rows[1].clone(), rows[0].clone()]);
    assert_eq!(store.inbox(&Target::Entity("@Counter@one".parse().unwrap())).unwrap(), [rows[2].clone()]);
    // Accepted and consumed at once, and consumed again: neither is an error.
    let batch = Batch { accepted: vec![message(4, "one", None)], consumed: vec![1, 4, 99], ..Batch::default() };
    store.commit(&batch).unwrap();
    assert_eq!(store.inbox(&one).unwrap(), [rows[0].clone()]);
    assert_eq!(place.crash().next_message, 4);
}

fn messages_with_a_due_time_are_found_by_it(mut place: Place) {
    let store = &mut *place.store;
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

fn receivers_are_told_once_each(mut place: Place) {
    let store = &mut *place.store;
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

fn wakes_come_in_the_order_of_their_time(mut place: Place) {
    let store = &mut *place.store;
    let wake = |due, key| Wake { due: at(due), key: InstanceKey(key) };
    let slept = vec![wake(20, 1), wake(10, 3), wake(10, 2), wake(30, 4), wake(30, 4)];
    store.commit(&Batch { slept, ..Batch::default() }).unwrap();
    assert_eq!(store.wakes(at(9), 9).unwrap(), []);
    assert_eq!(store.wakes(at(20), 9).unwrap(), [wake(10, 2), wake(10, 3), wake(20, 1)]);
    assert_eq!(store.wakes(at(20), 2).unwrap(), [wake(10, 2), wake(10, 3)]);
    store.commit(&Batch { woken: vec![wake(10, 2), wake(77, 7)], ..Batch::default() }).unwrap();
    assert_eq!(store.wakes(at(10), 9).unwrap(), [wake(10, 3)]);
}

fn the_next_due_time_is_that_of_a_wake_or_a_message(mut place: Place) {
    let store = &mut *place.store;
    let wake = Wake { due: at(20), key: InstanceKey(1) };
    store.commit(&Batch { slept: vec![wake], ..Batch::default() }).unwrap();
    assert_eq!(store.next_due().unwrap(), Some(at(20)));
    let accepted = vec![message(1, "one", Some(10)), message(2, "one", None)];
    store.commit(&Batch { accepted, ..Batch::default() }).unwrap();
    assert_eq!(store.next_due().unwrap(), Some(at(10)));
    store.commit(&Batch { consumed: vec![1], woken: vec![wake], ..Batch::default() }).unwrap();
    assert_eq!(store.next_due().unwrap(), None);
}

fn deliveries_are_counted_until_they_are_delivered(mut place: Place) {
    let store = &mut *place.store;
    let delivery = |key, id, count| Delivery { key: InstanceKey(key), generation: 2, id, count };
    let first = vec![delivery(1, 5, 1), delivery(1, 4, 1), delivery(2, 5, 1)];
    store.commit(&Batch { deliveries: first, ..Batch::default() }).unwrap();
    store.commit(&Batch { deliveries: vec![delivery(1, 5, 2)], ..Batch::default() }).unwrap();
    assert_eq!(store.deliveries(InstanceKey(1)).unwrap(), [delivery(1, 4, 1), delivery(1, 5, 2)]);
    store.commit(&Batch { delivered: vec![(InstanceKey(1), 5), (InstanceKey(9), 9)], ..Batch::default() }).unwrap();
    assert_eq!(store.deliveries(InstanceKey(1)).unwrap(), [delivery(1, 4, 1)]);
    assert_eq!(store.deliveries(InstanceKey(2)).unwrap(), [delivery(2, 5, 1)]);
}

fn deliveries_are_forgotten_at_an_orderly_end(mut place: Place) {
    let delivery = Delivery { key: InstanceKey(1), generation: 0, id: 5, count: 3 };
    place.store.commit(&Batch { deliveries: vec![delivery], ..Batch::default() }).unwrap();
    place.crash();
    assert_eq!(place.store.deliveries(InstanceKey(1)).unwrap(), [delivery], "a crash remembers them");
    place.store.close().unwrap();
    place.store.open().unwrap();
    assert_eq!(place.store.deliveries(InstanceKey(1)).unwrap(), []);
}
