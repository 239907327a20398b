//! One owner at a time: a lock on a file beside the database, which the operating system releases when its holder dies.

use std::{
    ffi::OsString,
    fmt,
    fs::{File, OpenOptions, TryLockError},
    io::{self, Seek, Write},
    path::Path,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use super::error::{Fault, Outcome};
use crate::{model::Timestamp, store::StoreError};

/// How long it takes at most to write down who holds a lock, and how often to look for that.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
const LOOKS: u32 = 30;

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
                let holder =
                    Holder::of(&mut file).map_or_else(|| "another process".to_owned(), |holder| holder.to_string());
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
    /// Who holds the lock of that file.
    ///
    /// Who has taken it a moment ago may not have said so yet: then nothing stands there, or who held it before and died.
    #[expect(clippy::disallowed_methods, reason = "nobody notifies one process of what another one writes")]
    fn of(file: &mut File) -> Option<Self> {
        let mut known = None;
        for _ in 0..LOOKS {
            std::thread::sleep(LOOK_AGAIN);
            let text = file.rewind().and_then(|()| io::read_to_string(&*file)).ok()?;
            known = serde_json::from_str::<Self>(&text).ok();
            if known.as_ref().is_some_and(Self::may_live) {
                break;
            }
        }
        known
    }

    /// Whether the process is running, as far as that can be seen from here.
    fn may_live(&self) -> bool {
        let processes = Path::new("/proc");
        !processes.join("self").exists() || processes.join(self.pid.to_string()).exists()
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the other one is to be late")]
    fn a_rival_is_told_who_has_taken_the_lock_and_not_who_died_with_it() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("hub.db");
        let path = directory.path().join("hub.db-lock");
        let dead = Holder { pid: u32::MAX, ..Holder::this_process() };
        std::fs::write(&path, serde_json::to_string(&dead).unwrap()).unwrap();
        let lock = File::open(&path).unwrap();
        lock.try_lock().unwrap();
        let late = std::thread::spawn(move || {
            std::thread::sleep(LOOK_AGAIN * 3);
            std::fs::write(&path, serde_json::to_string(&Holder::this_process()).unwrap()).unwrap();
        });
        let refusal = Owner::take(&database).unwrap_err().at("the test").to_string();
        late.join().unwrap();
        if Path::new("/proc/self").exists() {
            assert!(refusal.contains(&format!("process {} ", std::process::id())), "{refusal}");
        }
    }
}
