//! Golden histories: files that anybody may have edited, replayed by the program that they are of.

use std::{fs, path::Path};

use durable::{
    model::Event,
    testing::{History, replay},
};

use super::program::PROGRAM;

/// The longest list of activities that a history may ask for: memory is the concern of whoever writes `0..width`.
const WIDEST: u64 = 1_000;

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../durable/tests/histories");
    let versions = fs::read_dir(directory).into_iter().flatten().flatten();
    let files = versions.flat_map(|version| fs::read_dir(version.path()).into_iter().flatten().flatten());
    let mut files: Vec<_> = files.map(|file| file.path()).collect();
    files.sort();
    files.iter().filter_map(|file| fs::read(file).ok()).collect()
}

/// A history survives its file, and can be shown and replayed, whatever is in it.
pub(super) fn golden(input: &[u8]) -> bool {
    let Some(history) = str::from_utf8(input).ok().and_then(|json| History::from_json(json).ok()) else { return false };
    assert_eq!(History::from_json(&history.to_json()).ok().as_ref(), Some(&history));
    assert!(history.steps().len() <= history.events().count());
    assert!(!history.redacted().is_empty());
    if asks_for_too_much(&history) {
        return false;
    }
    if let Err(divergence) = replay(PROGRAM, &history) {
        assert!(divergence.to_string().contains(history.orchestrator.as_ref()));
    }
    true
}

fn asks_for_too_much(history: &History) -> bool {
    history.events().any(|event| {
        let Event::ExecutionStarted(started) = event else { return false };
        started.input.decode::<u64>().is_ok_and(|width| width > WIDEST)
    })
}
