//! What was really performed, in order: kept outside of what a crash takes back.

use std::sync::{Arc, Mutex, MutexGuard};

use durable::{
    EntityContext, EntityId, Timestamp,
    runtime::{Clock, VirtualClock},
};

use super::program::{Act, Done, Op, OpId, Stored};

/// An operation that changed the state of its entity.
#[derive(Debug, Clone)]
pub struct Entry {
    pub op: OpId,
    pub entity: EntityId,
    pub done: Done,
    pub at: Timestamp,
    /// When what it sends is to be performed, if later.
    pub child_due: Option<Timestamp>,
}

/// All such operations of all lives of the process.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: Vec<Entry>,
    /// How many of them no crash can take back.
    settled: usize,
    /// The number of the process that may write.
    life: u32,
}

pub type SharedLedger = Arc<Mutex<Ledger>>;

impl Ledger {
    /// The round that performed them is stored, or changed nothing.
    pub fn settle(&mut self) {
        self.settled = self.entries.len();
    }

    /// The process dies; what it has not stored was never performed.
    pub fn die(&mut self) {
        self.entries.truncate(self.settled);
        self.life += 1;
    }

    /// An `async` operation may have ended just before a crash and be performed again: its last end counts.
    pub fn entries(&self) -> Vec<Entry> {
        let is_last = |at: usize, entry: &Entry| !self.entries[at + 1..].iter().any(|later| later.op == entry.op);
        self.entries
            .iter()
            .enumerate()
            .filter(|(at, entry)| is_last(*at, entry))
            .map(|(_, entry)| entry.clone())
            .collect()
    }

    /// The operations that are not `async` and were performed twice.
    pub fn doubled(&self) -> Vec<OpId> {
        let twice = |at: usize, entry: &Entry| self.entries[at + 1..].iter().any(|later| later.op == entry.op);
        let quick = self.entries.iter().enumerate().filter(|(_, entry)| entry.entity.name() == "Quick");
        quick.filter(|(at, entry)| twice(*at, entry)).map(|(_, entry)| entry.op).collect()
    }
}

/// What the operations of one life of the process write with.
#[derive(Debug, Clone)]
pub struct Pen {
    ledger: SharedLedger,
    life: u32,
    clock: VirtualClock,
}

impl Pen {
    pub fn new(ledger: &SharedLedger, clock: &VirtualClock) -> Self {
        Self { ledger: Arc::clone(ledger), life: lock(ledger).life, clock: clock.clone() }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Tasks of a dead process that still run are not there any more.
    pub fn write(&self, ctx: &EntityContext, op: &Op, done: Done, child_due: Option<Timestamp>) {
        let mut ledger = lock(&self.ledger);
        if ledger.life == self.life {
            let entity = ctx.id().clone();
            ledger.entries.push(Entry { op: op.id, entity, done, at: self.clock.now(), child_due });
        }
    }
}

pub fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap()
}

/// The reference: what an operation that succeeds makes of a state.
pub fn expected(before: Option<Stored>, op: &Op) -> Option<Stored> {
    let value = before.map_or(0, |stored| stored.value);
    match op.act {
        Act::Add(amount) => Some(Stored { value: value + amount, last: op.id }),
        Act::Relay(..) => Some(Stored { value, last: op.id }),
        Act::Remove => None,
        Act::Read | Act::Fail(_) | Act::Panic(_) => before,
    }
}
