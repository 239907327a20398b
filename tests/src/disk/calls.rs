//! What becomes of the calls that are intercepted: each is counted, may fail, is carried out, and is noted.
//!
//! A call that fails gives the number of its error. Whoever intercepts asks [`is_watched`] first, which costs next to
//! nothing, and hands over `real`, which carries the call out.

use std::{
    collections::HashMap,
    ffi::{CStr, OsStr},
    os::unix::ffi::OsStrExt,
    path::Path,
    sync::{Arc, Mutex, atomic::AtomicBool},
};

use super::{Access, DISKS, Failure, FileId, Op, PAGE, Shared, State, Watched, locked};

/// What an open descriptor leads to; no file means the directory.
#[derive(Debug, Clone)]
struct Opened {
    disk: Arc<Shared>,
    file: Option<FileId>,
}

static WATCHED: Watched = Watched([const { AtomicBool::new(false) }; 1 << 14]);
static OPENED: Mutex<Option<HashMap<i32, Opened>>> = Mutex::new(None);

/// Whether the descriptor leads to a watched directory.
#[inline]
pub fn is_watched(descriptor: i32) -> bool {
    WATCHED.has(descriptor)
}

/// The other descriptors of a file.
fn others(disk: &Arc<Shared>, file: Option<FileId>, descriptor: i32) -> Vec<i32> {
    let opened = locked(&OPENED);
    let same = |other: &Opened| Arc::ptr_eq(&other.disk, disk) && other.file == file;
    let others = opened.iter().flatten().filter(|(other, opened)| **other != descriptor && same(opened));
    others.map(|(other, _)| *other).collect()
}

fn opened(descriptor: i32) -> Option<Opened> {
    locked(&OPENED).as_ref()?.get(&descriptor).cloned()
}

/// The disk that has that path, and the name of the file on it; no name for the directory itself.
fn disk_of(path: &CStr) -> Option<(Arc<Shared>, Option<&OsStr>)> {
    let path = Path::new(OsStr::from_bytes(path.to_bytes()));
    let disks = locked(&DISKS);
    let has = |disk: &&Arc<Shared>| path.parent() == Some(&disk.directory) || path == disk.directory;
    let disk = disks.iter().find(has)?;
    let name = path.file_name().filter(|_| path != disk.directory);
    Some((Arc::clone(disk), name))
}

impl State {
    /// Counts a call; the error that it is to end with, if it is to fail.
    fn begin(&mut self, access: Access) -> Result<Option<Failure>, i32> {
        self.counts.add(access);
        let failure = self.faults.strike(access);
        self.counts.failures += u64::from(failure.is_some());
        match (failure, access) {
            (Some(Failure::Full), Access::Write | Access::Truncate | Access::Open) => Err(libc::ENOSPC),
            (Some(Failure::Io), _) | (Some(Failure::Full), Access::Read | Access::Sync | Access::Unlink) => {
                Err(libc::EIO)
            }
            // Nobody is asked to repeat a sync.
            (Some(Failure::Interrupted), Access::Open | Access::Read | Access::Write | Access::Truncate) => {
                Err(libc::EINTR)
            }
            (Some(Failure::Interrupted), Access::Sync | Access::Unlink) => Ok(None),
            (failure @ (None | Some(Failure::Short)), _) => Ok(failure),
        }
    }

    /// How many of the bytes up to `end` find space; none of them is an error.
    fn room(&mut self, file: FileId, offset: u64, length: usize) -> Result<usize, i32> {
        let Some(budget) = self.faults.pages else { return Ok(length) };
        let had = self.length(file).div_ceil(PAGE);
        let free = budget.saturating_sub(self.pages());
        let end = (had + free) * PAGE;
        let fitting = usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX).min(length);
        if fitting < length {
            self.counts.failures += 1;
        }
        if fitting == 0 { Err(libc::ENOSPC) } else { Ok(fitting) }
    }
}

/// `open`, and the like.
///
/// # Errors
///
/// The disk says so. What `real` returns is handed on, also if that is an error.
pub fn open(path: &CStr, flags: i32, real: impl FnOnce() -> i32) -> Result<i32, i32> {
    let Some((disk, name)) = disk_of(path) else { return Ok(real()) };
    let mut state = locked(&disk.state);
    if name.is_some() {
        state.begin(Access::Open)?;
    }
    let descriptor = real();
    if descriptor < 0 {
        return Ok(descriptor);
    }
    let file = name.map(|name| {
        let known = state.names.get(name).copied();
        let file = known.unwrap_or_else(|| state.create(name));
        if flags & libc::O_TRUNC != 0 && state.length(file) > 0 {
            state.set_length(file, 0);
            state.trace.push(Op::Truncate { file, length: 0 });
        }
        file
    });
    drop(state);
    locked(&OPENED).get_or_insert_default().insert(descriptor, Opened { disk, file });
    WATCHED.set(descriptor, true);
    Ok(descriptor)
}

/// To be called before a watched descriptor is closed.
pub fn close(descriptor: i32) {
    WATCHED.set(descriptor, false);
    let closed = locked(&OPENED).as_mut().and_then(|opened| opened.remove(&descriptor));
    if let Some(Opened { disk, .. }) = closed {
        locked(&disk.state).to_be_told.remove(&descriptor);
    }
}

/// `read`, `pread`.
///
/// # Errors
///
/// The disk says so.
pub fn read(descriptor: i32, length: usize, real: impl FnOnce(usize) -> isize) -> Result<isize, i32> {
    let Some(Opened { disk, .. }) = opened(descriptor) else { return Ok(real(length)) };
    let failure = locked(&disk.state).begin(Access::Read)?;
    Ok(real(if failure.is_some() { length.div_ceil(2) } else { length }))
}

/// `write`, `pwrite`.
///
/// # Errors
///
/// The disk says so.
pub fn write(descriptor: i32, offset: u64, bytes: &[u8], real: impl FnOnce(usize) -> isize) -> Result<isize, i32> {
    let Some(Opened { disk, file: Some(file) }) = opened(descriptor) else { return Ok(real(bytes.len())) };
    let mut state = locked(&disk.state);
    let failure = state.begin(Access::Write)?;
    let wanted = if failure.is_some() { bytes.len().div_ceil(2) } else { bytes.len() };
    let length = state.room(file, offset, wanted)?;
    let written = real(length);
    if let Some(bytes) = usize::try_from(written).ok().and_then(|written| bytes.get(..written)) {
        let end = offset + bytes.len() as u64;
        let longest = state.length(file).max(end);
        state.set_length(file, longest);
        state.trace.push(Op::Write { file, offset, bytes: bytes.into() });
    }
    Ok(written)
}

/// `ftruncate`.
///
/// # Errors
///
/// The disk says so.
pub fn truncate(descriptor: i32, length: u64, real: impl FnOnce() -> i32) -> Result<i32, i32> {
    let Some(Opened { disk, file: Some(file) }) = opened(descriptor) else { return Ok(real()) };
    let mut state = locked(&disk.state);
    state.begin(Access::Truncate)?;
    let done = real();
    if done == 0 {
        state.set_length(file, length);
        state.trace.push(Op::Truncate { file, length });
    }
    Ok(done)
}

/// `fsync`, `fdatasync`: takes as long as the disk says, and covers what was done before it began.
///
/// # Errors
///
/// The disk says so.
#[expect(clippy::disallowed_methods, reason = "a slow disk is what this is")]
pub fn sync(descriptor: i32) -> Result<(), i32> {
    let Some(Opened { disk, file }) = opened(descriptor) else { return Ok(()) };
    // Before the disk is locked: both are never held at once in the other order.
    let others = others(&disk, file, descriptor);
    let mut state = locked(&disk.state);
    let covers = state.trace.len();
    let mut outcome = state.begin(Access::Sync);
    if outcome.is_err() {
        state.to_be_told.extend(others);
    }
    let delay = state.faults.delay();
    drop(state);
    if !delay.is_zero() {
        std::thread::sleep(delay);
    }
    let mut state = locked(&disk.state);
    // Also one that was under way when another failed.
    if state.to_be_told.remove(&descriptor) {
        outcome = Err(libc::EIO);
    }
    let op = if outcome.is_ok() { Op::Sync { file, covers } } else { Op::SyncFailed { file, covers } };
    state.trace.push(op);
    drop(state);
    outcome.map(drop)
}

/// `unlink`.
///
/// # Errors
///
/// The disk says so.
pub fn unlink(path: &CStr, real: impl FnOnce() -> i32) -> Result<i32, i32> {
    let Some((disk, Some(name))) = disk_of(path) else { return Ok(real()) };
    let mut state = locked(&disk.state);
    state.begin(Access::Unlink)?;
    let done = real();
    if done == 0
        && let Some(file) = state.names.remove(name)
    {
        state.trace.push(Op::Unlink(file));
    }
    Ok(done)
}
