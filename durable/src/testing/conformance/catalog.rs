//! What is read from other threads: details and lists.

use std::{collections::BTreeMap, time::Duration};

use serde_json::json;

use super::{
    Place,
    samples::{Random, at, create, entity, event, everything, failure, fired, id, parked, payload, record, segment},
};
use crate::{
    model::{Batch, Event, Failure, InstanceKey, InstanceRecord, Parent, ParkReason, Parked, Payload, Status, Tags},
    store::{Catalog, InstanceFilter, MAX_PAGE, Page},
};

rules! { "catalog";
    a_catalog_sees_what_was_acknowledged,
    details_tell_input_output_and_failure,
    a_result_that_is_null_survives,
    lists_have_the_newest_first_or_the_oldest_and_pages,
    every_filter_agrees_with_its_definition,
    pages_of_a_history_put_together_are_the_history,
    counts_are_those_of_the_lists,
    failures_come_with_their_reasons_the_newest_first,
}

fn a_catalog_sees_what_was_acknowledged(mut place: Place) {
    let catalog = place.store.catalog();
    for key in 1..50 {
        let name = format!("i{key}");
        place.store.commit(&create([record(key, &name)])).unwrap();
        let found = std::thread::scope(|scope| scope.spawn(|| catalog.instance(&id(&name)).unwrap()).join().unwrap());
        assert_eq!(found.map(|details| details.record), Some(record(key, &name)));
    }
}

fn details_tell_input_output_and_failure(mut place: Place) {
    let store = &mut *place.store;
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

fn a_result_that_is_null_survives(mut place: Place) {
    let store = &mut *place.store;
    let result = Some(Payload::null());
    let mut batch = create([InstanceRecord { status: Status::Completed, ..record(1, "one") }]);
    let ended = Event::ExecutionCompleted { status: Status::Completed, result: result.clone(), failure: None };
    batch.segments = vec![segment(1, 0, 0, vec![ended])];
    store.commit(&batch).unwrap();
    assert_eq!(store.history(InstanceKey(1)).unwrap(), batch.segments);
    assert_eq!(store.catalog().instance(&id("one")).unwrap().unwrap().output, result);
}

fn lists_have_the_newest_first_or_the_oldest_and_pages(mut place: Place) {
    let store = &mut *place.store;
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

fn every_filter_agrees_with_its_definition(mut place: Place) {
    let store = &mut *place.store;
    let mut random = Random(42);
    let mut records = Vec::new();
    let (mut ends, mut segments) = (Vec::new(), Vec::new());
    for key in 1..=400 {
        let mut tags = Tags::new();
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
    for _ in 0..300 {
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
        let hasty = all_within(&*catalog, &filter, page, expected.len());
        assert_eq!(hasty, expected, "in pages that are cut short: {filter:?} {page:?}");
    }
    assert!(found > 25, "only {found} with that error");
    for tag in TAGS.iter().flat_map(|name| TAGS.map(|value| ((*name).to_owned(), value.to_owned()))) {
        let filter = InstanceFilter { tags: vec![tag], ..InstanceFilter::default() };
        let expected: Vec<_> = records.iter().rev().filter(|record| filter.matches(record)).cloned().collect();
        assert_eq!(catalog.instances(&filter, &everything()).unwrap(), expected, "{filter:?}");
    }
}

/// As many instances as are expected, in pages that are cut short at once.
fn all_within(catalog: &dyn Catalog, filter: &InstanceFilter, page: Page, expected: usize) -> Vec<InstanceRecord> {
    let (mut found, mut after) = (Vec::new(), page.after);
    loop {
        let list = catalog.instances_within(filter, &Page { after, ..page }, Duration::ZERO).unwrap();
        assert!(list.instances.len() <= page.limit, "{filter:?} {page:?}");
        found.extend(list.instances);
        if list.next.is_none() || list.next == after || found.len() >= expected && page.limit <= expected {
            found.truncate(page.limit);
            return found;
        }
        after = list.next;
    }
}

const PREFIXES: [&str; 7] = ["a", "A", "a%", "a_", "ab\u{10ffff}", "ä", "\u{d7ff}"];

const TAGS: [&str; 8] = ["x", "y", "a\"b", "back\\slash", "$.x", "größe", "line\nbreak", ""];

const NAMES: [&str; 4] = ["order", "Order", "it's", "x\"y"];

fn pages_of_a_history_put_together_are_the_history(mut place: Place) {
    let store = &mut *place.store;
    let mut batch = create([InstanceRecord { generation: 1, ..record(1, "one") }, record(2, "two")]);
    batch.segments = vec![segment(1, 0, 0, vec![fired(7)]), segment(2, 0, 0, vec![fired(8)])];
    let mut sequence = 0;
    for size in [1, 3, 1, 1, 5, 2] {
        batch.segments.push(segment(1, 1, sequence, (sequence..sequence + size).map(fired).collect()));
        sequence += size;
    }
    store.commit(&batch).unwrap();
    let catalog = store.catalog();
    let all: Vec<_> = (0..sequence).map(|n| (n, fired(n))).collect();
    for limit in [1, 2, 4, 100] {
        let mut found = Vec::new();
        loop {
            let from = found.len() as u64;
            let page = catalog.history_page(&id("one"), from, limit).unwrap().unwrap();
            assert_eq!((page.generation, page.total), (1, sequence));
            assert!(page.events.len() <= limit, "{limit}");
            if page.events.is_empty() {
                break;
            }
            found.extend(page.events.into_iter().map(|event| (event.sequence, event.event)));
        }
        assert_eq!(found, all, "pages of {limit}");
    }
    assert_eq!(catalog.history_page(&id("one"), 1_000, 10).unwrap().unwrap().events, []);
    assert_eq!(catalog.history_page(&id("nobody"), 0, 10).unwrap(), None);
}

fn counts_are_those_of_the_lists(mut place: Place) {
    let store = &mut *place.store;
    let mut random = Random(7);
    let mut batch = create((1..=200).map(|key| InstanceRecord {
        name: random.of(&NAMES).to_owned().into(),
        status: random.status(),
        parked: random.perhaps(|_| parked()),
        ..record(key, &format!("i{key}"))
    }));
    batch.entities = [("A", "1"), ("A", "2"), ("B", "1")].map(|(name, key)| entity(name, key, Some(payload(1)))).into();
    store.commit(&batch).unwrap();
    let counts = store.catalog().counts().unwrap();
    let mut expected = BTreeMap::new();
    for record in store.catalog().instances(&InstanceFilter::default(), &everything()).unwrap() {
        *expected.entry((record.name.clone(), record.status)).or_insert(0) += 1;
    }
    let found = counts.instances.into_iter().map(|(name, status, count)| ((name, status), count)).collect::<Vec<_>>();
    assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
    assert_eq!(counts.parked, batch.created.iter().filter(|record| record.parked.is_some()).count() as u64);
    assert_eq!(counts.entities, [("A".to_owned(), 2), ("B".to_owned(), 1)]);
}

fn failures_come_with_their_reasons_the_newest_first(mut place: Place) {
    let store = &mut *place.store;
    let of = |n: i64| Failure { message: format!("failure {n}"), ..failure() };
    let mut batch = create((1..=9).map(|key| {
        let status = if key % 3 == 0 { Status::Completed } else { Status::Failed };
        InstanceRecord { status, ..record(key, &format!("i{key}")) }
    }));
    batch.segments = (batch.created.iter())
        .map(|record| {
            let failed = record.status == Status::Failed;
            let (result, failure) =
                if failed { (None, Some(Box::new(of(record.key.0)))) } else { (Some(Payload::null()), None) };
            let end = Event::ExecutionCompleted { status: record.status, result, failure };
            segment(record.key.0, 0, 0, vec![fired(0), end])
        })
        .collect();
    store.commit(&batch).unwrap();
    let failures = |limit| {
        let failures = store.catalog().failures(limit).unwrap();
        failures.into_iter().map(|(record, failure)| (record.key.0, failure)).collect::<Vec<_>>()
    };
    assert_eq!(failures(100), [8, 7, 5, 4, 2, 1].map(|n| (n, of(n))));
    assert_eq!(failures(2), [8, 7].map(|n| (n, of(n))));
}
