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

use rusqlite::{Connection, OpenFlags};

use super::error::{Fault, Outcome};

/// The committer looks at the log after so many written bytes or commits.
const LOOK_BYTES: usize = 512 * 1024;
const LOOK_COMMITS: u32 = 128;
/// The thread is woken when so many frames (pages of 4 KiB) are not moved yet.
const WAKE: i64 = 1_000;
/// From 16 MiB on, the log is to begin again.
const LONG: i64 = 4_096;
/// The owner itself moves at most so many frames.
const SMALL_REST: i64 = 2_000;
/// From 32 MiB on, something (readers that never pause, a slow disk) keeps the log from beginning again.
const TOO_LONG: i64 = 8_192;
/// How long the owner then waits for readers, after the thread has ended its work.
const PATIENCE: Duration = Duration::from_millis(100);

/// The background thread, and when to wake it.
#[derive(Debug)]
pub(super) struct Checkpointer {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    bytes: usize,
    commits: u32,
    too_long: i64,
    /// Held by the thread while it works.
    working: Arc<Mutex<()>>,
}

/// The length of the log and how much of it is moved, in frames.
#[derive(Debug, Clone, Copy)]
struct Log {
    frames: i64,
    moved: i64,
}

impl Checkpointer {
    /// Starts the thread.
    pub(super) fn start(database: &Path) -> Outcome<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(database, flags)?;
        let (wake, woken) = sync_channel(1);
        let working = Arc::new(Mutex::new(()));
        let thread_working = Arc::clone(&working);
        let thread = std::thread::Builder::new()
            .name("durable-checkpoint".to_owned())
            .spawn(move || run(&connection, &woken, &thread_working))
            .map_err(|error| Fault::Io(format!("the thread for checkpoints can't be started: {error}")))?;
        Ok(Self { wake: Some(wake), thread: Some(thread), bytes: 0, commits: 0, too_long: TOO_LONG, working })
    }

    /// To be called after each commit. What was committed is durable already, so failures only leave a longer log.
    pub(super) fn committed(&mut self, owner: &Connection, bytes: usize) {
        self.bytes += bytes;
        self.commits += 1;
        if self.bytes < LOOK_BYTES && self.commits < LOOK_COMMITS {
            return;
        }
        (self.bytes, self.commits) = (0, 0);
        if let Err(error) = self.look(owner) {
            tracing::warn!(%error, "the write-ahead log can't be checkpointed");
        }
    }

    fn look(&mut self, owner: &Connection) -> rusqlite::Result<()> {
        let log = checkpoint(owner, "PRAGMA wal_checkpoint(NOOP)")?;
        let rest = log.frames - log.moved;
        if log.frames >= self.too_long {
            // Readers can come and go meanwhile, but a new one no longer needs the log.
            // SQLite does not wait for another checkpoint, so we do: commits that outrun the thread are slowed down.
            let _thread_is_idle = self.working.lock().unwrap_or_else(PoisonError::into_inner);
            owner.busy_timeout(PATIENCE)?;
            let restarted = checkpoint(owner, "PRAGMA wal_checkpoint(RESTART)");
            owner.busy_timeout(super::BUSY_TIMEOUT)?;
            self.too_long = log.frames + LONG / 2;
            restarted?;
        } else if log.frames >= LONG && rest < SMALL_REST {
            checkpoint(owner, "PRAGMA wal_checkpoint(PASSIVE)")?;
        } else if rest >= WAKE {
            // A full channel means that the thread is about to look anyway.
            let _woken = self.wake.as_ref().map(|wake| wake.try_send(()));
        }
        if log.frames < TOO_LONG {
            self.too_long = TOO_LONG;
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

fn run(connection: &Connection, woken: &Receiver<()>, working: &Mutex<()>) {
    while woken.recv().is_ok() {
        let _working = working.lock().unwrap_or_else(PoisonError::into_inner);
        failpoint!("checkpoint.before");
        if let Err(error) = checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)") {
            tracing::warn!(%error, "the write-ahead log can't be checkpointed");
        }
        failpoint!("checkpoint.after");
    }
}

fn checkpoint(connection: &Connection, sql: &'static str) -> rusqlite::Result<Log> {
    connection.prepare_cached(sql)?.query_row([], |row| Ok(Log { frames: row.get(1)?, moved: row.get(2)? }))
}

/// Moves everything and empties the log, if no reader is in the way.
pub(super) fn finish(owner: &Connection) -> rusqlite::Result<()> {
    checkpoint(owner, "PRAGMA wal_checkpoint(TRUNCATE)").map(|_| ())
}
