//! What can go wrong inside this store, and which [`StoreError`] it becomes.

use rusqlite::ffi;

use crate::store::StoreError;

/// An error that does not say yet in which file.
#[derive(Debug)]
pub(super) enum Fault {
    /// SQLite refused.
    Sqlite(rusqlite::Error),
    /// A file could not be opened, locked or written.
    Io(String),
    /// Stored data cannot be understood.
    Corrupt(String),
    /// The batch contradicts what is stored.
    Conflict(String),
    /// Another owner has taken over.
    Fenced,
    /// An error that is complete.
    Store(StoreError),
}

/// What the functions inside this store return.
pub(super) type Outcome<T> = Result<T, Fault>;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Fault {
    /// A row that cannot be understood.
    pub(super) fn row(table: &str, row: impl std::fmt::Display, reason: impl std::fmt::Display) -> Self {
        Self::Corrupt(format!("table `{table}`, row {row}: {reason}"))
    }

    /// Whether reading or writing itself failed, so that the state on disk is unknown.
    pub(super) fn is_io(&self) -> bool {
        match self {
            Self::Sqlite(error) => matches!(of_sqlite(error, String::new()), StoreError::Io { .. }),
            Self::Io(_) => true,
            Self::Corrupt(_) | Self::Conflict(_) | Self::Fenced | Self::Store(_) => false,
        }
    }

    /// What is wrong, without the file.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Sqlite(error) => error.to_string(),
            Self::Io(reason) | Self::Corrupt(reason) | Self::Conflict(reason) => reason.clone(),
            Self::Fenced => "another owner has taken over".to_owned(),
            Self::Store(error) => error.to_string(),
        }
    }

    /// The error for the outside, where `place` is the file.
    pub(super) fn at(self, place: &str) -> StoreError {
        let place = place.to_owned();
        match self {
            Self::Sqlite(error) => of_sqlite(&error, place),
            Self::Io(reason) => StoreError::Io { place, reason },
            Self::Corrupt(what) => StoreError::Corrupt { place, what },
            Self::Conflict(what) => StoreError::Conflict { place, what },
            Self::Fenced => StoreError::Fenced { place },
            Self::Store(error) => error,
        }
    }
}

fn of_sqlite(error: &rusqlite::Error, place: String) -> StoreError {
    let reason = error.to_string();
    let Some(code) = error.sqlite_extended_error_code() else {
        // What is left are values of another type than the column says, numbers out of range and invalid UTF-8.
        return StoreError::Corrupt { place, what: reason };
    };
    match (code & 0xff, code) {
        // The only I/O error that SQLite reports when the shared memory file finds no space.
        (ffi::SQLITE_FULL, _) | (_, ffi::SQLITE_IOERR_SHMSIZE) => StoreError::Full { place, reason },
        (ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED, _) => StoreError::Busy { place, reason },
        (ffi::SQLITE_READONLY | ffi::SQLITE_PERM, _) => StoreError::ReadOnly { place, reason },
        (ffi::SQLITE_NOTADB, _) => StoreError::NotADatabase { place, reason },
        (ffi::SQLITE_CONSTRAINT | ffi::SQLITE_TOOBIG, _) => StoreError::Conflict { place, what: reason },
        // SQLITE_ERROR: our statements are sound, so a table or column is missing, or stored JSON is malformed.
        (ffi::SQLITE_CORRUPT | ffi::SQLITE_ERROR | ffi::SQLITE_MISMATCH, _) => {
            StoreError::Corrupt { place, what: reason }
        }
        _ => StoreError::Io { place, reason },
    }
}
