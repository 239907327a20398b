//! One owner at a time: a lock on a file beside the database, which the operating system releases when its holder dies.

use std::{
    ffi::OsString,
    fmt,
    fs::{File, OpenOptions, TryLockError},
    io::{self, Seek, Write},
    path::Path,
    time::SystemTime,
};

use serde::{Deserialize, Serialize};

use super::error::{Fault, Outcome};
use crate::{model::Timestamp, store::StoreError};

/// The ownership of a database, for as long as this lives.
#[derive(Debug)]
pub(super) struct Owner {
    file: File,
}

/// Who has the database open, as it is written into the lock file.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    pid: u32,
    #[serde(default)]
    program: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    since: Timestamp,
}

impl Owner {
    /// Takes the lock of `database`, or says who has it.
    pub(super) fn take(database: &Path) -> Outcome<Self> {
        let mut path = OsString::from(database);
        path.push("-lock");
        let failed = |error: io::Error| {
            let (kind, place, reason) = (error.kind(), Path::new(&path).display().to_string(), error.to_string());
            Fault::Store(if matches!(kind, io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) {
                StoreError::ReadOnly { place, reason }
            } else if matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
                StoreError::Full { place, reason }
            } else {
                StoreError::Io { place, reason }
            })
        };
        // Not truncated before the lock is ours: the file says who holds it.
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = io::read_to_string(&file).ok().and_then(|text| serde_json::from_str::<Holder>(&text).ok());
                let holder = holder.map_or_else(|| "another process".to_owned(), |holder| holder.to_string());
                return Err(Fault::Store(StoreError::InUse { place: database.display().to_string(), holder }));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let text = serde_json::to_string(&Holder::this_process()).map_err(|error| Fault::Io(error.to_string()))?;
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(text.as_bytes())).map_err(failed)?;
        Ok(Self { file })
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        // The lock itself ends with the file; what cannot be removed is overwritten by the next owner.
        let _emptied = self.file.set_len(0);
    }
}

impl Holder {
    #[expect(clippy::disallowed_methods, reason = "for people only, and there is no runtime yet whose clock could say")]
    fn this_process() -> Self {
        let program = std::env::current_exe().ok().and_then(|path| Some(path.file_name()?.display().to_string()));
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().map(|name| name.trim().to_owned());
        Self {
            pid: std::process::id(),
            program: program.unwrap_or_default(),
            host: host.filter(|name| !name.is_empty()),
            since: SystemTime::now().into(),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}", self.pid)?;
        if !self.program.is_empty() {
            write!(f, " ({})", self.program)?;
        }
        if let Some(host) = &self.host {
            write!(f, " on {host}")?;
        }
        write!(f, " since {}", self.since)
    }
}
