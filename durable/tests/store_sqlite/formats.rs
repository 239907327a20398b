//! Files of other versions.

use super::*;

/// A file that the last version with format 1 has written.
fn first_format(directory: &Directory) -> Connection {
    let connection = Connection::open(directory.path()).unwrap();
    connection.execute_batch(include_str!("../format_1.sql")).unwrap();
    connection
}

#[test]
fn a_file_of_the_first_format_keeps_all_when_it_is_migrated() {
    let directory = Directory::new();
    drop(first_format(&directory));
    let (mut store, opened) = directory.store();
    let expected = Opened { epoch: 2, next_key: InstanceKey(4), next_message: 6, closed_cleanly: true };
    assert_eq!(opened, expected);
    check_first_format(&mut store);
    let begun = Delivery { key: InstanceKey(1), generation: 0, id: 4, count: 2 };
    assert_eq!(store.deliveries(begun.key).unwrap(), [begun]);
    store.close().unwrap();
    let (mut store, opened) = directory.store();
    assert_eq!(opened, Opened { epoch: 3, ..expected });
    check_first_format(&mut store);
    assert_eq!(store.deliveries(begun.key).unwrap(), []);

    // It is a file like any other from here on.
    let fresh = Directory::new();
    fresh.store();
    let sql = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name";
    assert_eq!(select(&directory.path(), sql), select(&fresh.path(), sql));
    assert_eq!(select(&directory.path(), "SELECT format FROM hub"), "4");
    let mut large = store.entity(&"@Counter@a@b".parse().unwrap()).unwrap().unwrap();
    large.locked_by = Some(holder());
    store.commit(&Batch { entities: vec![large.clone()], ..Batch::default() }).unwrap();
    assert_eq!(store.locked(None, 9).unwrap(), [(large.id.clone(), holder())]);
    assert_eq!(store.entity(&large.id).unwrap(), Some(large));
}

/// Compares what `format_1.sql` holds.
fn check_first_format(store: &mut SqliteStore) {
    let parent = Parent { instance_id: "one".into(), task_id: Some(1), generation: 0, key: None };
    let [one, child] = [(1, "one"), (2, "child")].map(|(key, id)| InstanceRecord {
        id: InstanceId::new(id).unwrap(),
        name: "order".into(),
        status: Status::Running,
        awake: true,
        ..record(key)
    });
    let child = InstanceRecord {
        version: Some("2".into()),
        status: Status::Completed,
        parent: Some(parent),
        tags: [("team".to_owned(), "it's".to_owned())].into(),
        custom_status: Some(Payload::encode("done").unwrap()),
        awake: false,
        ..child
    };
    let (started, called) = (
        r#"{"ExecutionStarted":{"name":"order","input":"a payload that is kept in the table blob","execution_id":"00ff"}}"#,
        r#"{"EntityOperationCalled":{"id":0,"entity":"@Counter@cats","operation":"add","input":1}}"#,
    );
    let (completed, signaled) = (
        r#"{"EntityOperationCompleted":{"id":0,"result":1}}"#,
        r#"{"EntityOperationSignaled":{"id":2,"entity":"@Counter@cats","operation":"add","input":1}}"#,
    );
    let history =
        [segment(1, 0, vec![event(started), event(called)]), segment(1, 2, vec![event(completed), event(signaled)])];
    assert_eq!(store.instance(Which::Key(one.key)).unwrap().as_ref(), Some(&one));
    assert_eq!(store.instance(Which::Id(&child.id)).unwrap().as_ref(), Some(&child));
    assert_eq!(store.history(one.key).unwrap(), history);
    assert_eq!(store.wakes(Timestamp::MAX, 9).unwrap(), [Wake { due: at(20), key: one.key }]);

    let entity = |key: &str, json: &str| EntityRecord {
        state: Some(Payload::from_json(json).unwrap()),
        updated: at(5),
        ..EntityRecord::new(EntityId::new("Counter", key).unwrap())
    };
    let large = entity("a@b", r#""a state that is kept in the table blob""#);
    let entities = [large.clone(), entity("cats", "41"), entity("null", "null")];
    for record in &entities {
        assert_eq!(store.entity(&record.id).unwrap().as_ref(), Some(record));
    }

    let operation = |number: i64, due: Option<Timestamp>, caller| {
        let input = Payload::encode(&number).unwrap();
        let request = OperationRequest { operation: "add".into(), input, caller, section: None };
        InboxRow { number, due, message: Message::Operation { to: large.id.clone(), request } }
    };
    let waits = Caller { instance_id: one.id.clone(), generation: 0, id: 3, key: None };
    let operations = [operation(1, None, None), operation(2, None, Some(waits)), operation(3, Some(at(9)), None)];
    let arriving = |number, generation, json| {
        let message = Message::Event { to: one.id.clone(), generation, key: None, event: event(json) };
        InboxRow { number, due: None, message }
    };
    let arrived = [
        arriving(4, Some(0), r#"{"EventRaised":{"name":"go","input":"now"}}"#),
        arriving(5, None, r#"{"SubOrchestrationInstanceCompleted":{"id":1,"result":7}}"#),
    ];
    assert_eq!(store.inbox(&Target::Entity(large.id.clone())).unwrap(), operations[..2]);
    assert_eq!(store.due(Timestamp::MAX, 9).unwrap(), operations[2..]);
    assert_eq!(store.inbox(&Target::Instance(one.id.clone())).unwrap(), arrived);

    let catalog = store.catalog();
    let details = EntityDetails { record: large.clone(), backlog: 2, waiting: vec![] };
    assert_eq!(catalog.entity(&large.id).unwrap(), Some(details));
    assert_eq!(catalog.entities(&EntityFilter::default(), None, 9).unwrap(), entities);
    assert_eq!(store.locked(None, 9).unwrap(), []);
    let ended = catalog.instance(&child.id).unwrap().unwrap();
    assert_eq!((ended.record, ended.output), (child.clone(), Some(Payload::encode(&7).unwrap())));
    let page = Page { after: None, limit: 9, oldest_first: false };
    assert_eq!(catalog.instances(&InstanceFilter::default(), &page).unwrap(), [child, one]);
}

#[test]
fn a_file_of_an_older_format_is_read_after_it_was_opened_for_writing_once() {
    let directory = Directory::new();
    drop(first_format(&directory));
    let before = fs::read(directory.path()).unwrap();
    let error = SqliteCatalog::open_read_only(directory.path()).map(drop).unwrap_err().to_string();
    assert!(error.contains("has the old format version 1; open it for writing once"), "{error}");
    assert_eq!(fs::read(directory.path()).unwrap(), before);
    directory.store().0.close().unwrap();
    let catalog = SqliteCatalog::open_read_only(directory.path()).unwrap();
    assert_eq!(catalog.entities(&EntityFilter::default(), None, 9).unwrap().len(), 3);
}

#[test]
fn a_file_that_only_lacks_indexes_is_read_as_it_is_and_gets_them_when_it_is_opened_for_writing() {
    let directory = Directory::new();
    drop(directory.altered(""));
    let format = || select(&directory.path(), "SELECT format FROM hub");
    let without = "DROP INDEX instance_kind; DROP INDEX instance_parked; DROP INDEX instance_child;
        UPDATE hub SET format = 3";
    Connection::open(directory.path()).unwrap().execute_batch(without).unwrap();
    let catalog = SqliteCatalog::open_read_only(directory.path()).unwrap();
    let page = Page { after: None, limit: 9, oldest_first: true };
    let filter = InstanceFilter { statuses: vec![Status::Completed], ..InstanceFilter::default() };
    let found = catalog.instances(&filter, &page).unwrap();
    assert_eq!(found.iter().map(|record| record.key.0).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(catalog.counts().unwrap().instances, [("hello".into(), Status::Completed, 2)]);
    assert_eq!(format(), "3");
    directory.store();
    assert_eq!(format(), "4");
}

#[test]
fn a_migration_that_fails_leaves_the_file_as_it_was() {
    let directory = Directory::new();
    first_format(&directory).execute_batch("DROP VIEW entities").unwrap();
    let sql = "SELECT format, epoch, (SELECT group_concat(name) FROM pragma_table_info('entity')) FROM hub";
    let error = refusal(&directory.path());
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert_eq!(select(&directory.path(), sql), "1|1|eid,name,key,state,updated");
}
