//! The store in one SQLite file.
//!
//! # On disk
//!
//! `<file>` with SQLite's `-wal` and `-shm` beside it, and `<file>-lock`, whose lock is the ownership. The file must lie
//! on a local disk. Tables are named in the singular and may change with the version of the format; the views
//! `instances`, `history` and `entities` are for people and their tools, and are kept as they are:
//!
//! ```sql
//! SELECT id, status, created, failure FROM instances WHERE name = 'order' ORDER BY created DESC LIMIT 20;
//! SELECT sequence, at, type, name, payload FROM history WHERE instance = 'order-42' ORDER BY generation, sequence;
//! SELECT id, state, updated FROM entities WHERE name = 'Counter';
//! ```
//!
//! What is appended is appended in the order of commits, with integer keys, so that a commit writes few pages no matter
//! how many instances take part. Payloads over the [inline limit](SqliteStore::inline_limit) are kept in the table
//! `blob`, with `null` in their place. Times are microseconds since the Unix epoch.
//!
//! # Damaged files
//!
//! Rows that hold more than numbers have a checksum: one that was changed after it was written is
//! [`StoreError::Corrupt`], and parks its owner. Two things are not noticed. A row to which a damaged index no longer
//! leads is taken for one that is not there; `PRAGMA integrity_check` finds it. And what is damaged in the `-wal` file
//! looks like the end of what was written, as after a loss of power.

mod catalog;
mod checkpoint;
mod codec;
mod commit;
mod conditions;
mod error;
mod health;
mod instances;
mod owner;
mod read;
mod schema;
mod sum;
#[cfg(unix)]
mod sync;

pub use catalog::SqliteCatalog;

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use self::{
    checkpoint::Checkpointer,
    commit::{Change, Committer},
    error::{Fault, Outcome},
    health::Health,
    owner::Owner,
    schema::Content,
};
use crate::{
    model::{
        Batch, Delivery, EntityId, EntityRecord, InboxRow, InstanceKey, InstanceRecord, LockHolder, Segment, Target,
        Timestamp, Wake,
    },
    store::{Catalog, Opened, Store, StoreError, StoreResult, Syncer, Which},
};

/// Older versions can lose committed data when a checkpoint meets a restart of the log.
const OLDEST_SQLITE: (i32, &str) = (3_051_003, "3.51.3");
/// How long to wait for other processes that hold a lock for a moment.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// More than there are statements in this store.
const STATEMENTS: usize = 64;
const PAGE_BYTES: u32 = 4_096;

/// What waits for the disk.
///
/// Whatever is chosen, nothing begins and nobody is told anything before it survives the *death of the process*. The
/// choice is about the *loss of power* (or of the operating system): then the last commits may be missing that had not
/// reached the disk, always from the end, and always whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Durability {
    /// Whoever is told something waits for the disk: acknowledgements, results, reads. Activities begin as soon as what
    /// led to them survives the death of the process, while it is on its way to the disk; so after a loss of power one
    /// may have run that no history tells of, with an argument that another run would not give it. Those marked
    /// `#[activity(persist_first)]` wait for the disk as well. (On Windows this is the same as `Strict`.)
    #[default]
    Full,
    /// Everything waits for the disk: each commit is there before anything else happens. An orchestration that does one
    /// thing after the other takes two to four times as long.
    Strict,
    /// Nothing waits for the disk: what was acknowledged last may be lost with the power.
    Relaxed,
}

/// A store in one SQLite file. See the [module](self) for what is on disk.
///
/// Nothing is touched before [`Store::open`].
#[derive(Debug)]
pub struct SqliteStore {
    place: String,
    path: PathBuf,
    durability: Durability,
    inline_limit: usize,
    max_bytes: Option<u64>,
    log_frames: u32,
    catalog: Arc<SqliteCatalog>,
    owned: Option<Owned>,
}

/// What there is while the store is open. The lock is the last field, and so the last to go.
#[derive(Debug)]
struct Owned {
    connection: Connection,
    checkpointer: Checkpointer,
    epoch: i64,
    json: Vec<u8>,
    health: Health,
    _lock: Owner,
}

impl SqliteStore {
    /// A store in that file, which is made when the store is opened; its directory must exist.
    pub fn new(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref().to_owned();
        Self {
            place: path.display().to_string(),
            durability: Durability::Full,
            inline_limit: 64 * 1024,
            max_bytes: None,
            log_frames: checkpoint::LONG,
            catalog: Arc::new(SqliteCatalog::new(path.clone())),
            path,
            owned: None,
        }
    }

    /// Gives all rows new checksums, after the database was changed by other means, such as the `sqlite3` shell: rows that
    /// were changed so count as damaged otherwise. No program may have it open.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub fn renew_checksums(mut self) -> StoreResult<()> {
        self.open()?;
        let place = self.place.clone();
        if let Some(owned) = &mut self.owned {
            schema::renew_sums(&mut owned.connection).map_err(|fault| fault.at(&place))?;
        }
        self.close()
    }

    /// What a commit survives; [`Durability::Full`] by default.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Payloads and states of entities with more bytes than this are kept in rows of their own; 64 KiB by default.
    ///
    /// It may change from one opening to the next.
    #[must_use]
    pub fn inline_limit(mut self, bytes: usize) -> Self {
        self.inline_limit = bytes;
        self
    }

    /// The most bytes that the file may have, without its log; none by default. Beyond it, commits fail with
    /// [`StoreError::Full`] until something is purged.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// From how many pages on the log is to begin again. For tests that want to see that often.
    #[doc(hidden)]
    #[must_use]
    pub fn log_frames(mut self, frames: u32) -> Self {
        self.log_frames = frames;
        self
    }

    fn take_ownership(&self) -> Outcome<(Owned, Opened)> {
        if rusqlite::version_number() < OLDEST_SQLITE.0 {
            let found = rusqlite::version().to_owned();
            return Err(Fault::Store(StoreError::Outdated { found, needed: OLDEST_SQLITE.1 }));
        }
        let path = canonical(&self.path)?;
        if path.metadata().is_ok_and(|metadata| metadata.permissions().readonly()) {
            let reason = "the file is marked as read-only".to_owned();
            return Err(Fault::Store(StoreError::ReadOnly { place: self.place.clone(), reason }));
        }
        if path.exists() {
            self.check_content(&path)?;
        }
        let lock = Owner::take(&path)?;
        failpoint!("open.locked", not_open());
        let mut connection = self.connect(&path)?;
        let format = match schema::inspect(&connection, &self.place)? {
            Content::Ours(format) => format,
            Content::Nothing => {
                connection.pragma_update(None, "page_size", PAGE_BYTES)?;
                connection.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
                0
            }
        };
        self.configure(&connection)?;
        schema::migrate(&mut connection, format)?;
        let opened = bump_epoch(&mut connection)?;
        failpoint!("open.epoch", not_open());
        #[cfg(unix)]
        sync::sync_names(&path)?;
        keep_log_on_close(&connection, true)?;
        let health = Health::default();
        let owned = Owned {
            checkpointer: Checkpointer::start(&path, self.log_frames, health.clone())?,
            connection,
            epoch: codec::signed(opened.epoch)?,
            json: Vec::new(),
            health,
            _lock: lock,
        };
        Ok((owned, opened))
    }

    /// Refuses what is no database of ours before anything is written beside it.
    ///
    /// The file is looked at through SQLite only: closing a file of our own would drop the locks that other connections
    /// of this process have on it (<https://sqlite.org/howtocorrupt.html>, 2.2).
    fn check_content(&self, path: &Path) -> Outcome<()> {
        check_size(path, &self.place)?;
        let content = self.connect(path).and_then(|connection| schema::inspect(&connection, &self.place));
        match content.map_err(|fault| fault.at(&self.place)) {
            Err(error @ (StoreError::NotADatabase { .. } | StoreError::Newer { .. })) => Err(Fault::Store(error)),
            // Whatever else is wrong is found again, by who owns it.
            _ => Ok(()),
        }
    }

    fn connect(&self, path: &Path) -> Outcome<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        set_up(&connection)?;
        if connection.is_readonly("main")? {
            let reason = "the file can only be read".to_owned();
            return Err(Fault::Store(StoreError::ReadOnly { place: self.place.clone(), reason }));
        }
        Ok(connection)
    }

    fn configure(&self, connection: &Connection) -> Outcome<()> {
        let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            return Err(Fault::Io(format!("SQLite answers the request for a write-ahead log with `{mode}`")));
        }
        let synchronous = match self.durability {
            // Until somebody promises to call a `Syncer`.
            Durability::Full | Durability::Strict => "FULL",
            Durability::Relaxed => "NORMAL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        // On macOS, `fsync` alone does not reach the disk.
        connection.pragma_update(None, "fullfsync", self.durability != Durability::Relaxed)?;
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.pragma_update(None, "journal_size_limit", -1)?;
        connection.pragma_update(None, "cache_size", -16_384)?;
        connection.pragma_update(None, "foreign_keys", false)?;
        if let Some(bytes) = self.max_bytes {
            let pages =
                i64::try_from(bytes / u64::from(PAGE_BYTES)).unwrap_or(i64::MAX).clamp(1, i64::from(u32::MAX) - 1);
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        Ok(())
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> Outcome<T>) -> StoreResult<T> {
        let owned = self.owned.as_ref().ok_or_else(not_open);
        owned.and_then(|owned| read(&owned.connection)).map_err(|fault| fault.at(&self.place))
    }
}

/// What all connections have in common.
fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Plans do not depend on what is bound. Otherwise SQLite compiles some statements anew each time they are used
    // (<https://sqlite.org/queryplanner-ng.html#qpstab>).
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Looks through each page when it is read, and so finds more of what is damaged.
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(())
}

/// Whether the last connection leaves the log as it is, instead of moving it into the database and removing it. That
/// must not be done with a log of which nobody knows whether it is on disk.
fn keep_log_on_close(connection: &Connection, keep: bool) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep).map(drop)
}

/// Refuses what SQLite would take for an empty database: it overwrites files that are shorter than a page, and removes
/// the log beside an empty one.
fn check_size(path: &Path, place: &str) -> Outcome<()> {
    let beside = |end: &str| {
        let mut beside = path.as_os_str().to_owned();
        beside.push(end);
        PathBuf::from(beside)
    };
    let length = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
    let reason = match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => "it is a directory",
        // With a journal beside it, it is what a crash left of a new database.
        Ok(metadata) if (1..512).contains(&metadata.len()) && !beside("-journal").exists() => {
            "it is another kind of file"
        }
        // Nothing is logged before there are pages.
        Ok(metadata) if metadata.len() == 0 && length(&beside("-wal")) > 0 => {
            return Err(Fault::Corrupt("it is empty, and its log is not".to_owned()));
        }
        _ => return Ok(()),
    };
    Err(Fault::Store(StoreError::NotADatabase { place: place.to_owned(), reason: reason.to_owned() }))
}

fn not_open() -> Fault {
    Fault::Io("it is not open".to_owned())
}

/// The path without links, so that all ways to a file lead to the same lock.
fn canonical(path: &Path) -> Outcome<PathBuf> {
    if let Ok(path) = fs::canonicalize(path) {
        return Ok(path);
    }
    let file = path.file_name().ok_or_else(|| Fault::Io("the path does not name a file".to_owned()))?;
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    match fs::canonicalize(directory) {
        Ok(directory) => Ok(directory.join(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(Fault::Io(format!("the directory `{}` does not exist", directory.display())))
        }
        Err(error) => Err(Fault::Io(format!("the directory `{}`: {error}", directory.display()))),
    }
}

/// Makes this owner the only one that can commit.
fn bump_epoch(connection: &mut Connection) -> Outcome<Opened> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let (epoch, closed_cleanly, next_key): (i64, bool, i64) = transaction.query_row(
        "SELECT epoch, closed_cleanly, max(next_key, (SELECT COALESCE(max(iid), 0) + 1 FROM instance)) FROM hub",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let next_message = transaction.query_row("SELECT COALESCE(max(number), 0) + 1 FROM inbox", [], |row| row.get(0))?;
    let unreadable = || Fault::row("hub", 1, format_args!("the epoch is {epoch}"));
    let epoch = epoch.checked_add(1).ok_or_else(unreadable)?;
    transaction.execute("UPDATE hub SET epoch = ?1, closed_cleanly = 0", [epoch])?;
    transaction.commit()?;
    let epoch = u64::try_from(epoch).map_err(|_| unreadable())?;
    Ok(Opened { epoch, next_key: InstanceKey(next_key), next_message, closed_cleanly })
}

impl Store for SqliteStore {
    fn open(&mut self) -> StoreResult<Opened> {
        self.owned = None;
        let (owned, opened) = self.take_ownership().map_err(|fault| fault.at(&self.place))?;
        self.owned = Some(owned);
        Ok(opened)
    }

    fn commit(&mut self, batch: &Batch) -> StoreResult<()> {
        let Some(owned) = &mut self.owned else { return Err(not_open().at(&self.place)) };
        if batch.is_empty() {
            return Ok(());
        }
        owned.write(self.inline_limit, Change::Batch(batch)).map_err(|fault| fault.at(&self.place))
    }

    #[cfg(unix)]
    fn defer_sync(&mut self) -> StoreResult<Option<Box<dyn Syncer>>> {
        if self.durability != Durability::Full {
            return Ok(None);
        }
        let health = self.owned.as_ref().map(|owned| owned.health.clone()).unwrap_or_default();
        let syncer = self.read(|connection| sync::LogSyncer::take_over(connection, &self.place, health))?;
        Ok(Some(Box::new(syncer)))
    }

    fn instance(&mut self, which: Which<'_>) -> StoreResult<Option<InstanceRecord>> {
        self.read(|connection| read::instance(connection, which))
    }

    fn history(&mut self, key: InstanceKey) -> StoreResult<Vec<Segment>> {
        self.read(|connection| read::history(connection, key))
    }

    fn inbox(&mut self, target: &Target) -> StoreResult<Vec<InboxRow>> {
        self.read(|connection| read::inbox(connection, target))
    }

    fn entity(&mut self, id: &EntityId) -> StoreResult<Option<EntityRecord>> {
        self.read(|connection| read::entity(connection, id))
    }

    fn locked(&mut self, after: Option<&EntityId>, limit: usize) -> StoreResult<Vec<(EntityId, LockHolder)>> {
        self.read(|connection| read::locked(connection, after, limit))
    }

    fn unfinished(&mut self, after: InstanceKey, limit: usize) -> StoreResult<Vec<InstanceRecord>> {
        self.read(|connection| read::unfinished(connection, after, limit))
    }

    fn receivers(&mut self) -> StoreResult<Vec<Target>> {
        self.read(read::receivers)
    }

    fn deliveries(&mut self, key: InstanceKey) -> StoreResult<Vec<Delivery>> {
        self.read(|connection| read::deliveries(connection, key))
    }

    fn wakes(&mut self, until: Timestamp, limit: usize) -> StoreResult<Vec<Wake>> {
        self.read(|connection| read::wakes(connection, until, limit))
    }

    fn due(&mut self, until: Timestamp, limit: usize) -> StoreResult<Vec<InboxRow>> {
        self.read(|connection| read::due(connection, until, limit))
    }

    fn next_due(&mut self) -> StoreResult<Option<Timestamp>> {
        self.read(read::next_due)
    }

    fn close(&mut self) -> StoreResult<()> {
        let mut owned = self.owned.take().ok_or_else(|| not_open().at(&self.place))?;
        failpoint!("close.before", not_open().at(&self.place));
        owned.write(self.inline_limit, Change::Close).map_err(|fault| fault.at(&self.place))?;
        failpoint!("close.marked");
        // The thread ends first: two cannot checkpoint at once.
        drop(owned.checkpointer);
        // What is not moved out of the log now is moved by the next owner.
        let emptied = owned.health.check().and_then(|()| checkpoint::finish(&owned.connection));
        if let Err(fault) = emptied.and_then(|()| Ok(keep_log_on_close(&owned.connection, false)?)) {
            tracing::warn!(error = fault.reason(), "the write-ahead log can't be emptied");
        }
        failpoint!("close.after");
        Ok(())
    }

    fn catalog(&self) -> Arc<dyn Catalog> {
        Arc::<SqliteCatalog>::clone(&self.catalog)
    }
}

impl Owned {
    fn write(&mut self, inline_limit: usize, change: Change<'_>) -> Outcome<()> {
        self.health.check()?;
        let mut committer = Committer {
            connection: &self.connection,
            epoch: self.epoch,
            inline_limit,
            json: &mut self.json,
            written: 0,
        };
        let outcome = committer.commit(change);
        let written = committer.written;
        match &outcome {
            Ok(()) => self.checkpointer.committed(&self.connection, written),
            // After a failed sync nobody knows what reached the disk; trying again could acknowledge what is lost.
            Err(fault) => self.health.note(fault),
        }
        if self.json.capacity() > 4 * 1024 * 1024 {
            self.json = Vec::new();
        }
        outcome.and_then(|()| self.health.check())
    }
}
