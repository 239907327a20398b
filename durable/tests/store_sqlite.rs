//! What the SQLite store does with the file system, with damaged files and with other programs.
#![cfg(feature = "sqlite")]
#![expect(clippy::unwrap_used, reason = "a test that meets an error fails")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
};

use durable::{
    EntityId, InstanceId, Payload, Timestamp,
    model::{
        Batch, Caller, Delivery, EntityRecord, Event, Failure, InboxRow, InstanceKey, InstanceRecord, LockHolder,
        LockRequest, LockSet, Message, OperationRequest, Parent, ParkReason, Parked, Segment, Status, Target, Wake,
    },
    store::{
        Catalog, EntityDetails, EntityFilter, InstanceFilter, Opened, Page, Store, StoreError, StoreResult, Which,
        sqlite::{Durability, SqliteCatalog, SqliteStore},
    },
};
use rusqlite::{Connection, types::ValueRef};

struct Directory(tempfile::TempDir);

impl Directory {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("hub.db")
    }

    fn store(&self) -> (SqliteStore, Opened) {
        open(SqliteStore::new(self.path()))
    }

    /// A closed store with two instances and an entity, damaged as if it had been written so.
    fn damaged(&self, sql: &str) -> SqliteStore {
        // Rows of the format before have no checksums, and get them as they are.
        let without_sums = ["instance", "segment", "entity", "inbox", "blob", "delivery"]
            .map(|table| format!("ALTER TABLE {table} DROP COLUMN sum;"));
        let without_indexes = "DROP INDEX instance_kind; DROP INDEX instance_parked; DROP INDEX instance_child;";
        self.altered(&format!("{sql};{} {without_indexes} UPDATE hub SET format = 2", without_sums.concat()))
    }

    /// The same, after its rows were written.
    fn altered(&self, sql: &str) -> SqliteStore {
        let (mut store, _) = self.store();
        store.commit(&hello(1)).unwrap();
        store.commit(&hello(2)).unwrap();
        store.close().unwrap();
        Connection::open(self.path()).unwrap().execute_batch(sql).unwrap();
        self.store().0
    }
}

fn open(mut store: SqliteStore) -> (SqliteStore, Opened) {
    let opened = store.open().unwrap();
    (store, opened)
}

fn refusal(path: &Path) -> StoreError {
    SqliteStore::new(path).open().unwrap_err()
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_800_000_000_000_000 + micros)
}

fn text(length: usize) -> Payload {
    Payload::encode(&"x".repeat(length)).unwrap()
}

fn event(json: &str) -> Event {
    serde_json::from_str(json).unwrap()
}

fn record(key: i64) -> InstanceRecord {
    InstanceRecord {
        key: InstanceKey(key),
        id: InstanceId::new(format!("i{key}")).unwrap(),
        name: "hello".into(),
        version: None,
        status: Status::Completed,
        generation: 0,
        created: at(key),
        updated: at(key),
        parent: None,
        tags: [].into(),
        custom_status: None,
        parked: None,
        awake: false,
    }
}

fn segment(key: i64, sequence: u64, events: Vec<Event>) -> Segment {
    Segment { key: InstanceKey(key), generation: 0, sequence, at: at(key), events }
}

/// An instance that began and ended, and an entity.
fn hello(key: i64) -> Batch {
    let begin = vec![
        event(r#"{"ExecutionStarted":{"name":"hello","input":"world","execution_id":"00"}}"#),
        event(r#"{"TaskScheduled":{"id":0,"name":"greet","input":["world"]}}"#),
    ];
    let end = vec![
        event(r#"{"TaskCompleted":{"id":0,"result":"hello world"}}"#),
        event(r#"{"ExecutionCompleted":{"status":"Completed","result":{"greeting":"hello world"}}}"#),
    ];
    Batch {
        created: vec![record(key)],
        segments: vec![segment(key, 0, begin), segment(key, 2, end)],
        entities: vec![EntityRecord {
            state: Some(Payload::encode(&key).unwrap()),
            updated: at(key),
            ..EntityRecord::new(EntityId::new("Counter", "cats").unwrap())
        }],
        ..Batch::default()
    }
}

fn holder() -> LockHolder {
    LockHolder { instance_id: "it's \"me\"".parse().unwrap(), key: InstanceKey(1), generation: 2, section: 3 }
}

fn wish(to: &str) -> Message {
    let to: EntityId = to.parse().unwrap();
    let set = LockSet::new([to.clone(), "@Zoo@".parse().unwrap()]).unwrap();
    Message::Lock { to, request: LockRequest { holder: holder(), set } }
}

fn parked() -> Parked {
    Parked { reason: ParkReason::NotRegistered, message: "deploy it".into() }
}

/// The answer to a query as the SQLite shell writes it.
fn select(path: &Path, sql: &str) -> String {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    let columns = statement.column_count();
    let line = |row: &rusqlite::Row<'_>| {
        let text = |column| match row.get_ref(column).unwrap() {
            ValueRef::Null => String::new(),
            ValueRef::Integer(number) => number.to_string(),
            value @ (ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_)) => value.as_str().unwrap().to_owned(),
        };
        Ok((0..columns).map(text).collect::<Vec<_>>().join("|"))
    };
    statement.query_map([], line).unwrap().collect::<Result<Vec<_>, _>>().unwrap().join("\n")
}

#[test]
fn a_second_opener_is_refused_and_told_who_has_it() {
    let directory = Directory::new();
    let (mut store, _) = directory.store();
    let check = |path: &Path| {
        let StoreError::InUse { holder, .. } = refusal(path) else { panic!("opened twice") };
        assert!(holder.contains(&format!("process {}", std::process::id())), "{holder}");
        assert!(holder.contains("store_sqlite") && holder.contains(" since 2"), "{holder}");
    };
    check(&directory.path());
    let link = directory.0.path().join("link.db");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(directory.path(), &link).unwrap();
        check(&link);
    }
    store.commit(&hello(1)).unwrap();
    store.close().unwrap();
    assert_eq!(fs::read(directory.0.path().join("hub.db-lock")).unwrap(), b"");
    directory.store();
}

#[test]
fn a_store_that_was_dropped_can_be_opened_and_was_not_closed_cleanly() {
    let directory = Directory::new();
    let (mut store, opened) = directory.store();
    assert_eq!((opened.epoch, opened.next_key, opened.closed_cleanly), (1, InstanceKey(1), true));
    store.commit(&hello(1)).unwrap();
    drop(store);
    let (mut store, opened) = directory.store();
    assert_eq!((opened.epoch, opened.next_key, opened.closed_cleanly), (2, InstanceKey(2), false));
    assert_eq!(store.instance(Which::Key(InstanceKey(1))).unwrap(), Some(record(1)));
    store.close().unwrap();
    assert!(directory.store().1.closed_cleanly);
}

#[test]
fn what_is_no_database_is_refused_and_left_as_it_is() {
    let directory = Directory::new();
    for content in ["x", "a text\n", &"a long text ".repeat(2_000)] {
        fs::write(directory.path(), content).unwrap();
        let error = refusal(&directory.path());
        assert!(matches!(error, StoreError::NotADatabase { .. }), "{error:?}");
        assert_eq!(fs::read_to_string(directory.path()).unwrap(), content);
        assert_eq!(fs::read_dir(directory.0.path()).unwrap().count(), 1, "something was left beside it");
        let error = SqliteCatalog::open_read_only(directory.path()).map(drop).unwrap_err();
        assert!(matches!(error, StoreError::NotADatabase { .. }), "{error:?}");
    }
    assert!(matches!(refusal(directory.0.path()), StoreError::NotADatabase { .. }));
}

#[test]
fn the_database_of_another_application_is_refused() {
    for sql in [
        "CREATE TABLE customer (id INTEGER PRIMARY KEY)",
        "CREATE TABLE hub (id INTEGER PRIMARY KEY)",
        "PRAGMA application_id = 252006673; CREATE TABLE t (a)",
        "PRAGMA application_id = 252006673",
    ] {
        let directory = Directory::new();
        Connection::open(directory.path()).unwrap().execute_batch(sql).unwrap();
        let before = fs::read(directory.path()).unwrap();
        let error = refusal(&directory.path());
        assert!(matches!(error, StoreError::NotADatabase { .. }), "{sql}: {error:?}");
        assert_eq!(fs::read(directory.path()).unwrap(), before);
    }
}

#[test]
fn an_empty_file_becomes_a_database() {
    let directory = Directory::new();
    fs::write(directory.path(), "").unwrap();
    directory.store().0.commit(&hello(1)).unwrap();
}

#[test]
fn a_newer_format_is_refused() {
    let directory = Directory::new();
    directory.store().0.close().unwrap();
    Connection::open(directory.path()).unwrap().execute_batch("UPDATE hub SET format = 99").unwrap();
    let is_newer = |error| matches!(error, StoreError::Newer { found: 99, supported: 4, .. });
    assert!(is_newer(refusal(&directory.path())));
    assert!(is_newer(SqliteCatalog::open_read_only(directory.path()).map(drop).unwrap_err()));
}

#[test]
fn a_file_that_is_read_only_is_refused() {
    let directory = Directory::new();
    directory.store().0.close().unwrap();
    let mut permissions = fs::metadata(directory.path()).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(directory.path(), permissions).unwrap();
    let error = refusal(&directory.path());
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_directory_that_is_read_only_is_refused() {
    // Also the superuser can make no files there.
    let error = refusal(Path::new("/sys/kernel/hub.db"));
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
}

#[test]
fn a_directory_that_does_not_exist_is_named() {
    let directory = Directory::new();
    let missing = directory.0.path().join("missing");
    let error = refusal(&missing.join("hub.db")).to_string();
    assert!(error.contains("does not exist") && error.contains(missing.to_str().unwrap()), "{error}");
    let error = SqliteCatalog::open_read_only(directory.path()).map(drop).unwrap_err().to_string();
    assert!(error.contains("does not exist"), "{error}");
}

#[test]
fn a_batch_that_found_no_space_commits_when_there_is_space_again() {
    let directory = Directory::new();
    let (mut store, _) = open(SqliteStore::new(directory.path()).max_bytes(1024 * 1024));
    let batch = |key: i64| {
        let raised = Event::EventRaised { name: "go".into(), input: text(90_000) };
        Batch { created: vec![record(key)], segments: vec![segment(key, 0, vec![raised])], ..Batch::default() }
    };
    let full = (1..100).find(|key| store.commit(&batch(*key)).is_err()).unwrap();
    assert!((5..12).contains(&full), "{full}");
    for _ in 0..3 {
        let error = store.commit(&batch(full)).unwrap_err();
        assert!(matches!(error, StoreError::Full { .. }) && error.is_transient(), "{error:?}");
    }
    assert_eq!(store.instance(Which::Key(InstanceKey(full))).unwrap(), None);
    assert_eq!(store.history(InstanceKey(1)).unwrap(), batch(1).segments);
    store.commit(&Batch { purged: vec![InstanceKey(1)], ..Batch::default() }).unwrap();
    store.commit(&batch(full)).unwrap();
    assert_eq!(store.history(InstanceKey(full)).unwrap(), batch(full).segments);
    // The file itself has not outgrown what it may have.
    store.close().unwrap();
    assert!(fs::metadata(directory.path()).unwrap().len() <= 1024 * 1024);
}

#[test]
fn a_commit_waits_for_a_lock_and_can_be_repeated() {
    let directory = Directory::new();
    let (mut store, _) = directory.store();
    let other = Connection::open(directory.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store.commit(&hello(1)).unwrap_err();
    assert!(matches!(error, StoreError::Busy { .. }) && error.is_transient(), "{error:?}");
    other.execute_batch("ROLLBACK").unwrap();
    store.commit(&hello(1)).unwrap();
}

#[test]
fn views_can_be_read_by_the_sqlite_shell_while_the_store_is_open() {
    let directory = Directory::new();
    let (mut store, _) = open(SqliteStore::new(directory.path()).inline_limit(1_000));
    store.commit(&hello(1)).unwrap();
    let mut failed = Batch {
        created: vec![InstanceRecord {
            status: Status::Failed,
            created: "2026-11-21T12:00:00.000009Z".parse().unwrap(),
            tags: [("team".into(), "a".into())].into(),
            parked: Some(parked()),
            parent: Some(Parent { instance_id: "i1".into(), task_id: Some(1), generation: 0, key: None }),
            ..record(2)
        }],
        ..Batch::default()
    };
    let started = format!(r#"{{"ExecutionStarted":{{"name":"hello","input":{},"execution_id":"00"}}}}"#, text(2_000));
    let failure = Failure::new(durable::FailureKind::Application, "no money");
    let ended = Event::ExecutionCompleted {
        status: Status::Failed,
        result: Some(text(3_000)),
        failure: Some(Box::new(failure)),
    };
    let called = r#"{"EntityOperationCalled":{"id":4,"entity":"@Counter@cats","operation":"add","input":1}}"#;
    failed.segments = vec![segment(2, 0, vec![event(&started), event(called), ended])];
    failed.entities = vec![EntityRecord {
        state: Some(text(4_000)),
        updated: at(0),
        ..EntityRecord::new("@Counter@large".parse().unwrap())
    }];
    store.commit(&failed).unwrap();

    let queries = [
        (
            "SELECT id, status, created, input, output, failure, parent, tags FROM instances ORDER BY id LIMIT 1",
            r#"i1|Completed|2027-01-15T08:00:00.000001Z|"world"|{"greeting":"hello world"}|||"#,
        ),
        (
            "SELECT status, created, length(input), length(output), failure, parent, tags, parked, generation \
          FROM instances WHERE id = 'i2'",
            r#"Failed|2026-11-21T12:00:00.000009Z|2002|3002|no money|i1|{"team":"a"}|deploy it|0"#,
        ),
        (
            "SELECT group_concat(sequence || type, ' ') FROM history WHERE instance = 'i1' ORDER BY sequence",
            "0ExecutionStarted 1TaskScheduled 2TaskCompleted 3ExecutionCompleted",
        ),
        (
            "SELECT at, task, name, payload FROM history WHERE instance = 'i1' AND sequence = 1",
            r#"2027-01-15T08:00:00.000001Z|0|greet|["world"]"#,
        ),
        (
            "SELECT task, name, receiver, payload, details FROM history WHERE instance = 'i2' AND sequence = 1",
            r#"4|add|@Counter@cats|1|{"id":4,"entity":"@Counter@cats","operation":"add","input":1}"#,
        ),
        (
            "SELECT length(payload), failure FROM history WHERE instance = 'i2' AND sequence IN (0, 2)",
            "2002|\n3002|no money",
        ),
        (
            "SELECT id, name, key, length(state), updated FROM entities ORDER BY id",
            "@Counter@cats|Counter|cats|1|2027-01-15T08:00:00.000001Z\n\
          @Counter@large|Counter|large|4002|2027-01-15T08:00:00.000000Z",
        ),
    ];
    let shell = Command::new("sqlite3").arg("--version").output().is_ok();
    for (sql, expected) in queries {
        // The version that is built in has to understand them in any case.
        assert_eq!(select(&directory.path(), sql), expected, "{sql}");
        if shell {
            let output = Command::new("sqlite3").arg("-readonly").arg(directory.path()).arg(sql).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{sql}");
            assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), expected, "{sql}");
        }
    }
}

#[test]
fn the_view_of_entities_tells_who_holds_them_what_waits_and_why_they_are_parked() {
    let directory = Directory::new();
    let (mut store, _) = open(SqliteStore::new(directory.path()).inline_limit(1_000));
    let entity = |id: &str, length: Option<usize>, locked_by, parked| {
        let state = length.map(text);
        EntityRecord { state, updated: at(0), locked_by, parked, ..EntityRecord::new(id.parse().unwrap()) }
    };
    let accepted = [("@A@", None), ("@C@a@b", None), ("@C@a@b", None), ("@C@a@b", Some(at(1))), ("@C@a", Some(at(1)))];
    let accepted = (1..).zip(accepted).map(|(number, (to, due))| InboxRow { number, due, message: wish(to) });
    let entities = vec![
        entity("@A@", None, Some(holder()), None),
        entity("@C@a", Some(4_000), None, Some(parked())),
        entity("@C@a@b", Some(5_000), Some(holder()), Some(parked())),
        entity("@D@", Some(10), Some(holder()), None),
        entity("@E@", None, None, Some(parked())),
        entity("@F@", Some(10), None, None),
    ];
    store.commit(&Batch { entities, accepted: accepted.collect(), ..Batch::default() }).unwrap();
    let sql = "SELECT id, length(state), updated, locked_by, backlog, parked FROM entities ORDER BY id";
    let expected = [
        "@A@||2027-01-15T08:00:00.000000Z|it's \"me\"|1|",
        "@C@a|4002|2027-01-15T08:00:00.000000Z||0|deploy it",
        "@C@a@b|5002|2027-01-15T08:00:00.000000Z|it's \"me\"|2|deploy it",
        "@D@|12|2027-01-15T08:00:00.000000Z|it's \"me\"|0|",
        "@E@||2027-01-15T08:00:00.000000Z||0|deploy it",
        "@F@|12|2027-01-15T08:00:00.000000Z||0|",
    ];
    assert_eq!(select(&directory.path(), sql), expected.join("\n"));
    let sql = "SELECT entity, instance, generation, section, state FROM locks";
    let expected = [
        "@A@|it's \"me\"|2|3|held",
        "@A@|it's \"me\"|2|3|awaited",
        "@C@a@b|it's \"me\"|2|3|held",
        "@C@a@b|it's \"me\"|2|3|awaited",
        "@C@a@b|it's \"me\"|2|3|awaited",
        "@D@|it's \"me\"|2|3|held",
    ];
    assert_eq!(select(&directory.path(), sql), expected.join("\n"));
}

#[test]
fn no_large_state_is_left_behind_whatever_happens_while_an_entity_is_locked() {
    let directory = Directory::new();
    let (mut store, _) = open(SqliteStore::new(directory.path()).inline_limit(1_000));
    let mut write = |length: Option<usize>, locked: bool| {
        let cats = EntityRecord {
            state: length.map(text),
            locked_by: locked.then(holder),
            ..EntityRecord::new("@Counter@cats".parse().unwrap())
        };
        store.commit(&Batch { entities: vec![cats], ..Batch::default() }).unwrap();
    };
    let sql = "SELECT (SELECT count(*) FROM entity), (SELECT count(*) FROM blob)";
    let (none, small, large) = (None, Some(10), Some(5_000));
    for from in [none, small, large] {
        for (to, locked) in [(none, false), (none, true), (small, false), (small, true), (large, false), (large, true)]
        {
            write(from, true);
            write(to, locked);
            let (entities, blobs) = (i32::from(locked || to.is_some()), i32::from(to == large));
            let found = select(&directory.path(), sql);
            assert_eq!(found, format!("{entities}|{blobs}"), "from {from:?} to {to:?}, locked: {locked}");
        }
    }
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

/// A file that the last version with format 1 has written.
fn first_format(directory: &Directory) -> Connection {
    let connection = Connection::open(directory.path()).unwrap();
    connection.execute_batch(include_str!("format_1.sql")).unwrap();
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

#[test]
fn the_log_stays_short_over_many_commits() {
    let directory = Directory::new();
    let (mut store, _) = open(SqliteStore::new(directory.path()).durability(Durability::Relaxed));
    let catalog = store.catalog();
    let log = directory.0.path().join("hub.db-wal");
    let raised: Vec<_> = (0..10).map(|_| Event::EventRaised { name: "go".into(), input: text(30_000) }).collect();
    let (mut longest, mut written) = (0, 0);
    for key in 1..=600 {
        let batch =
            Batch { created: vec![record(key)], segments: vec![segment(key, 0, raised.clone())], ..Batch::default() };
        store.commit(&batch).unwrap();
        written += 300_000;
        if key % 10 == 0 {
            catalog
                .instances(&InstanceFilter::default(), &Page { after: None, limit: 100, oldest_first: false })
                .unwrap();
            longest = fs::metadata(&log).unwrap().len().max(longest);
        }
    }
    assert!(written > 170_000_000);
    assert!(longest < 64 * 1024 * 1024, "{longest}");
    store.close().unwrap();
    assert_eq!(fs::metadata(&log).map_or(0, |log| log.len()), 0);
}

#[test]
fn the_log_stays_short_although_somebody_always_reads() {
    let directory = Directory::new();
    let (mut store, _) = open(SqliteStore::new(directory.path()).durability(Durability::Relaxed));
    let log = directory.0.path().join("hub.db-wal");
    let (catalog, done) = (store.catalog(), AtomicBool::new(false));
    let raised: Vec<_> = (0..10).map(|_| Event::EventRaised { name: "go".into(), input: text(30_000) }).collect();
    let longest = std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    catalog
                        .instances(&InstanceFilter::default(), &Page { after: None, limit: 1_000, oldest_first: false })
                        .unwrap();
                }
            });
        }
        let mut longest = 0;
        for key in 1..=600 {
            let segments = vec![segment(key, 0, raised.clone())];
            store.commit(&Batch { created: vec![record(key)], segments, ..Batch::default() }).unwrap();
            longest = fs::metadata(&log).unwrap().len().max(longest);
        }
        done.store(true, Ordering::Relaxed);
        longest
    });
    assert!(longest < 64 * 1024 * 1024, "{longest}");
}

#[test]
fn another_process_reads_while_the_store_is_open_and_after_it_is_closed() {
    let directory = Directory::new();
    let (mut store, _) = directory.store();
    store.commit(&hello(1)).unwrap();
    let catalog = SqliteCatalog::open_read_only(directory.path()).unwrap();
    let count = || {
        catalog
            .instances(&InstanceFilter::default(), &Page { after: None, limit: 9, oldest_first: false })
            .unwrap()
            .len()
    };
    assert_eq!(count(), 1);
    store.commit(&hello(2)).unwrap();
    assert_eq!(count(), 2);
    store.close().unwrap();
    assert_eq!(count(), 2);
    let (mut store, _) = directory.store();
    store.commit(&hello(3)).unwrap();
    assert_eq!(count(), 3);
    assert_eq!(catalog.entities(&EntityFilter::default(), None, 9).unwrap().len(), 1);
}

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
