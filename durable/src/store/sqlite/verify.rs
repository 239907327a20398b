//! Looks for damage: in the file, in each row, and between rows.

use std::{collections::BTreeSet, path::Path};

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::{
    SqliteCatalog, SqliteStore,
    codec::{self, Columns, inbox_columns, instance_columns},
    error::{Fault, Outcome},
    read,
    schema::SUMMED,
    sum::Sum,
};
use crate::{model::InstanceKey, store::StoreResult};

/// How many problems are named; the others are only counted.
const NAMED: usize = 100;
/// How many instances are read at a time.
const PAGE: i64 = 1_000;

/// What [`SqliteStore::verify`] has found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Verification {
    /// How many rows were read.
    pub rows: u64,
    /// How many problems there are.
    pub problems: u64,
    /// The first hundred of them, in words: which row of which table, and what is wrong.
    pub damage: Vec<String>,
}

impl Verification {
    /// Whether there is no problem.
    pub fn is_sound(&self) -> bool {
        self.problems == 0
    }

    fn note(&mut self, what: String) {
        self.problems += 1;
        if self.damage.len() < NAMED {
            self.damage.push(what);
        }
    }

    /// Counts what a check says; only what keeps one from reading at all is an error.
    fn check(&mut self, checked: Outcome<()>) -> Outcome<()> {
        match checked {
            Ok(()) => Ok(()),
            Err(fault) if fault.is_io() => Err(fault),
            Err(fault) => {
                self.note(fault.reason());
                Ok(())
            }
        }
    }
}

impl SqliteStore {
    /// Looks for damage in the database at `path`, also while a program has it open: whether its pages and indexes hang
    /// together, whether each row is as it was written, and whether what belongs together is there.
    ///
    /// All is read as it is at one moment. A program that goes on writing meanwhile has a longer log afterwards.
    ///
    /// # Errors
    ///
    /// There is no such file, it is no database of ours, has an older or newer format, or can't be read. Damage is no
    /// error, unless it is such that nothing can be read.
    pub fn verify(path: impl AsRef<Path>) -> StoreResult<Verification> {
        SqliteCatalog::new(path.as_ref().to_owned()).with(|connection| {
            let mut found = Verification::default();
            pages(connection, &mut found)?;
            for table in SUMMED.into_iter().chain([["delivery", "iid", "iid, generation, id, count"]]) {
                let sound = sums(connection, table, &mut found);
                found.check(sound)?;
            }
            instances(connection, &mut found)?;
            let sound = messages(connection, &mut found);
            found.check(sound)?;
            let sound = owners(connection, &mut found);
            found.check(sound)?;
            Ok(found)
        })
    }
}

/// What SQLite itself knows of its file.
fn pages(connection: &Connection, found: &mut Verification) -> Outcome<()> {
    let sql = format!("PRAGMA integrity_check({NAMED})");
    let checked = (|| {
        let mut check = connection.prepare(&sql)?;
        let mut rows = check.query([])?;
        while let Some(row) = rows.next()? {
            let said: String = row.get(0)?;
            if said != "ok" {
                found.note(said);
            }
        }
        Ok(())
    })();
    found.check(checked)
}

/// Whether the rows of a table have the checksums of what they hold.
fn sums(connection: &Connection, [table, key, columns]: [&'static str; 3], found: &mut Verification) -> Outcome<()> {
    let mut select = connection.prepare(&format!("SELECT {key}, {columns}, sum FROM {table} ORDER BY {key}"))?;
    let last = select.column_count().saturating_sub(1);
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        found.rows += 1;
        let sound = sum_fits(row, table, last);
        found.check(sound)?;
    }
    Ok(())
}

fn sum_fits(row: &Row<'_>, table: &'static str, last: usize) -> Outcome<()> {
    let number: i64 = row.get(0).map_err(|error| Fault::row(table, "?", error))?;
    let mut sum = Sum::of(table);
    for column in 1..last {
        sum = sum.value(row.get_ref(column)?);
    }
    if row.get_ref(last)?.as_i64().ok() == Some(sum.finish()) {
        return Ok(());
    }
    Err(Fault::row(table, number, "it was damaged, its checksum does not fit"))
}

/// Whether each instance can be read with its history, which has no gaps, and an end if the instance has ended.
fn instances(connection: &Connection, found: &mut Verification) -> Outcome<()> {
    let sql = concat!("SELECT ", instance_columns!(), " FROM instance WHERE iid > ?1 ORDER BY iid LIMIT ?2");
    let mut after = i64::MIN;
    loop {
        let mut select = connection.prepare_cached(sql)?;
        let mut rows = select.query((after, PAGE))?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            count += 1;
            after = row.get(0)?;
            // A row that is damaged itself was found by its checksum.
            if let Ok(record) = codec::instance(row) {
                let history = read::whole_history(connection, &record).map(drop);
                let of = |what| Fault::Corrupt(format!("instance `{}`: {what}", record.id));
                found.check(history.map_err(|fault| if fault.is_io() { fault } else { of(fault.reason()) }))?;
            }
        }
        if count < PAGE {
            return Ok(());
        }
    }
}

/// Whether each message can be read, and where it is to go.
fn messages(connection: &Connection, found: &mut Verification) -> Outcome<()> {
    let sql = concat!("SELECT ", inbox_columns!(), " FROM inbox ORDER BY number");
    let mut select = connection.prepare(sql)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        // A row that was damaged was found by its checksum.
        if Columns::of(row, "inbox")?.check_sum(0).is_ok() {
            let sound = codec::inbox_row(row).map(drop);
            found.check(sound)?;
        }
    }
    let mut targets = connection.prepare("SELECT min(number), target FROM inbox GROUP BY target")?;
    let mut rows = targets.query([])?;
    while let Some(row) = rows.next()? {
        let sound = codec::target(row).map(drop);
        found.check(sound)?;
    }
    Ok(())
}

/// Whether all that belongs to an instance or entity has one.
fn owners(connection: &Connection, found: &mut Verification) -> Outcome<()> {
    let missing = |table: &str| format!("SELECT DISTINCT iid FROM {table} WHERE iid NOT IN (SELECT iid FROM instance)");
    for table in ["segment", "wake", "delivery"] {
        for key in keys(connection, &missing(table))? {
            found.note(format!("table `{table}`: rows of instance {key}, which is not there"));
        }
    }
    let blobs = "SELECT DISTINCT owner FROM blob WHERE (owner > 0 AND owner NOT IN (SELECT iid FROM instance)) \
                 OR (owner < 0 AND -owner NOT IN (SELECT eid FROM entity))";
    for key in keys(connection, blobs)? {
        found.note(format!("table `blob`: rows of {key}, which is not there"));
    }
    let mut states = connection.prepare("SELECT eid FROM entity WHERE external = 1")?;
    let external = states.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<BTreeSet<i64>>>()?;
    let kept = keys(connection, "SELECT DISTINCT -owner FROM blob WHERE owner < 0")?;
    for InstanceKey(key) in external.into_iter().map(InstanceKey).filter(|key| !kept.contains(&key.0)) {
        found.note(format!("table `entity`, row {key}: its state is missing"));
    }
    Ok(())
}

fn keys(connection: &Connection, sql: &str) -> Outcome<BTreeSet<i64>> {
    Ok(connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}
