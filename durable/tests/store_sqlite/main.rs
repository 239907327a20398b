//! What the SQLite store does with the file system, with damaged files and with other programs.
#![cfg(feature = "sqlite")]
#![expect(clippy::unwrap_used, reason = "a test that meets an error fails")]

mod damage;
mod formats;
mod log;
mod views;

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
