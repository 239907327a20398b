//! What every store promises, as one call: for authors of stores.
//!
//! Each rule of the [contract](crate::store) is checked on an empty place of storage. All that are broken are told, by
//! name.
//!
//! ```
//! use durable::{store::memory::MemoryStore, testing::conformance};
//!
//! // Each call makes an empty place of storage; what it gives makes stores in that place, as many as are asked for.
//! conformance::check(|| {
//!     let facts = MemoryStore::new();
//!     move || facts.clone()
//! });
//! ```
//!
//! A second store in the same place stands for another process, or for the same after a crash: the suite opens it while
//! the first was not closed, or is still there. A store that keeps the places of living owners locked, as
//! [`SqliteStore`](crate::store::sqlite::SqliteStore) does with a file beside the database, is to give way here: the rules
//! are about what its facts are worth then.
//!
//! ```no_run
//! # #[cfg(feature = "sqlite")]
//! # {
//! use durable::{store::sqlite::SqliteStore, testing::conformance};
//!
//! conformance::check(|| {
//!     let directory = tempfile::tempdir().expect("a temporary directory");
//!     move || {
//!         // Without this file nobody is known to own the database.
//!         let _gone = std::fs::remove_file(directory.path().join("hub.db-lock"));
//!         SqliteStore::new(directory.path().join("hub.db"))
//!     }
//! });
//! # }
//! ```
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a rule that meets an error is broken, and is told")]

/// The rules of a file, with the name of their group.
macro_rules! rules {
    ($group:literal; $($rule:ident,)*) => {
        pub(super) const RULES: &[super::Rule] =
            &[$(super::Rule { group: $group, name: stringify!($rule), check: $rule }),*];
    };
}

mod batches;
mod catalog;
mod entities;
mod history;
mod inbox;
mod instances;
mod locks;
mod ownership;
mod report;
mod samples;

use std::fmt;

pub use report::{Report, Violation};

use crate::{
    panic::catch,
    store::{Opened, Store},
};

/// Checks all rules, each in a place of its own that `empty_place` makes.
///
/// # Panics
///
/// The store breaks rules; the message names all of them.
#[track_caller]
pub fn check<S, P>(empty_place: impl Fn() -> P)
where
    S: Store + 'static,
    P: Fn() -> S + 'static,
{
    let report = report(empty_place);
    assert!(report.is_conformant(), "{report}");
}

/// The same, for who wants to look at the result.
pub fn report<S, P>(empty_place: impl Fn() -> P) -> Report
where
    S: Store + 'static,
    P: Fn() -> S + 'static,
{
    let mut report = Report::default();
    for rule in rules() {
        let checked = catch(|| {
            let stores = empty_place();
            (rule.check)(Place::new(Box::new(move || Box::new(stores()))));
        });
        report.note(rule, checked);
    }
    report
}

/// A rule that all stores keep.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    group: &'static str,
    name: &'static str,
    check: fn(Place),
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        instances::RULES,
        history::RULES,
        batches::RULES,
        inbox::RULES,
        entities::RULES,
        locks::RULES,
        ownership::RULES,
        catalog::RULES,
    ]
    .into_iter()
    .flatten()
}

/// An open store, and how another owner gets at the same facts.
struct Place {
    store: Box<dyn Store>,
    another: Box<dyn Fn() -> Box<dyn Store>>,
}

impl Place {
    fn new(another: Box<dyn Fn() -> Box<dyn Store>>) -> Self {
        let mut store = another();
        store.open().unwrap();
        Self { store, another }
    }

    /// Ends the store as a crash does, and opens what it left.
    fn crash(&mut self) -> Opened {
        self.store = (self.another)();
        self.store.open().unwrap()
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.group, self.name)
    }
}
