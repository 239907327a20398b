//! Fuzzing: what reads the texts of others is given millions of them. Nothing panics, hangs, or grows without bound;
//! what is understood survives its own writing.
//!
//! Targets are plain functions here, so that stable Rust runs them with [mutations from a seed](run): in CI a few
//! thousand each (`tests/tests/fuzz.rs`), and by `just fuzz-all` ten million together. With `cargo fuzz` the same
//! functions are driven by coverage (`tests/fuzz`, `just fuzz TARGET`).

mod database;
mod document;
mod events;
mod golden;
mod ids;
mod mutate;
mod payloads;
#[path = "../../../durable/tests/golden/program.rs"]
mod program;
mod run;
mod server;
mod web;

use std::{cell::RefCell, fs, path::Path};

pub use run::{Figures, Finding, run};

/// Something that is given inputs.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, which is that of its program for `cargo fuzz`.
    pub name: &'static str,
    /// How much of a run over all targets it gets, beside the others.
    pub weight: u64,
    /// Inputs to begin with.
    seeds: fn() -> Vec<Vec<u8>>,
    /// Makes what takes inputs; it panics when a promise is broken.
    begin: fn() -> Taker,
}

/// Takes inputs one after the other, and says whether it has understood them: those are worth to be mutated further.
pub type Taker = Box<dyn FnMut(&[u8]) -> bool>;

/// All targets.
pub const TARGETS: [Target; 13] = [
    Target { name: "events", weight: 150, seeds: events::event_seeds, begin: || Box::new(events::events) },
    Target { name: "messages", weight: 120, seeds: events::message_seeds, begin: || Box::new(events::messages) },
    Target { name: "ids", weight: 200, seeds: ids::id_seeds, begin: || Box::new(ids::ids) },
    Target { name: "times", weight: 200, seeds: ids::time_seeds, begin: || Box::new(ids::times) },
    Target { name: "payloads", weight: 130, seeds: payloads::seeds, begin: || Box::new(payloads::payloads) },
    Target { name: "golden", weight: 60, seeds: golden::seeds, begin: || Box::new(golden::golden) },
    Target { name: "database", weight: 10, seeds: database::seeds, begin: database::begin },
    Target { name: "queries", weight: 25, seeds: web::query_seeds, begin: web::queries },
    Target { name: "requests", weight: 25, seeds: web::request_seeds, begin: web::requests },
    Target { name: "continuations", weight: 25, seeds: web::continuation_seeds, begin: web::continuations },
    Target { name: "changes", weight: 25, seeds: web::change_seeds, begin: web::changes },
    Target { name: "links", weight: 25, seeds: web::link_seeds, begin: web::links },
    Target { name: "entities", weight: 15, seeds: web::entity_seeds, begin: web::entities },
];

impl Target {
    /// The target of that name.
    pub fn named(name: &str) -> Option<Self> {
        TARGETS.into_iter().find(|target| target.name == name)
    }

    /// The inputs to begin with: those that are written here, and what was found and kept in `tests/fuzz/regressions`.
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        let mut seeds = (self.seeds)();
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions").join(self.name);
        let mut files: Vec<_> = fs::read_dir(kept).into_iter().flatten().flatten().map(|it| it.path()).collect();
        files.sort();
        seeds.extend(files.into_iter().filter_map(|file| fs::read(file).ok()));
        seeds
    }
}

/// Gives one input to the target of that name: for `cargo fuzz`.
///
/// # Panics
///
/// The input breaks a promise, or there is no such target.
pub fn take(name: &'static str, input: &[u8]) {
    thread_local! {
        static TAKER: RefCell<Option<Taker>> = const { RefCell::new(None) };
    }
    TAKER.with_borrow_mut(|taker| {
        let begin = || (Target::named(name).unwrap_or_else(|| panic!("there is no target `{name}`")).begin)();
        taker.get_or_insert_with(begin)(input);
    });
}
