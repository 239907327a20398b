//! Entities: their states and how they are listed.

use super::{
    Place,
    samples::{Random, at, entity, holder, parked, payload},
};
use crate::{
    model::{Batch, EntityId, EntityRecord, Payload},
    store::EntityFilter,
};

rules! { "entities";
    entities_are_written_and_removed,
    entities_are_listed_by_name_and_key,
    entities_can_be_filtered,
    large_entity_states_survive_growing_and_shrinking,
}

fn entities_are_written_and_removed(mut place: Place) {
    let store = &mut *place.store;
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

fn entities_are_listed_by_name_and_key(mut place: Place) {
    let store = &mut *place.store;
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

fn entities_can_be_filtered(mut place: Place) {
    let store = &mut *place.store;
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
    for _ in 0..200 {
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

fn large_entity_states_survive_growing_and_shrinking(mut place: Place) {
    let store = &mut *place.store;
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
