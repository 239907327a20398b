//! A database in which somebody has changed a value: what is read is either right or refused.

use std::path::Path;

use durable::{
    EntityId, InstanceId, Timestamp,
    model::{InstanceKey, Target},
    store::{Catalog, EntityFilter, InstanceFilter, Page, Store, StoreError, StoreResult, Which, sqlite::SqliteStore},
};
use rusqlite::{Connection, types::Value};

use super::Taker;

const COLUMNS: [(&str, &str); 24] = [
    ("instance", "id"),
    ("instance", "name"),
    ("instance", "version"),
    ("instance", "status"),
    ("instance", "generation"),
    ("instance", "created"),
    ("instance", "parent"),
    ("instance", "tags"),
    ("instance", "custom_status"),
    ("instance", "parked"),
    ("instance", "awake"),
    ("segment", "generation"),
    ("segment", "seq"),
    ("segment", "at"),
    ("segment", "events"),
    ("segment", "external"),
    ("entity", "name"),
    ("entity", "key"),
    ("entity", "state"),
    ("entity", "external"),
    ("entity", "locked_by"),
    ("inbox", "target"),
    ("inbox", "message"),
    ("blob", "data"),
];

/// Inputs are a column, a row, the kind of the value, and the value.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let values =
        ["", "null", "[0]", "[1000]", "[]", r#"[{"TimerFired":{"id":0}}]"#, "@Account@erin", "9223372036854775807"];
    let columns = 0..u8::try_from(COLUMNS.len()).unwrap_or(u8::MAX);
    columns.flat_map(|column| values.map(|value| [&[column, 1, column % 3], value.as_bytes()].concat())).collect()
}

pub(super) fn begin() -> Taker {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let path = directory.path().join("hub.db");
    let sql = Path::new(env!("CARGO_MANIFEST_DIR")).join("../durable/tests/format_2.sql");
    let sql = std::fs::read_to_string(sql).expect("the golden database is there");
    let editor = Connection::open(&path).expect("a database can be made");
    editor.execute_batch(&sql).expect("the golden database is SQL");
    editor.execute_batch("PRAGMA synchronous = OFF").expect("SQLite knows that");
    let mut store = SqliteStore::new(&path);
    store.open().expect("the golden database opens");
    let catalog = store.catalog();
    Box::new(move |input| {
        let _kept = &directory;
        let [column, row, kind, value @ ..] = input else { return false };
        let Some((table, column)) = COLUMNS.get(usize::from(*column) % COLUMNS.len()) else { return false };
        let Some(value) = value_of(*kind, value) else { return false };
        let Ok(count) = editor.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0))
        else {
            return false;
        };
        let row = i64::from(*row) % count.max(1);
        let place = format!("rowid = (SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET {row})");
        let old = editor.query_row(&format!("SELECT rowid, {column} FROM {table} WHERE {place}"), [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Value>(1)?))
        });
        let (rowid, old) = old.expect("the row is there");
        let change = format!("UPDATE {table} SET {column} = ?1 WHERE rowid = ?2");
        // Strict tables refuse values of the wrong kind themselves.
        if editor.execute(&change, (value, rowid)).is_err() {
            return false;
        }
        read_all(&mut store, &*catalog);
        editor.execute(&change, (old, rowid)).expect("what was there can be put back");
        true
    })
}

fn value_of(kind: u8, value: &[u8]) -> Option<Value> {
    Some(match kind % 4 {
        0 | 3 => Value::Text(str::from_utf8(value).ok()?.to_owned()),
        1 => Value::Integer(str::from_utf8(value).ok()?.parse().ok()?),
        _ => Value::Null,
    })
}

/// Reads all that there is.
fn read_all(store: &mut SqliteStore, catalog: &dyn Catalog) {
    for key in (1..=8).map(InstanceKey) {
        if let Some(Some(record)) = right_or_refused(store.instance(Which::Key(key))) {
            right_or_refused(store.instance(Which::Id(&record.id)));
            right_or_refused(store.inbox(&Target::Instance(record.id)));
        }
        right_or_refused(store.history(key));
        right_or_refused(store.deliveries(key));
    }
    right_or_refused(store.unfinished(InstanceKey(0), 100));
    right_or_refused(store.receivers());
    right_or_refused(store.locked(None, 100));
    right_or_refused(store.wakes(Timestamp::MAX, 100));
    right_or_refused(store.due(Timestamp::MAX, 100));
    right_or_refused(store.next_due());
    for id in ["waits-for-a-word", "holds-a-lock", "ended"].map(|id| InstanceId::new(id).expect("it is an id")) {
        right_or_refused(catalog.instance(&id));
        right_or_refused(catalog.history(&id));
    }
    let erin = EntityId::new("Account", "erin").expect("it is an id");
    right_or_refused(store.entity(&erin));
    right_or_refused(catalog.entity(&erin));
    let page = Page { after: None, limit: 100, oldest_first: false };
    right_or_refused(catalog.instances(&InstanceFilter::default(), &page));
    right_or_refused(catalog.entities(&EntityFilter::default(), None, 100));
}

fn right_or_refused<T>(read: StoreResult<T>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(StoreError::Corrupt { .. }) => None,
        Err(error) => panic!("neither right nor refused: {error:?}"),
    }
}
