//! What earlier versions have written: histories replay, and databases open, migrate and go on.
//!
//! `DURABLE_WRITE_HISTORIES=1 cargo test -p durable --features testing --test golden` makes the files of this version
//! anew; those of versions that were released stay as they are.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::wildcard_enum_match_arm, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod databases;
mod divergence;
mod program;
mod scenes;

use std::{collections::BTreeSet, path::PathBuf};

use durable::testing::{self, History};
use tokio::sync::OnceCell;

/// Where the histories of all versions are.
const HISTORIES: &str = "tests/histories";

/// Where those of this version are.
fn of_this_version() -> PathBuf {
    let version = format!("{}.{}", env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
    PathBuf::from(HISTORIES).join(version)
}

fn are_to_be_written() -> bool {
    std::env::var_os("DURABLE_WRITE_HISTORIES").is_some()
}

/// The files of this version, made anew if that is asked for.
async fn histories_of_this_version() -> PathBuf {
    static MADE: OnceCell<()> = OnceCell::const_new();
    let directory = of_this_version();
    if are_to_be_written() {
        MADE.get_or_init(async || scenes::save_all(&directory).await).await;
    }
    directory
}

#[tokio::test(flavor = "multi_thread")]
async fn histories_of_all_versions_replay() {
    histories_of_this_version().await;
    testing::replay_dir(program::PROGRAM, HISTORIES);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_histories_of_this_version_hold_events_of_every_kind() {
    let mut kinds = BTreeSet::new();
    for entry in std::fs::read_dir(histories_of_this_version().await).unwrap() {
        let history = History::load(entry.unwrap().path()).unwrap();
        for event in history.events() {
            let json = serde_json::to_value(event).unwrap();
            kinds.extend(json.as_object().unwrap().keys().cloned());
        }
    }
    // All but `ContinueAsNew`: with it a generation ends, and with that its history.
    let expected = [
        "EntityLockGranted",
        "EntityLockRequested",
        "EntityOperationCalled",
        "EntityOperationCompleted",
        "EntityOperationFailed",
        "EntityOperationSignaled",
        "EntityUnlockSent",
        "EventRaised",
        "EventSent",
        "ExecutionCompleted",
        "ExecutionResumed",
        "ExecutionRewound",
        "ExecutionStarted",
        "ExecutionSuspended",
        "ExecutionTerminated",
        "SubOrchestrationInstanceCompleted",
        "SubOrchestrationInstanceCreated",
        "SubOrchestrationInstanceFailed",
        "TaskCompleted",
        "TaskFailed",
        "TaskScheduled",
        "TimerCreated",
        "TimerFired",
    ];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[test]
fn the_steps_of_a_history_are_what_a_reader_of_the_code_expects() {
    let steps = |name: &str| History::load(of_this_version().join(format!("{name}.json"))).unwrap().steps();
    assert_eq!(steps("suspended"), ["activity note", "suspended", "event word"]);
    assert_eq!(steps("terminated"), ["activity note", "terminated"]);
    assert_eq!(steps("rewound"), ["activity note", "activity buy", "rewound", "completed"]);
    assert_eq!(steps("panics"), ["activity note", "failed"]);
    assert_eq!(
        steps("transfer"),
        [
            "call Account.add",
            "lock Account, Account",
            "call Account.withdraw",
            "activity note",
            "signal Audit.write",
            "call Account.add",
            "unlock",
            "activity note",
            "completed",
        ]
    );
    let family = [
        ["sub-orchestration child"; 2].as_slice(),
        &["start child", "start child", "start grown_up", "send letter", "send letter"],
        &["sub-orchestration child"],
        &["completed"],
    ];
    assert_eq!(steps("family"), family.concat());
}

#[test]
fn a_history_survives_its_file() {
    let directory = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(of_this_version()).unwrap() {
        let path = entry.unwrap().path();
        let history = History::load(&path).unwrap();
        let copy = directory.path().join("some/where.json");
        history.save(&copy).unwrap();
        assert_eq!(History::load(&copy).unwrap(), history);
        assert_eq!(std::fs::read_to_string(copy).unwrap(), std::fs::read_to_string(path).unwrap());
    }
}
