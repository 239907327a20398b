//! The reference, part five: an entity, and who waits for it.

use std::collections::{BTreeSet, VecDeque};

use durable::FailureKind;

use super::{
    program::{Act, Failed, Op},
    world::Return,
};

/// The section that holds an entity: its instance, generation and number.
pub type Holder = Return;

#[derive(Debug, Clone)]
pub struct Request {
    pub act: Act,
    /// The section inside which it was called.
    pub section: Option<Holder>,
    pub reply: Option<Return>,
}

#[derive(Debug)]
pub enum Waiting {
    Operation(Request),
    Lock(Holder, BTreeSet<u8>),
}

#[derive(Debug, Default)]
pub struct Entity {
    pub state: Option<i64>,
    pub holder: Option<Holder>,
    queue: VecDeque<Waiting>,
}

impl Entity {
    /// What the section that holds it has asked for is done before all else.
    pub fn add(&mut self, arrived: Waiting) {
        match &arrived {
            Waiting::Operation(request) if request.section.is_some() => self.queue.push_front(arrived),
            _ => self.queue.push_back(arrived),
        }
    }

    /// What is to be done next, if anything may be.
    pub fn next(&mut self) -> Option<Waiting> {
        let inside = |waiting: &Waiting| matches!(waiting, Waiting::Operation(request) if request.section.is_some());
        if self.holder.is_some() && !self.queue.front().is_some_and(inside) {
            return None;
        }
        let next = self.queue.pop_front()?;
        if let Waiting::Lock(holder, _) = &next {
            self.holder = Some(holder.clone());
        }
        Some(next)
    }

    /// Ends a section, or its wish; whether it held the entity.
    pub fn release(&mut self, holder: &Holder) -> bool {
        if self.holder.as_ref() == Some(holder) {
            self.holder = None;
            return true;
        }
        self.queue.retain(|waiting| !matches!(waiting, Waiting::Lock(other, _) if other == holder));
        false
    }

    pub fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.holder.is_none()
    }

    /// The result of an operation, and what it sends.
    pub fn perform(&mut self, act: &Act) -> (Result<i64, Failed>, Option<Op>) {
        let value = self.state.unwrap_or_default();
        let (after, relayed) = match act {
            Act::Read => return (Ok(value), None),
            Act::Fail(number) => return (Err(Failed::planned(FailureKind::Application, *number)), None),
            Act::Panic(number) => return (Err(Failed::planned(FailureKind::Panicked, *number)), None),
            Act::Remove => {
                self.state = None;
                return (Ok(value), None);
            }
            Act::Add(amount) => (value + amount, None),
            Act::Relay(op) => (value + 1, Some(Op::clone(op))),
        };
        self.state = Some(after);
        (Ok(after), relayed)
    }
}
