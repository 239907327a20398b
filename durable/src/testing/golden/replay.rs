//! Replays histories with the code of today: no store, no runtime, no waiting.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{Divergence, History};
use crate::{
    engine::Instance,
    registry::{Handlers, Registry},
};

/// Replays a history: whether the code of today takes the steps that are recorded, with the same arguments, at the
/// same times.
///
/// Only the orchestrators of the registry matter. What a finished orchestration returned is not compared, only that it
/// ends, and how.
///
/// # Errors
///
/// The code takes other steps, its orchestrator is not registered, its argument does not fit any more, it awaits what is
/// not durable, or the history is none: a [`Divergence`], which displays as a comparison side by side.
pub fn replay(registry: Registry, history: &History) -> Result<(), Divergence> {
    let mut handlers = Handlers::default();
    if let Err(error) = handlers.add(registry) {
        return Err(Divergence::of_registry(history, &error));
    }
    let (record, segments) = history.to_stored();
    match Instance::replay(record, segments, &handlers) {
        Ok(_) => Ok(()),
        Err(departure) => Err(Divergence::new(history, departure)),
    }
}

/// Replays every `*.json` in a directory and below it; relative paths begin at the package under test.
///
/// # Panics
///
/// Any of them diverges: the message shows all that do. Or there is no history at all.
#[track_caller]
pub fn replay_dir(registry: Registry, directory: impl AsRef<Path>) {
    let directory = directory.as_ref();
    let files = match histories(directory) {
        Ok(files) => files,
        Err(error) => panic!("the histories in {} can't be read: {error}; {HOW_TO_SAVE}", directory.display()),
    };
    assert!(!files.is_empty(), "there is no history (*.json) in {}; {HOW_TO_SAVE}", directory.display());
    let wrong: Vec<_> = files.iter().filter_map(|file| complaint(registry, file)).collect();
    let (wrong_count, count) = (wrong.len(), files.len());
    assert!(wrong.is_empty(), "{wrong_count} of {count} histories do not replay:\n\n{}", wrong.join("\n\n"));
}

const HOW_TO_SAVE: &str =
    "save one with `History::of(&client, &id).await?.save(\"tests/histories/order.json\")?`, and commit it";

/// What is wrong with the history in that file.
fn complaint(registry: Registry, file: &Path) -> Option<String> {
    let history = match History::load(file) {
        Ok(history) => history,
        Err(error) => return Some(error.to_string()),
    };
    replay(registry, &history).err().map(|divergence| format!("{}:\n{divergence}", file.display()))
}

/// All JSON files in a directory and below it, in order.
fn histories(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(histories(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
