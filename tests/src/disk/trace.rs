//! What was done to the files of a disk, in order.

use std::{collections::BTreeMap, ffi::OsString};

/// A file, also after its name is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileId(pub(super) usize);

/// One thing that was done.
#[derive(Debug, Clone)]
pub enum Op {
    /// The file got its name.
    Create(FileId),
    /// The file lost its name.
    Unlink(FileId),
    /// Bytes were written.
    Write {
        /// To which file.
        file: FileId,
        /// From where on.
        offset: u64,
        /// Which.
        bytes: Box<[u8]>,
    },
    /// The file was cut off or extended.
    Truncate {
        /// Which file.
        file: FileId,
        /// How long it is then.
        length: u64,
    },
    /// All that was done to the file before `covers` is on disk.
    Sync {
        /// Which file; `None` for the names in the directory.
        file: Option<FileId>,
        /// The place in the trace at which the sync began.
        covers: usize,
    },
    /// Some of what was done to the file before `covers` will never be on disk.
    SyncFailed {
        /// Which file; `None` for the names in the directory.
        file: Option<FileId>,
        /// The place in the trace at which the sync began.
        covers: usize,
    },
    /// Something happened outside.
    Mark(usize),
}

/// What was done to the files of a disk, and what was there before.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    pub(super) files: Vec<TracedFile>,
    pub(super) ops: Vec<Op>,
}

/// A file of a trace.
#[derive(Debug, Clone)]
pub(super) struct TracedFile {
    pub(super) name: OsString,
    /// What was in it when the trace began, which is synced; `None` if it was not there.
    pub(super) before: Option<Vec<u8>>,
}

impl Trace {
    /// How many things were done.
    pub fn len(&self) -> usize {
        self.ops.len()
    }

    /// Whether nothing was done.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// What was done, in order.
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// The name that the file had.
    pub fn name(&self, file: FileId) -> String {
        self.files.get(file.0).map(|file| file.name.display().to_string()).unwrap_or_default()
    }

    /// How often each kind of thing was done to each file.
    pub fn summary(&self) -> BTreeMap<String, usize> {
        let mut summary = BTreeMap::new();
        for op in &self.ops {
            let (what, file) = match op {
                Op::Create(file) => ("creations", Some(file)),
                Op::Unlink(file) => ("removals", Some(file)),
                Op::Write { file, .. } => ("writes", Some(file)),
                Op::Truncate { file, .. } => ("changes of length", Some(file)),
                Op::Sync { file, .. } => ("syncs", file.as_ref()),
                Op::SyncFailed { file, .. } => ("failed syncs", file.as_ref()),
                Op::Mark(_) => continue,
            };
            let name = file.map_or_else(|| "the directory".to_owned(), |file| self.name(*file));
            *summary.entry(format!("{what} of {name}")).or_default() += 1;
        }
        summary
    }

    /// The marks before that place.
    pub fn marks(&self, before: usize) -> impl Iterator<Item = usize> {
        let is_mark = |op: &Op| if let Op::Mark(number) = op { Some(*number) } else { None };
        self.ops.iter().take(before).filter_map(is_mark)
    }

    pub(super) fn add_file(&mut self, name: OsString, before: Option<Vec<u8>>) -> FileId {
        self.files.push(TracedFile { name, before });
        FileId(self.files.len() - 1)
    }

    pub(super) fn push(&mut self, op: Op) {
        self.ops.push(op);
    }

    /// Begins anew.
    pub(super) fn forget_ops(&mut self) {
        self.ops.clear();
    }
}
