//! Where facts live.
//!
//! A [`Store`] is owned by one runtime at a time, which is its only writer; a [`Catalog`] reads what was committed,
//! from any thread. [`memory`] is the reference implementation; all stores pass the same conformance suite,
//! which is open to others: `durable::testing::conformance` (feature `testing`).
//!
//! # The contract
//!
//! - [`Store::commit`] applies a whole [`Batch`] or nothing, and returns when it is durable.
//! - What `commit` has acknowledged is seen by all later reads, of the store and of its catalog.
//! - After another owner has opened the store, `commit` fails with [`StoreError::Fenced`].
//! - A batch that contradicts what is stored is refused as a whole, with [`StoreError::Conflict`]: an instance whose key
//!   or id exists already, an update of one that does not exist, a second segment or message under the same number.
//!   Removing what is not there is no contradiction.
//! - Removing the history before a generation also removes its deliveries.
//! - Stored data that cannot be understood is [`StoreError::Corrupt`], never a panic and never a guess.

mod catalog;
pub mod memory;
#[cfg(feature = "sqlite")]
pub mod sqlite;

use std::sync::Arc;

pub use catalog::{
    Catalog, Counts, EntityDetails, EntityFilter, HistoryPage, InstanceDetails, InstanceFilter, InstanceList, MAX_PAGE,
    Page, RecordedEvent,
};

use crate::model::{
    Batch, Delivery, EntityId, EntityRecord, Error, FailureKind, InboxRow, InstanceId, InstanceKey, InstanceRecord,
    LockHolder, Segment, Target, Timestamp, Wake,
};

/// Why a store could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process, or another runtime in this one, has the store open.
    #[error("{place} is in use by {holder}; stop it, or open the store read-only")]
    InUse {
        /// The store, for example the path of the file.
        place: String,
        /// Who has it open: process id, host, since when.
        holder: String,
    },
    /// Another owner has taken over; nothing can be committed any more.
    #[error("{place} was taken over by another process; this one can commit nothing any more")]
    Fenced {
        /// The store.
        place: String,
    },
    /// The file is not a store of ours.
    #[error("{place} is not a durable database: {reason}")]
    NotADatabase {
        /// The store.
        place: String,
        /// What is there instead.
        reason: String,
    },
    /// The store was written by a newer version of this crate.
    #[error("{place} has format version {found}, this program understands up to {supported}; update the program")]
    Newer {
        /// The store.
        place: String,
        /// The version it has.
        found: i64,
        /// The newest that is understood.
        supported: i64,
    },
    /// The store was written by an older version of this crate, and was opened for reading only.
    #[error("{place} has the old format version {found}; open it for writing once, which migrates it to {needed}")]
    Older {
        /// The store.
        place: String,
        /// The version it has.
        found: i64,
        /// The version that is read.
        needed: i64,
    },
    /// The file or its directory can't be written.
    #[error("{place} can't be written: {reason}")]
    ReadOnly {
        /// The store.
        place: String,
        /// What the operating system says.
        reason: String,
    },
    /// There is no space left. What was not committed is kept in memory, and tried again.
    #[error("no space is left for {place}: {reason}")]
    Full {
        /// The store.
        place: String,
        /// What the operating system says.
        reason: String,
    },
    /// Something else has it locked for the moment; worth trying again.
    #[error("{place} is locked: {reason}")]
    Busy {
        /// The store.
        place: String,
        /// What is known about it.
        reason: String,
    },
    /// Stored data cannot be understood.
    #[error("{place} holds data that can't be read: {what}")]
    Corrupt {
        /// The store.
        place: String,
        /// Which data, and what is wrong with it.
        what: String,
    },
    /// The batch contradicts what is stored, for example by a second instance with the same id: a bug of its maker.
    #[error("{place} refused a batch that contradicts it: {what}")]
    Conflict {
        /// The store.
        place: String,
        /// Which rule the batch breaks.
        what: String,
    },
    /// Reading or writing failed. Nothing more is acknowledged; the process should be restarted.
    #[error("reading or writing {place} failed: {reason}")]
    Io {
        /// The store.
        place: String,
        /// What the operating system says.
        reason: String,
    },
    /// The version of SQLite has bugs that can lose data.
    #[error("SQLite {found} can lose data; {needed} or newer is needed")]
    Outdated {
        /// The version in use.
        found: String,
        /// The oldest that is accepted.
        needed: &'static str,
    },
}

impl StoreError {
    /// Whether the same commit may succeed later: no space, or locked for the moment.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::Busy { .. })
    }

    /// The same for an answer to many: an [`Error`] of kind [`FailureKind::Store`].
    pub fn to_error(&self) -> Error {
        Error::of_kind(FailureKind::Store, self)
    }
}

/// What a [`Store`] returns.
pub type StoreResult<T> = Result<T, StoreError>;

/// What an owner must know of a store that it has opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// The number of this ownership: one more than the last.
    pub epoch: u64,
    /// The key for the next new instance.
    pub next_key: InstanceKey,
    /// The number for the next message in the inbox.
    pub next_message: i64,
    /// Whether the last owner closed the store in an orderly way.
    pub closed_cleanly: bool,
}

/// How to name an instance when asking for its record.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// By its id.
    Id(&'a InstanceId),
    /// By its key.
    Key(InstanceKey),
}

/// Where a runtime keeps what must survive it. See the [module](self) for the contract.
pub trait Store: Send {
    /// Takes ownership: no earlier owner can commit from here on.
    ///
    /// # Errors
    ///
    /// [`StoreError::InUse`] if another owner is alive, and whatever keeps the store from being opened.
    fn open(&mut self) -> StoreResult<Opened>;

    /// Applies the batch, all or nothing, and makes it durable.
    ///
    /// # Errors
    ///
    /// Nothing was applied. The caller may repeat the same batch after a [transient](StoreError::is_transient) error.
    fn commit(&mut self, batch: &Batch) -> StoreResult<()>;

    /// Asks for commits that do not wait for the disk, once, after [`open`](Self::open). With a [`Syncer`] in its hands
    /// the caller makes them durable, on another thread and many at once; a commit still survives the death of the
    /// process when it returns, and commits still become durable in their order.
    ///
    /// `None`, which is the default, means that commits are as durable as they will ever be when they return.
    ///
    /// # Errors
    ///
    /// The store can't be prepared for that.
    fn defer_sync(&mut self) -> StoreResult<Option<Box<dyn Syncer>>> {
        Ok(None)
    }

    /// The record of an instance.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn instance(&mut self, which: Which<'_>) -> StoreResult<Option<InstanceRecord>>;

    /// The history of the current generation of an instance, in order.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] if an event cannot be understood.
    fn history(&mut self, key: InstanceKey) -> StoreResult<Vec<Segment>>;

    /// The kept messages for one receiver that have no due time, in order.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] if a message cannot be understood.
    fn inbox(&mut self, target: &Target) -> StoreResult<Vec<InboxRow>>;

    /// The entity, if anything is kept of it: it may be locked and have no state.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn entity(&mut self, id: &EntityId) -> StoreResult<Option<EntityRecord>>;

    /// The next locked entities after `after`, by name and key, with who holds them; at most `limit`.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn locked(&mut self, after: Option<&EntityId>, limit: usize) -> StoreResult<Vec<(EntityId, LockHolder)>>;

    /// Recovery: the next instances after `after`, by key, that are awake or parked; at most `limit`.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn unfinished(&mut self, after: InstanceKey, limit: usize) -> StoreResult<Vec<InstanceRecord>>;

    /// Recovery: the receivers of all kept messages that have no due time, each once.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn receivers(&mut self) -> StoreResult<Vec<Target>>;

    /// Recovery: how often activities of this instance have begun after crashes.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn deliveries(&mut self, key: InstanceKey) -> StoreResult<Vec<Delivery>>;

    /// Sleeping instances to be woken up to and including `until`, the earliest first; at most `limit`.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn wakes(&mut self, until: Timestamp, limit: usize) -> StoreResult<Vec<Wake>>;

    /// Kept messages due up to and including `until`, the earliest first; at most `limit`.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn due(&mut self, until: Timestamp, limit: usize) -> StoreResult<Vec<InboxRow>>;

    /// The earliest time for which [`wakes`](Self::wakes) or [`due`](Self::due) would return something.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn next_due(&mut self) -> StoreResult<Option<Timestamp>>;

    /// Gives ownership up in an orderly way. How often activities have begun is forgotten: only crashes in a row count.
    ///
    /// # Errors
    ///
    /// The store can't be written; it counts as not closed cleanly.
    fn close(&mut self) -> StoreResult<()>;

    /// What reads this store from other threads.
    fn catalog(&self) -> Arc<dyn Catalog>;
}

/// Makes durable what a [`Store`] has committed; see [`Store::defer_sync`].
pub trait Syncer: Send {
    /// Returns when everything is durable that was committed before the call.
    ///
    /// # Errors
    ///
    /// Nobody knows what of it is durable. Nothing may be acknowledged any more; the store has to be opened anew.
    fn sync(&mut self) -> StoreResult<()>;
}
