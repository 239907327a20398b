//! Brings the write-ahead log to the disk from another thread, for many commits at once.
//!
//! With `synchronous=NORMAL` a commit ends with its frames in the log, which the operating system keeps when the process
//! dies, and SQLite syncs the log only before it moves frames out of it and when it begins anew. What `FULL` does beyond
//! that is one sync of the log after each commit (<https://sqlite.org/pragma.html#pragma_synchronous>). That sync is done
//! here: it is the same for every handle of the file, since it acts on the file and not on the handle. What a loss of
//! power leaves of commits that were not synced is found by the checksums of the frames, each of which covers all frames
//! before it (<https://sqlite.org/fileformat2.html#walformat>): so they go missing from the end and as wholes.

use std::{
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
};

use rusqlite::Connection;

use super::{
    error::{Fault, Outcome},
    health::Health,
};
use crate::store::{StoreResult, Syncer};

/// The log of a database, as long as the connection of the owner is open: only then is the file never replaced.
#[derive(Debug)]
pub(super) struct LogSyncer {
    log: File,
    place: String,
    health: Health,
}

impl LogSyncer {
    /// Takes the syncs over from the connection.
    ///
    /// A handle of our own is safe beside SQLite's: its locks are on the database and on the `-shm` file, never on the
    /// log (<https://sqlite.org/howtocorrupt.html>, 2.2).
    pub(super) fn take_over(connection: &Connection, place: &str, health: Health) -> Outcome<Self> {
        let mut path = PathBuf::from(connection.path().unwrap_or_default()).into_os_string();
        path.push("-wal");
        let log = OpenOptions::new().write(true).open(&path).and_then(|log| log.sync_data().map(|()| log));
        let log =
            log.map_err(|error| Fault::Io(format!("the write-ahead log can't be brought to the disk: {error}")))?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        Ok(Self { log, place: place.to_owned(), health })
    }
}

/// Brings the names of the files to the disk. SQLite does so as well, but goes on when that fails.
pub(super) fn sync_names(database: &Path) -> Outcome<()> {
    let directory = database.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let synced = File::open(directory).and_then(|directory| directory.sync_all());
    synced.map_err(|error| {
        Fault::Io(format!("the directory `{}` can't be brought to the disk: {error}", directory.display()))
    })
}

impl Syncer for LogSyncer {
    fn sync(&mut self) -> StoreResult<()> {
        let synced = self.log.sync_data().map_err(|error| Fault::Io(error.to_string()));
        if let Err(fault) = &synced {
            self.health.note(fault);
        }
        // A sync that ends well proves nothing if one of somebody else did not.
        synced.and_then(|()| self.health.check()).map_err(|fault| fault.at(&self.place))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;
    use crate::{
        model::{Batch, Event, InstanceKey, Payload, Segment, Timestamp},
        store::{
            Store, StoreError,
            sqlite::{Durability, SqliteStore},
        },
    };

    fn segment(sequence: u64) -> Segment {
        let input = Payload::encode(&"x".repeat(30_000)).unwrap();
        let event = Event::EventRaised { name: "go".into(), input };
        Segment { key: InstanceKey(1), generation: 0, sequence, at: Timestamp::from_micros(0), events: vec![event] }
    }

    #[test]
    fn commits_wait_for_the_disk_by_themselves_unless_somebody_else_brings_them_there() {
        for (durability, before, after) in
            [(Durability::Full, 2, 1), (Durability::Strict, 2, 2), (Durability::Relaxed, 1, 1)]
        {
            let directory = tempfile::tempdir().unwrap();
            let mut store = SqliteStore::new(directory.path().join("hub.db")).durability(durability);
            assert!(store.defer_sync().is_err() || durability != Durability::Full, "it is not open");
            store.open().unwrap();
            let synchronous = |store: &SqliteStore| {
                let connection = &store.owned.as_ref().unwrap().connection;
                connection.query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0)).unwrap()
            };
            assert_eq!(synchronous(&store), before, "{durability:?}");
            let syncer = store.defer_sync().unwrap();
            assert_eq!((synchronous(&store), syncer.is_some()), (after, durability == Durability::Full));
        }
    }

    #[test]
    fn it_syncs_the_log_that_is_written_also_after_that_has_begun_anew() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("hub.db");
        let mut store = SqliteStore::new(&path);
        store.open().unwrap();
        let connection = &store.owned.as_ref().unwrap().connection;
        let mut syncer = LogSyncer::take_over(connection, "the test", Health::default()).unwrap();
        let log = path.with_file_name("hub.db-wal");
        let (mut longest, mut written) = (0, 0);
        for sequence in 0..2_000 {
            store.commit(&Batch { segments: vec![segment(sequence)], ..Batch::default() }).unwrap();
            written += 30_000;
            longest = log.metadata().unwrap().len().max(longest);
            let same = syncer.log.metadata().unwrap().ino() == log.metadata().unwrap().ino();
            assert!(same, "after {sequence} commits the log is another file");
        }
        assert!(written > longest, "the log has not begun anew");
        syncer.sync().unwrap();
    }

    #[test]
    fn after_a_failure_it_promises_nothing_any_more() {
        let directory = tempfile::tempdir().unwrap();
        let file = File::create(directory.path().join("log")).unwrap();
        let health = Health::default();
        let mut syncer = LogSyncer { log: file, place: "the log".to_owned(), health: health.clone() };
        syncer.sync().unwrap();
        health.note(&Fault::Io("a checkpoint failed".to_owned()));
        assert!(matches!(syncer.sync(), Err(StoreError::Io { .. })));
    }
}
