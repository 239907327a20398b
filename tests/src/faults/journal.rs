//! What clients asked for and were told, and which activities ran, in the order of the disk's trace.

use std::sync::{Arc, Mutex, PoisonError};

use crate::disk::{Disk, Trace};

/// Something that happened outside the disk. Numbers are places in the list of what is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fact {
    /// A client is about to ask for that.
    Asked(Deed),
    /// A client was told that it is done.
    Done(Deed),
    /// A client was told the result of that instance.
    Told(usize),
    /// A client was told that the counter `plain` holds so many tokens.
    Seen(u64),
    /// An activity began.
    Ran { instance: String, task: u64, persisted: bool },
}

/// What a client can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Deed {
    /// Start that instance.
    Start(usize),
    /// Raise an event for that instance, with that number.
    Raise(usize, u64),
    /// Signal the counter `plain` with that number.
    Signal(u64),
    /// Call the counter `called` with that number.
    Call(u64),
    /// Remove that instance, which has ended.
    Purge(usize),
}

/// All that happened, and the disk that it happened on.
#[derive(Debug)]
pub(super) struct Journal {
    disk: Disk,
    facts: Mutex<Vec<Fact>>,
}

impl Journal {
    pub(super) fn new(disk: Disk) -> Arc<Self> {
        Arc::new(Self { disk, facts: Mutex::default() })
    }

    pub(super) fn disk(&self) -> &Disk {
        &self.disk
    }

    /// Notes a fact, and marks its place in the trace.
    pub(super) fn note(&self, fact: Fact) {
        let mut facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        self.disk.mark(facts.len());
        facts.push(fact);
    }

    /// What happened up to now, and what the disk did.
    pub(super) fn record(&self) -> Record {
        let facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        Record { facts: facts.clone(), trace: self.disk.trace() }
    }
}

/// All that happened, when it is over.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) facts: Vec<Fact>,
    pub(super) trace: Trace,
}

impl Record {
    /// What had happened before that place in the trace.
    pub(super) fn facts_before(&self, cut: usize) -> Vec<&Fact> {
        self.trace.marks(cut).filter_map(|mark| self.facts.get(mark)).collect()
    }
}
