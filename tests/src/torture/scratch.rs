//! Where the files of a torture go.

use std::path::{Path, PathBuf};

/// A directory that is removed with this, unless it is kept to look into it.
#[derive(Debug)]
pub struct Scratch(Option<tempfile::TempDir>);

impl Scratch {
    /// A new directory.
    ///
    /// # Errors
    ///
    /// It can't be made.
    pub fn new() -> std::io::Result<Self> {
        tempfile::Builder::new().prefix("durable-torture-").tempdir().map(|directory| Self(Some(directory)))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.as_ref().map_or(Path::new("."), tempfile::TempDir::path)
    }

    /// Leaves it, and says where it is.
    pub fn keep(mut self) -> PathBuf {
        self.0.take().map(tempfile::TempDir::keep).unwrap_or_default()
    }
}
