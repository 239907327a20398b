//! Rows and pages that were damaged or changed by hand.

use super::*;

#[track_caller]
fn corrupt<T: std::fmt::Debug>(outcome: StoreResult<T>, needle: &str) {
    let error = outcome.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert!(error.to_string().contains(needle), "{error}");
}

#[test]
fn segments_that_cannot_be_understood_are_named() {
    for (damage, reason) in [
        ("events = substr(events, 1, 40)", "EOF"),
        ("events = replace(events, 'TaskScheduled', 'TaskScheduleD')", "unknown variant"),
        ("events = replace(events, '\"id\":', '\"iD\":')", "missing field"),
        ("events = '{}'", "row 1"),
        ("events = CAST(x'5bff5d' AS TEXT)", "column 5"),
        ("external = '[1]'", "the payload of event 1 is missing"),
        ("external = 'x'", "row 1"),
        ("generation = 0, seq = -1", "column 3"),
        ("seq = 1", "instead of 0"),
    ] {
        let directory = Directory::new();
        let mut store = directory.damaged(&format!("UPDATE segment SET {damage} WHERE iid = 1 AND seq = 0"));
        corrupt(store.history(InstanceKey(1)), "table `segment`, row 1");
        corrupt(store.history(InstanceKey(1)), reason);
        corrupt(store.catalog().history(&record(1).id), reason);
        assert_eq!(store.history(InstanceKey(2)).unwrap(), hello(2).segments, "{damage}");
    }
    let directory = Directory::new();
    let mut store = directory.damaged("DELETE FROM segment WHERE iid = 1 AND seq = 0");
    corrupt(store.history(InstanceKey(1)), "event 2 instead of 0");
}

#[test]
fn fields_of_events_that_are_not_known_are_ignored() {
    let directory = Directory::new();
    let sql = r#"UPDATE segment SET events = replace(events, '"id":', '"new":[1],"id":')"#;
    let mut store = directory.damaged(sql);
    assert_eq!(store.history(InstanceKey(1)).unwrap(), hello(1).segments);
}

#[test]
fn what_was_changed_after_it_was_written_is_damaged() {
    let wrong = "its checksum does not fit";
    let directory = Directory::new();
    let mut store = directory.altered("UPDATE segment SET events = events || ' ' WHERE iid = 1");
    corrupt(store.history(InstanceKey(1)), wrong);
    corrupt(store.catalog().history(&record(1).id), wrong);
    assert_eq!(store.history(InstanceKey(2)).unwrap(), hello(2).segments);
    for change in ["name = 'other'", "created = created + 1", "status = 1", "tags = '{}'", "awake = 1 - awake"] {
        let directory = Directory::new();
        let mut store = directory.altered(&format!("UPDATE instance SET {change} WHERE iid = 1"));
        corrupt(store.instance(Which::Key(InstanceKey(1))), wrong);
        corrupt(store.catalog().instance(&record(1).id), wrong);
        assert!(store.instance(Which::Key(InstanceKey(2))).unwrap().is_some(), "{change}");
    }
    let directory = Directory::new();
    let mut store = directory.altered("UPDATE entity SET state = '\"other\"'");
    corrupt(store.entity(&"@Counter@cats".parse().unwrap()), wrong);
    let directory = Directory::new();
    let mut store = directory.altered("UPDATE segment SET iid = 2, seq = seq + 4 WHERE iid = 1");
    corrupt(store.history(InstanceKey(2)), wrong);
}

#[test]
fn large_payloads_and_messages_have_checksums_as_well() {
    let directory = Directory::new();
    let mut store = open(SqliteStore::new(directory.path()).inline_limit(10)).0;
    let message = Message::Event {
        to: record(1).id,
        generation: None,
        key: None,
        event: Event::EventRaised { name: "go".into(), input: text(5) },
    };
    let accepted = vec![InboxRow { number: 1, due: None, message }];
    store.commit(&Batch { accepted, ..hello(1) }).unwrap();
    let target = Target::Instance(record(1).id);
    let (history, inbox) = (store.history(InstanceKey(1)).unwrap(), store.inbox(&target).unwrap());
    assert_eq!((history, inbox.len()), (hello(1).segments, 1));
    drop(store);
    let connection = Connection::open(directory.path()).unwrap();
    let changed = connection.execute("UPDATE blob SET data = data || ' '", []).unwrap();
    assert!(changed > 0);
    connection.execute("UPDATE inbox SET message = replace(message, 'x', 'y')", []).unwrap();
    drop(connection);
    let mut store = directory.store().0;
    corrupt(store.history(InstanceKey(1)), "its checksum does not fit");
    corrupt(store.inbox(&target), "its checksum does not fit");
}

#[test]
fn rows_that_were_changed_by_hand_are_accepted_once_their_checksums_are_renewed() {
    let directory = Directory::new();
    let mut store = directory.altered(
        "UPDATE instance SET tags = '{\"by\":\"hand\"}' WHERE iid = 1;
         INSERT INTO delivery (iid, generation, id, count) VALUES (2, 0, 5, 3);",
    );
    corrupt(store.instance(Which::Key(InstanceKey(1))), "`SqliteStore::renew_checksums`");
    assert!(matches!(SqliteStore::new(directory.path()).renew_checksums(), Err(StoreError::InUse { .. })));
    drop(store);
    SqliteStore::new(directory.path()).renew_checksums().unwrap();
    let (mut store, _) = directory.store();
    let record = store.instance(Which::Key(InstanceKey(1))).unwrap().unwrap();
    assert_eq!(record.tags.get("by").map(String::as_str), Some("hand"));
    assert!(store.history(InstanceKey(1)).is_ok() && store.instance(Which::Key(InstanceKey(2))).is_ok());
}

#[test]
fn a_count_of_deliveries_that_was_damaged_counts_nothing() {
    let directory = Directory::new();
    let (mut store, _) = directory.store();
    let delivery = |id, count| Delivery { key: InstanceKey(1), generation: 0, id, count };
    store.commit(&Batch { deliveries: vec![delivery(4, 1), delivery(5, 1)], ..Batch::default() }).unwrap();
    drop(store);
    let damage = "UPDATE delivery SET count = 92 WHERE id = 5";
    Connection::open(directory.path()).unwrap().execute_batch(damage).unwrap();
    let (mut store, _) = directory.store();
    assert_eq!(store.deliveries(InstanceKey(1)).unwrap(), [delivery(4, 1)]);
}

#[test]
fn a_database_that_is_gone_from_beside_its_log_is_no_new_one() {
    let directory = Directory::new();
    let (mut store, _) = directory.store();
    store.commit(&hello(1)).unwrap();
    drop(store);
    let log = directory.0.path().join("hub.db-wal");
    let length = fs::metadata(&log).unwrap().len();
    assert!(length > 0);
    fs::write(directory.path(), "").unwrap();
    corrupt(SqliteStore::new(directory.path()).open(), "it is empty, and its log is not");
    corrupt(SqliteCatalog::open_read_only(directory.path()).map(drop), "it is empty, and its log is not");
    assert_eq!(fs::metadata(&log).unwrap().len(), length, "what could be saved is still there");
}

#[test]
fn records_that_cannot_be_understood_are_named() {
    for damage in [
        "status = 17",
        "status = -1",
        "id = '@x@y'",
        "id = ''",
        "id = 'a' || char(10)",
        "generation = -1",
        "generation = 99999999999",
        "tags = '{'",
        "tags = '[]'",
        "parent = '{}'",
        "parked = 'x'",
        "custom_status = '{'",
    ] {
        let directory = Directory::new();
        let mut store = directory.damaged(&format!("UPDATE instance SET awake = 1, {damage} WHERE iid = 1"));
        corrupt(store.instance(Which::Key(InstanceKey(1))), "table `instance`, row 1");
        corrupt(store.unfinished(InstanceKey(0), 9), "table `instance`, row 1");
        let page = Page { after: None, limit: 9, oldest_first: false };
        corrupt(store.catalog().instances(&InstanceFilter::default(), &page), "row 1");
        assert!(store.instance(Which::Key(InstanceKey(2))).is_ok());
    }
}

#[test]
fn messages_and_entities_that_cannot_be_understood_are_named() {
    let directory = Directory::new();
    let mut store = directory.damaged(
        "INSERT INTO inbox (number, target, due, message)
            VALUES (1, 'i1', NULL, '{}'), (2, '@', NULL, '[]'), (3, 'i1', 5, '{\"Event\":1}');
         UPDATE entity SET state = '{' WHERE key = 'cats';
         INSERT INTO entity (eid, name, key, state, updated, external)
            VALUES (9, 'Counter', 'none', NULL, 1, 1), (10, 'a@b', '', '1', 1, 0);
         INSERT INTO delivery (iid, generation, id, count) VALUES (1, 0, -1, 1);",
    );
    corrupt(store.inbox(&Target::Instance(record(1).id)), "table `inbox`, row 1");
    corrupt(store.due(Timestamp::MAX, 9), "table `inbox`, row 3");
    corrupt(store.receivers(), "table `inbox`, row 2");
    corrupt(store.entity(&"@Counter@cats".parse().unwrap()), "table `entity`, row 1");
    corrupt(store.entity(&"@Counter@none".parse().unwrap()), "its state is missing");
    corrupt(store.catalog().entities(&EntityFilter::default(), None, 9), "table `entity`");
    corrupt(store.deliveries(InstanceKey(1)), "table `delivery`");
}

#[test]
fn locks_and_reasons_that_cannot_be_understood_are_named() {
    let lock = r#"{"instance_id":"i1","key":1,"generation":0,"section":0}"#;
    for (column, value) in [
        ("locked_by", "'x'"),
        ("locked_by", "''"),
        ("locked_by", "'{}'"),
        ("locked_by", "'null'"),
        ("locked_by", "CAST(x'5bff5d' AS TEXT)"),
        ("locked_by", &format!("replace('{lock}', 'i1', '@a@b')")),
        ("locked_by", &format!("replace('{lock}', '\"generation\":0', '\"generation\":-1')")),
        ("locked_by", &format!("replace('{lock}', '\"section\":0', '\"section\":\"0\"')")),
        ("locked_by", &format!("replace('{lock}', '\"key\":1,', '')")),
        ("parked", "'x'"),
        ("parked", "'{}'"),
        ("parked", "'null'"),
        ("parked", r#"'{"reason":"Bored","message":"x"}'"#),
        ("parked", r#"'{"reason":"NotRegistered"}'"#),
    ] {
        let directory = Directory::new();
        let mut store = directory.damaged(&format!(
            "INSERT INTO entity (eid, name, key, state, updated) VALUES (7, 'A', '', '1', 1), (8, 'Z', '', NULL, 1);
             UPDATE entity SET {column} = {value} WHERE eid IN (7, 8)"
        ));
        for (id, row) in [("@A@", "table `entity`, row 7"), ("@Z@", "table `entity`, row 8")] {
            corrupt(store.entity(&id.parse().unwrap()), row);
            corrupt(store.catalog().entity(&id.parse().unwrap()), row);
        }
        corrupt(store.catalog().entities(&EntityFilter::default(), None, 9), "table `entity`, row 7");
        if column == "locked_by" {
            corrupt(store.locked(None, 9), "table `entity`, row 7");
        }
        assert!(store.entity(&"@Counter@cats".parse().unwrap()).unwrap().is_some(), "{column} = {value}");
    }
}

#[test]
fn an_entity_of_which_nothing_is_kept_is_damaged() {
    let directory = Directory::new();
    let mut store = directory.damaged("UPDATE entity SET state = NULL");
    corrupt(store.entity(&"@Counter@cats".parse().unwrap()), "table `entity`, row 1: its state is missing");
    let holder = serde_json::to_string(&holder()).unwrap().replace('\'', "''");
    let directory = Directory::new();
    let mut store = directory.damaged(&format!("UPDATE entity SET state = NULL, external = 1, locked_by = '{holder}'"));
    corrupt(store.entity(&"@Counter@cats".parse().unwrap()), "table `entity`, row 1: its state is missing");
}

#[test]
fn wishes_that_cannot_be_understood_are_named() {
    let mut wish = serde_json::to_value(wish("@Counter@cats")).unwrap();
    wish["Lock"]["request"]["set"] = serde_json::json!([]);
    for message in [r#"{"Lock":1}"#, r#"{"Lock":"#, &wish.to_string().replace('\'', "''")] {
        let directory = Directory::new();
        let mut store = directory
            .damaged(&format!("INSERT INTO inbox (number, target, message) VALUES (5, '@Counter@cats', '{message}')"));
        let cats: EntityId = "@Counter@cats".parse().unwrap();
        corrupt(store.catalog().entity(&cats), "table `inbox`, row 5");
        corrupt(store.inbox(&Target::Entity(cats.clone())), "table `inbox`, row 5");
        assert!(store.entity(&cats).is_ok());
    }
}

#[test]
fn damaged_pages_are_errors_and_never_panics() {
    let directory = Directory::new();
    let (mut store, _) = directory.store();
    for key in 1..=300 {
        let message = Message::Event {
            to: record(key).id,
            generation: None,
            key: None,
            event: hello(key).segments[0].events[0].clone(),
        };
        let accepted = vec![InboxRow { number: key, due: (key % 2 == 0).then(|| at(key)), message }];
        let locked = EntityRecord {
            locked_by: Some(holder()),
            parked: Some(parked()),
            ..EntityRecord::new(EntityId::new("Counter", key.to_string()).unwrap())
        };
        store.commit(&Batch { accepted, entities: vec![locked], ..hello(key) }).unwrap();
    }
    store.close().unwrap();
    let sound = fs::read(directory.path()).unwrap();
    let (mut failures, mut state) = (0, 88_172_645_463_325_252_u64);
    for round in 0..60 {
        let mut bytes = sound.clone();
        for _ in 0..40 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let place = usize::try_from(state % (bytes.len() as u64 - 100)).unwrap() + 100;
            bytes[place] ^= u8::try_from(state >> 40 & 0xff).unwrap();
        }
        let path = directory.0.path().join(format!("damaged{round}.db"));
        fs::write(&path, bytes).unwrap();
        let mut store = SqliteStore::new(&path);
        let mut outcomes = vec![store.open().map(drop)];
        for key in (1..=300).map(InstanceKey) {
            outcomes.push(store.instance(Which::Key(key)).map(drop));
            outcomes.push(store.history(key).map(drop));
        }
        outcomes.push(store.unfinished(InstanceKey(0), 999).map(drop));
        outcomes.push(store.due(Timestamp::MAX, 999).map(drop));
        outcomes.push(store.receivers().map(drop));
        outcomes.push(store.locked(None, 999).map(drop));
        let every_entity = EntityFilter { with_transient: true, ..EntityFilter::default() };
        outcomes.push(store.catalog().entities(&every_entity, None, 999).map(drop));
        outcomes.push(
            store
                .catalog()
                .instances(&InstanceFilter::default(), &Page { after: None, limit: 999, oldest_first: false })
                .map(drop),
        );
        outcomes.push(store.commit(&hello(1_000)));
        outcomes.push(store.close());
        for error in outcomes.into_iter().filter_map(Result::err) {
            failures += 1;
            let typed = matches!(error, StoreError::Corrupt { .. } | StoreError::NotADatabase { .. })
                // What could not be opened says so to all other calls.
                || error.to_string().contains("not open");
            assert!(typed, "{error:?}");
        }
    }
    assert!(failures > 60, "{failures}");
}

#[test]
fn verifying_finds_what_belongs_to_nothing_and_what_was_changed() {
    let directory = Directory::new();
    let mut store = SqliteStore::new(directory.path());
    store.open().unwrap();
    assert!(SqliteStore::verify(directory.path()).unwrap().is_sound(), "also while it is open");
    store.close().unwrap();
    let connection = Connection::open(directory.path()).unwrap();
    let planted = "INSERT INTO wake VALUES (1, 7); INSERT INTO entity (name, key, updated, external) \
                   VALUES ('Counter', 'a', 0, 1); INSERT INTO inbox (number, target, message) VALUES (1, '', '?');";
    connection.execute_batch(planted).unwrap();
    connection.close().unwrap();
    let found = SqliteStore::verify(directory.path()).unwrap();
    assert_eq!(
        found.damage,
        [
            "table `entity`, row 1: it was damaged, its checksum does not fit",
            "table `inbox`, row 1: it was damaged, its checksum does not fit",
            "table `inbox`, row 1: an instance id can't be empty; leave it out to get a generated one",
            "table `wake`: rows of instance 7, which is not there",
            "table `entity`, row 1: its state is missing",
        ]
    );
    assert_eq!((found.rows, found.problems), (2, 5));
    assert!(SqliteStore::verify(directory.path().with_extension("missing")).is_err());
}
