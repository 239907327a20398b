//! Our stores keep what every store promises, and the suite that says so finds those that don't.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "tests")]

mod faulty;

use std::panic;

use durable::{
    store::{memory::MemoryStore, sqlite::SqliteStore},
    testing::conformance,
};
use faulty::{Fault, FaultyStore};

#[test]
fn the_memory_store_keeps_all_promises() {
    conformance::check(|| {
        let facts = MemoryStore::new();
        move || facts.clone()
    });
}

#[test]
fn the_sqlite_store_keeps_all_promises() {
    conformance::check(|| {
        let directory = tempfile::tempdir().unwrap();
        move || {
            // Whoever deletes the file with the lock can take over; the epoch is what is left to protect the facts.
            let _gone = std::fs::remove_file(directory.path().join("hub.db-lock"));
            SqliteStore::new(directory.path().join("hub.db")).inline_limit(1_000)
        }
    });
}

fn report_of(fault: Fault) -> conformance::Report {
    conformance::report(|| {
        let facts = MemoryStore::new();
        move || FaultyStore::new(facts.clone(), fault)
    })
}

/// Checks every n-th fault, beginning with that one.
fn check_faults(first: usize, n: usize) {
    for (fault, group, rule) in Fault::ALL.into_iter().skip(first).step_by(n) {
        let report = report_of(fault);
        let broken: Vec<_> = report.violations().iter().map(|it| (it.group(), it.rule())).collect();
        assert!(broken.contains(&(group, rule)), "{fault:?} breaks {broken:?}");
        assert!(report.checked() >= 45 && broken.len() < report.checked() / 2, "{fault:?} breaks {broken:?}");
        let text = report.to_string();
        assert!(text.contains(&format!("{group}: {}", rule.replace('_', " "))), "{text}");
    }
}

#[test]
fn every_fault_is_found_and_named() {
    std::thread::scope(|scope| {
        for first in 0..4 {
            scope.spawn(move || check_faults(first, 4));
        }
    });
}

#[test]
fn a_store_without_fault_breaks_nothing() {
    let report = report_of(Fault::None);
    assert_eq!(report.to_string(), format!("the store keeps all {} rules", report.checked()));
}

#[test]
fn a_check_that_fails_names_all_that_is_broken_and_where() {
    let failing = || {
        conformance::check(|| {
            let facts = MemoryStore::new();
            move || FaultyStore::new(facts.clone(), Fault::PanicsWhenAskedForWhatIsDue)
        });
    };
    let message = *panic::catch_unwind(failing).unwrap_err().downcast::<String>().unwrap();
    assert!(message.starts_with("the store breaks "), "{message}");
    for expected in
        ["inbox: messages with a due time are found by it\n    not yet", "inbox: every message survives", "faulty.rs:"]
    {
        assert!(message.contains(expected), "`{expected}` is not in:\n{message}");
    }
}
