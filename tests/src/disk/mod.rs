//! A simulated disk under this process: it records what is written, loses what was not synced, and fails when told to.
//!
//! The functions of the C library through which SQLite and Rust reach files are replaced in the programs that include
//! `interpose.rs`, and only there. What concerns files directly below a [watched](Disk::watch) directory goes through a
//! [`Disk`]: it carries the call out, notes it in a [`Trace`], or makes it fail as its [`Faults`] say. All other files
//! are reached as always. A sync is only noted: whatever the real disk does, this one has lost what it did not sync.
//!
//! # The model of a file system
//!
//! From a trace, up to any place in it, [`Trace::image`] makes what a loss of power at that moment could have left:
//!
//! - What was written to a file before a sync of it *began*, and that sync ended well, is there.
//! - Every other write is there whole, not at all, or torn: each sector of 512 bytes or of 4 KiB by itself. It does not
//!   matter in which order they were written, nor to which file. The end of the file may have moved for a write whose
//!   bytes are missing, which are zeros then. A change of the length may be there or not.
//! - A file that was created is there for sure after a sync of its directory, and in every second image also after one of
//!   the file itself, as most file systems have it. Of what happened to a name since, the first part is there.
//! - What a sync should have brought to the disk that failed is there by chance only, also if later ones end well: Linux
//!   marks those pages as clean. Each handle that the file had then is told once, at the end of its next sync or of one that is
//!   under way, as Linux does it since 4.13 (fsync(2)). Names are kept in a journal, and are tried again.
//! - Shared memory (`-shm`) is never there.
//!
//! A real disk can be worse: it can acknowledge what it has not kept, tear a sector, damage the bytes beside those that
//! were written, or show what other files once held where zeros are here.

pub mod calls;
mod faults;
mod image;
mod trace;

use std::{
    collections::{HashMap, HashSet},
    ffi::{OsStr, OsString},
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

pub use faults::{Access, Counts, Failure, Faults, Rule};
pub use image::Image;
pub use trace::{FileId, Op, Trace};

/// The disk below one directory, from [`watch`](Self::watch) until this is dropped.
#[derive(Debug)]
pub struct Disk {
    shared: Arc<Shared>,
}

/// What the intercepted calls know of a disk.
#[derive(Debug)]
struct Shared {
    directory: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    trace: Trace,
    /// The files that have a name now.
    names: HashMap<OsString, FileId>,
    /// How long each file is.
    lengths: Vec<u64>,
    faults: Faults,
    counts: Counts,
    most_pages: u64,
    /// Descriptors of files of which a sync has failed, that are still to be told.
    to_be_told: HashSet<i32>,
}

/// All disks; few at a time.
static DISKS: Mutex<Vec<Arc<Shared>>> = Mutex::new(Vec::new());

impl Disk {
    /// Takes over that directory. What is in it counts as synced; no file in it may be open.
    ///
    /// # Errors
    ///
    /// The directory can't be read, or the calls of this program are not intercepted.
    pub fn watch(directory: &Path, faults: Faults) -> io::Result<Self> {
        let directory = fs::canonicalize(directory)?;
        let mut state = State {
            trace: Trace::default(),
            names: HashMap::new(),
            lengths: Vec::new(),
            faults: Faults::default(),
            counts: Counts::default(),
            most_pages: 0,
            to_be_told: HashSet::new(),
        };
        for entry in fs::read_dir(&directory)? {
            let entry = entry?;
            let bytes = fs::read(entry.path())?;
            state.lengths.push(bytes.len() as u64);
            let file = state.trace.add_file(entry.file_name(), Some(bytes));
            state.names.insert(entry.file_name(), file);
        }
        let shared = Arc::new(Shared { directory, state: Mutex::new(state) });
        locked(&DISKS).push(Arc::clone(&shared));
        let disk = Self { shared };
        disk.check_interception()?;
        disk.set_faults(faults);
        Ok(disk)
    }

    /// A disk that sees nothing would find nothing.
    fn check_interception(&self) -> io::Result<()> {
        let probe = self.shared.directory.join("probe");
        fs::write(&probe, b"probe")?;
        fs::remove_file(&probe)?;
        let mut state = locked(&self.shared.state);
        let seen = state.trace.len() == 3 && state.counts.of(Access::Write) == 1;
        state.trace.forget_ops();
        state.counts = Counts::default();
        state.most_pages = state.pages();
        if seen { Ok(()) } else { Err(io::Error::other("the calls of this program are not intercepted")) }
    }

    /// Puts a mark into the trace, for what happened outside the disk.
    pub fn mark(&self, number: usize) {
        self.state().trace.push(Op::Mark(number));
    }

    /// What was done up to now.
    pub fn trace(&self) -> Trace {
        self.state().trace.clone()
    }

    /// How many calls there were, of each kind.
    pub fn counts(&self) -> Counts {
        self.state().counts
    }

    /// How many pages the files took at the most.
    pub fn most_pages(&self) -> u64 {
        self.state().most_pages
    }

    /// Lets it fail otherwise from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.state().faults = faults;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.shared.state)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        locked(&DISKS).retain(|disk| !Arc::ptr_eq(disk, &self.shared));
    }
}

impl State {
    /// How many pages the files take.
    fn pages(&self) -> u64 {
        self.names.values().filter_map(|file| self.lengths.get(file.0)).map(|length| length.div_ceil(PAGE)).sum()
    }

    fn length(&self, file: FileId) -> u64 {
        self.lengths.get(file.0).copied().unwrap_or(0)
    }

    fn set_length(&mut self, file: FileId, length: u64) {
        if let Some(known) = self.lengths.get_mut(file.0) {
            *known = length;
        }
        self.most_pages = self.most_pages.max(self.pages());
    }

    fn create(&mut self, name: &OsStr) -> FileId {
        let file = self.trace.add_file(name.to_owned(), None);
        self.trace.push(Op::Create(file));
        self.names.insert(name.to_owned(), file);
        self.lengths.push(0);
        file
    }
}

/// What space is counted in.
const PAGE: u64 = 4_096;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a descriptor leads to a watched directory; for the many that do not, this is all that is looked at.
#[derive(Debug)]
struct Watched([AtomicBool; 1 << 14]);

impl Watched {
    fn has(&self, descriptor: i32) -> bool {
        usize::try_from(descriptor)
            .ok()
            .and_then(|place| self.0.get(place))
            .is_some_and(|is| is.load(Ordering::Acquire))
    }

    fn set(&self, descriptor: i32, is: bool) {
        if let Some(place) = usize::try_from(descriptor).ok().and_then(|place| self.0.get(place)) {
            place.store(is, Ordering::Release);
        }
    }
}
