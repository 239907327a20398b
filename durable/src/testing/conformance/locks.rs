//! Locked and parked entities, and what waits for them.

use std::slice;

use serde_json::json;

use super::{
    Place,
    samples::{Random, at, entity, holder, id, message, parked, payload, release, wish},
};
use crate::{
    model::{Batch, EntityId, EntityRecord, Event, InboxRow, LockHolder, Message, OperationRequest},
    store::{EntityDetails, EntityFilter, Store},
};

rules! { "locks";
    an_entity_without_a_state_is_kept_while_it_is_locked_or_parked,
    locks_and_reasons_survive_beside_states_of_any_size,
    locked_entities_come_in_pages_by_name_and_key,
    the_backlog_is_what_waits_for_that_entity_now,
    sections_that_wait_are_told_in_their_order,
}

fn an_entity_without_a_state_is_kept_while_it_is_locked_or_parked(mut place: Place) {
    let nothing = entity("Counter", "cats", None);
    let dogs = entity("Counter", "dogs", Some(payload(1)));
    let [all, lasting] = [true, false].map(|with_transient| EntityFilter { with_transient, ..EntityFilter::default() });
    write(&mut *place.store, [dogs.clone()]);
    for (locked_by, parked) in [(Some(holder(1)), None), (None, Some(parked())), (Some(holder(2)), Some(parked()))] {
        let cats = EntityRecord { locked_by, parked, ..nothing.clone() };
        write(&mut *place.store, [cats.clone()]);
        place.crash();
        let store = &mut *place.store;
        let catalog = store.catalog();
        assert_eq!(store.entity(&cats.id).unwrap().as_ref(), Some(&cats));
        let details = EntityDetails { record: cats.clone(), backlog: 0, waiting: vec![] };
        assert_eq!(catalog.entity(&cats.id).unwrap(), Some(details));
        assert_eq!(catalog.entities(&all, None, 9).unwrap(), [cats, dogs.clone()]);
        assert_eq!(catalog.entities(&lasting, None, 9).unwrap(), slice::from_ref(&dogs));
    }
    let store = &mut *place.store;
    write(store, [nothing.clone()]);
    assert_eq!(store.entity(&nothing.id).unwrap(), None);
    assert_eq!(store.catalog().entity(&nothing.id).unwrap(), None);
    assert_eq!(store.catalog().entities(&all, None, 9).unwrap(), slice::from_ref(&dogs));
    assert_eq!(store.locked(None, 9).unwrap(), []);
}

fn locks_and_reasons_survive_beside_states_of_any_size(mut place: Place) {
    let store = &mut *place.store;
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

fn locked_entities_come_in_pages_by_name_and_key(mut place: Place) {
    let store = &mut *place.store;
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

fn the_backlog_is_what_waits_for_that_entity_now(mut place: Place) {
    let store = &mut *place.store;
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

fn sections_that_wait_are_told_in_their_order(mut place: Place) {
    let store = &mut *place.store;
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

fn write(store: &mut dyn Store, entities: impl IntoIterator<Item = EntityRecord>) {
    store.commit(&Batch { entities: entities.into_iter().collect(), ..Batch::default() }).unwrap();
}
