//! Where activities note that they run, outside of the database.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

/// One line for each run of an activity, appended by one write and brought to the disk before the activity goes on.
#[derive(Debug)]
pub struct Ledger {
    file: File,
    mended: PathBuf,
    process: String,
    runs: AtomicU64,
}

impl Ledger {
    /// Opens the ledger for appending.
    ///
    /// # Errors
    ///
    /// The file can't be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        // A death may have torn the last line.
        (&file).write_all(b"\n")?;
        // Numbers of processes come back; together with a length that only grows they do not.
        let process = format!("{}-{}", std::process::id(), file.metadata()?.len());
        Ok(Self { file, mended: mended(path), process, runs: AtomicU64::new(0) })
    }

    pub(super) fn enter(&self, ctx: &ActivityContext) -> Result<Receipt> {
        let run = format!("{}-{}", self.process, self.runs.fetch_add(1, Ordering::Relaxed));
        let key = ctx.idempotency_key();
        let line = format!("{}\t{key}\t{}\t{run}\t.\n", ctx.instance_id(), ctx.attempt());
        (&self.file).write_all(line.as_bytes())?;
        self.file.sync_data()?;
        Ok(Receipt { key, run })
    }

    /// Whether what an instance depends on was mended.
    pub(super) fn is_mended(&self, instance: &str) -> bool {
        self.mended.join(instance).exists()
    }
}

/// The folder with a file for each instance whose activities no longer fail.
pub fn mended(ledger: &Path) -> PathBuf {
    ledger.with_extension("mended")
}

/// Which run of an activity gave a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The idempotency key of the activity.
    pub key: String,
    /// The run, unlike all other runs.
    pub run: String,
}
