//! Looking after a file: how large it is, copies of it, and giving unused space back.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind},
    path::Path,
};

use rusqlite::{Connection, types::FromSql};
use serde::Serialize;

use super::{
    SqliteCatalog, SqliteStore, beside,
    codec::status_number,
    error::{Fault, Outcome},
};
use crate::{
    model::Status,
    store::{Store, StoreResult},
};

/// How large a database is, and how much of what it holds; from [`SqliteStore::stats`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Stats {
    /// The version of the format.
    pub format: i64,
    /// The version of SQLite that reads it.
    pub sqlite_version: String,
    /// The bytes of the file, without its log.
    pub file_bytes: u64,
    /// The bytes of the log (`-wal`): what was committed last, and is not in the file yet, or room to be used again.
    pub log_bytes: u64,
    /// The bytes of a page.
    pub page_bytes: u64,
    /// How many pages there are.
    pub pages: u64,
    /// How many of them hold nothing, and will be used again.
    pub unused_pages: u64,
    /// How many instances there are in each state.
    pub instances: Vec<(&'static str, u64)>,
    /// How many instances are parked.
    pub parked: u64,
    /// How many turns the histories of all instances have.
    pub turns: u64,
    /// How many events the histories of all instances have.
    pub events: u64,
    /// How many entities there are.
    pub entities: u64,
    /// How many of them are locked by a critical section.
    pub locked: u64,
    /// How many messages wait for instances and entities.
    pub messages: u64,
    /// How many payloads and states are kept in rows of their own.
    pub large_payloads: u64,
    /// The bytes of these.
    pub large_payload_bytes: u64,
    /// Whether the last owner closed the file in order. It has not if it is a program that has the file open now.
    pub closed_in_order: bool,
}

impl SqliteStore {
    /// How large the database at `path` is and what it holds, also while a program has it open. All rows are counted,
    /// which takes about a second for a million events.
    ///
    /// # Errors
    ///
    /// There is no such file, it is no database of ours, has an older or newer format, or can't be read.
    pub fn stats(path: impl AsRef<Path>) -> StoreResult<Stats> {
        let path = path.as_ref();
        let bytes = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
        SqliteCatalog::new(path.to_owned()).with(|connection| {
            let instances = Status::ALL.map(|status| {
                let sql = format!("SELECT count(*) FROM instance WHERE status = {}", status_number(status));
                Ok((status.as_str(), count(connection, &sql)?))
            });
            Ok(Stats {
                format: one(connection, "SELECT format FROM hub")?,
                sqlite_version: rusqlite::version().to_owned(),
                file_bytes: bytes(path),
                log_bytes: bytes(&beside(path, "-wal")),
                page_bytes: count(connection, "PRAGMA page_size")?,
                pages: count(connection, "PRAGMA page_count")?,
                unused_pages: count(connection, "PRAGMA freelist_count")?,
                instances: instances.into_iter().collect::<Outcome<_>>()?,
                parked: count(connection, "SELECT count(*) FROM instance WHERE parked IS NOT NULL")?,
                turns: count(connection, "SELECT count(*) FROM segment")?,
                events: count(connection, "SELECT COALESCE(sum(json_array_length(events)), 0) FROM segment")?,
                entities: count(connection, "SELECT count(*) FROM entity")?,
                locked: count(connection, "SELECT count(*) FROM entity WHERE locked_by IS NOT NULL")?,
                messages: count(connection, "SELECT count(*) FROM inbox")?,
                large_payloads: count(connection, "SELECT count(*) FROM blob")?,
                large_payload_bytes: count(connection, "SELECT COALESCE(sum(octet_length(data)), 0) FROM blob")?,
                closed_in_order: one(connection, "SELECT closed_cleanly FROM hub")?,
            })
        })
    }

    /// Copies the database at `path` into the new file `to`, as it is at one moment, also while a program has it open.
    /// The copy is on disk when this returns, and has no unused space.
    ///
    /// The log of a program that goes on writing meanwhile can't begin anew, and gets longer.
    ///
    /// # Errors
    ///
    /// There is a file at `to` already, it can't be written, or the database can't be read. Then no file is left at `to`.
    pub fn backup(path: impl AsRef<Path>, to: impl AsRef<Path>) -> StoreResult<()> {
        let to = to.as_ref();
        let catalog = SqliteCatalog::new(path.as_ref().to_owned());
        // Whatever is there stays as it is.
        let reserved = OpenOptions::new().write(true).create_new(true).open(to);
        reserved.map_err(|error| unwritable(to, &error).at(&to.display().to_string()))?;
        let copied = catalog.outside(|connection| {
            connection.execute("VACUUM INTO ?1", [path_text(to)?])?;
            sync(to)
        });
        let sound = copied.and_then(|()| SqliteCatalog::open_read_only(to).map(drop));
        if sound.is_err() {
            // It is not a copy, and must not be taken for one.
            drop(fs::remove_file(to));
        }
        sound
    }

    /// Gives the space that nothing uses any more back to the operating system. The file is written anew, which takes
    /// as much room beside it for a while.
    ///
    /// # Errors
    ///
    /// As [`Store::open`]; or there is too little room on the disk.
    pub fn vacuum(mut self) -> StoreResult<()> {
        self.open()?;
        let vacuumed = self.read(|connection| Ok(connection.execute_batch("VACUUM")?));
        let closed = self.close();
        vacuumed.and(closed)
    }
}

/// Text of a path as SQLite takes it.
fn path_text(path: &Path) -> Outcome<&str> {
    path.to_str().ok_or_else(|| Fault::Io("the path of the copy is not UTF-8".to_owned()))
}

fn unwritable(to: &Path, error: &io::Error) -> Fault {
    Fault::Io(if error.kind() == ErrorKind::AlreadyExists {
        "there is a file already; name another one".to_owned()
    } else {
        format!("the copy `{}` can't be written: {error}", to.display())
    })
}

/// Brings the copy and its name to the disk.
fn sync(file: &Path) -> Outcome<()> {
    let failed = |error: io::Error| unwritable(file, &error);
    File::options().write(true).open(file).and_then(|file| file.sync_all()).map_err(failed)?;
    #[cfg(unix)]
    super::sync::sync_names(file)?;
    Ok(())
}

fn one<T: FromSql>(connection: &Connection, sql: &str) -> Outcome<T> {
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

fn count(connection: &Connection, sql: &str) -> Outcome<u64> {
    let number: i64 = one(connection, sql)?;
    Ok(u64::try_from(number).unwrap_or_default())
}
