//! What the client did and was told, and in which order.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use durable::{EntityId, Timestamp};

use super::program::{Command, Op, OpId, Outcome, Stored};

/// The moments between which something happened, as far as the client knows.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub begun: u64,
    /// For ever, if the client was never told.
    pub ended: u64,
}

/// An operation that the client asked for.
#[derive(Debug)]
pub struct Asked {
    pub op: OpId,
    pub span: Span,
    pub due: Option<Timestamp>,
    /// `None` if the client does not know whether it was accepted.
    pub outcome: Option<Outcome>,
}

#[derive(Debug, Default)]
pub struct Log {
    moment: u64,
    /// How many requests have no answer yet.
    open: usize,
    pub asked: Vec<Asked>,
    /// States that were read.
    pub peeks: Vec<(EntityId, Option<Stored>, Span)>,
    /// Signals that were sent in this order.
    pub batches: Vec<Vec<OpId>>,
    pub instances: BTreeMap<usize, Span>,
    /// Programs whose instance the client wanted to end.
    pub terminated: BTreeSet<usize>,
    /// How many locks had outlived their sections.
    pub orphans: u64,
    /// Programs that may not have been started.
    repeated: Vec<usize>,
}

pub type SharedLog = Arc<Mutex<Log>>;

impl Log {
    fn moment(&mut self) -> u64 {
        self.moment += 1;
        self.moment
    }

    /// A request leaves.
    pub fn begin(&mut self) -> u64 {
        self.open += 1;
        self.moment()
    }

    /// A request is answered; what is not `known` may still happen.
    fn end(&mut self, begun: u64, known: bool) -> Span {
        self.open -= 1;
        let now = self.moment();
        Span { begun, ended: if known { now } else { u64::MAX } }
    }

    pub fn called(&mut self, op: OpId, begun: u64, outcome: Option<Outcome>) {
        let span = self.end(begun, outcome.is_some());
        self.asked.push(Asked { op, span, due: None, outcome });
    }

    pub fn signaled(&mut self, ops: &[Op], due: Option<Timestamp>, begun: u64, accepted: bool) {
        let span = self.end(begun, accepted && due.is_none());
        let outcome = accepted.then_some(Outcome::Sent);
        self.asked.extend(ops.iter().map(|op| Asked { op: op.id, span, due, outcome }));
        self.batches.push(ops.iter().map(|op| op.id).collect());
    }

    pub fn peeked(&mut self, id: EntityId, stored: Option<Stored>) {
        let now = self.moment();
        self.peeks.push((id, stored, Span { begun: now, ended: now }));
    }

    pub fn started(&mut self, program: usize, begun: u64, accepted: bool) {
        self.end(begun, true);
        self.instances.entry(program).or_insert(Span { begun, ended: u64::MAX });
        if !accepted {
            self.repeated.push(program);
        }
    }

    pub fn ended(&mut self, program: usize) {
        let now = self.moment();
        self.instances.get_mut(&program).unwrap().ended = now;
    }

    pub fn cleaned(&mut self, begun: u64, orphans: Option<u64>) {
        self.end(begun, true);
        self.orphans += orphans.unwrap_or_default();
    }

    pub fn take_repeated(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.repeated).into_iter().map(Command::Start).collect()
    }

    /// Whether all is answered and nothing is to be repeated.
    pub fn is_quiet(&self) -> bool {
        self.open == 0 && self.repeated.is_empty()
    }
}
