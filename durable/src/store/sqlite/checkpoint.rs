//! Moves what was committed from the write-ahead log into the database, without making the owner wait.
//!
//! A thread with its own connection checkpoints passively while the owner goes on committing. So it hardly ever
//! finishes, and a log that is not finished cannot begin again at its start. Once the log is long and almost all of it
//! is moved, the owner moves the small rest itself between two commits: then its next commit restarts the log in place.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, Row};

use super::{
    error::{Fault, Outcome},
    health::Health,
};

/// How long the log may be before it is to begin again, in frames (pages of 4 KiB): 16 MiB.
pub(super) const LONG: u32 = 4_096;
/// How long the owner then waits for readers, after the thread has ended its work.
const PATIENCE: Duration = Duration::from_millis(100);

/// The background thread, and when to wake it.
#[derive(Debug)]
pub(super) struct Checkpointer {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    limits: Limits,
    bytes: usize,
    commits: i64,
    too_long: i64,
    health: Health,
    /// Held by the thread while it works.
    working: Arc<Mutex<()>>,
}

/// When something is to be done about the log, in frames; all follows from how long it may be.
#[derive(Debug, Clone, Copy)]
struct Limits {
    long: i64,
}

impl Limits {
    /// The committer looks at the log after so many written bytes.
    fn look_bytes(self) -> usize {
        usize::try_from(self.long * i64::from(super::PAGE_BYTES) / 32).unwrap_or(usize::MAX)
    }

    /// It looks also after so many commits.
    fn look_commits(self) -> i64 {
        self.long / 32
    }

    /// The thread is woken when so many frames are not moved yet.
    fn wake(self) -> i64 {
        self.long / 4
    }

    /// The owner itself moves at most so many frames.
    fn small_rest(self) -> i64 {
        self.long / 2
    }

    /// From here on, something (readers that never pause, a slow disk) keeps the log from beginning again.
    fn too_long(self) -> i64 {
        self.long * 2
    }
}

/// The length of the log and how much of it is moved, in frames.
#[derive(Debug, Clone, Copy)]
struct Log {
    frames: i64,
    moved: i64,
}

impl Checkpointer {
    /// Starts the thread. From `long` frames on, the log is to begin again.
    pub(super) fn start(database: &Path, long: u32, health: Health) -> Outcome<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(database, flags)?;
        super::keep_log_on_close(&connection, true)?;
        let (wake, woken) = sync_channel(1);
        let working = Arc::new(Mutex::new(()));
        let (thread_working, thread_health) = (Arc::clone(&working), health.clone());
        let thread = std::thread::Builder::new()
            .name("durable-checkpoint".to_owned())
            .spawn(move || run(&connection, &woken, &thread_working, &thread_health))
            .map_err(|error| Fault::Io(format!("the thread for checkpoints can't be started: {error}")))?;
        let limits = Limits { long: long.into() };
        let too_long = limits.too_long();
        Ok(Self { wake: Some(wake), thread: Some(thread), limits, bytes: 0, commits: 0, too_long, health, working })
    }

    /// To be called after each commit. Most failures only leave a longer log.
    pub(super) fn committed(&mut self, owner: &Connection, bytes: usize) {
        self.bytes += bytes;
        self.commits += 1;
        if self.bytes < self.limits.look_bytes() && self.commits < self.limits.look_commits() {
            return;
        }
        (self.bytes, self.commits) = (0, 0);
        if let Err(fault) = self.look(owner) {
            tracing::warn!(error = fault.reason(), "the write-ahead log can't be checkpointed");
        }
    }

    fn look(&mut self, owner: &Connection) -> Outcome<()> {
        let log = checkpoint(owner, "PRAGMA wal_checkpoint(NOOP)")?;
        let rest = log.frames - log.moved;
        if log.frames >= self.too_long {
            // Readers can come and go meanwhile, but a new one no longer needs the log.
            // SQLite does not wait for another checkpoint, so we do: commits that outrun the thread are slowed down.
            let _thread_is_idle = self.working.lock().unwrap_or_else(PoisonError::into_inner);
            if self.health.check().is_err() {
                return Ok(());
            }
            owner.busy_timeout(PATIENCE)?;
            let restarted =
                checkpoint(owner, "PRAGMA wal_checkpoint(RESTART)").inspect_err(|fault| self.health.note(fault));
            owner.busy_timeout(super::BUSY_TIMEOUT)?;
            self.too_long = log.frames + self.limits.long / 2;
            restarted?;
        } else if log.frames >= self.limits.long && rest < self.limits.small_rest() {
            // While the thread is at work, SQLite would do nothing.
            if let Ok(_thread_is_idle) = self.working.try_lock()
                && self.health.check().is_ok()
            {
                checkpoint(owner, "PRAGMA wal_checkpoint(PASSIVE)").inspect_err(|fault| self.health.note(fault))?;
            }
        } else if rest >= self.limits.wake() {
            // A full channel means that the thread is about to look anyway.
            let _woken = self.wake.as_ref().map(|wake| wake.try_send(()));
        }
        if log.frames < self.limits.too_long() {
            self.too_long = self.limits.too_long();
        }
        Ok(())
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        drop(self.wake.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::warn!("the thread for checkpoints panicked");
        }
    }
}

fn run(connection: &Connection, woken: &Receiver<()>, working: &Mutex<()>, health: &Health) {
    while woken.recv().is_ok() {
        let _working = working.lock().unwrap_or_else(PoisonError::into_inner);
        failpoint!("checkpoint.before");
        // What another checkpoint could not bring to the disk must not be moved by a second one.
        let moved = health.check().and_then(|()| checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)"));
        if let Err(fault) = moved {
            health.note(&fault);
            tracing::warn!(error = fault.reason(), "the write-ahead log can't be checkpointed");
        }
        failpoint!("checkpoint.after");
    }
}

/// A checkpoint begins with a sync of the log: if that fails, what was committed may never reach the disk.
fn checkpoint(connection: &Connection, sql: &'static str) -> Outcome<Log> {
    let row = |row: &Row<'_>| Ok(Log { frames: row.get(1)?, moved: row.get(2)? });
    Ok(connection.prepare_cached(sql)?.query_row([], row)?)
}

/// Moves everything and empties the log, if no reader is in the way.
pub(super) fn finish(owner: &Connection) -> Outcome<()> {
    checkpoint(owner, "PRAGMA wal_checkpoint(TRUNCATE)").map(|_| ())
}
