//! An instance with all that it was sent and all that it said.

use super::{plan::Plan, program::Finished};

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Sent; the target died before it answered, or has not answered yet. It may have been done.
    Unknown,
    Acknowledged,
    Refused,
}

/// An instance with all that it was sent.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) plan: Plan,
    /// Milliseconds until it may begin.
    pub(super) delay: u64,
    pub(super) start: Fate,
    /// The numbers of the events are their places.
    pub(super) events: Vec<Fate>,
    pub(super) suspended: bool,
    pub(super) result: Option<Result<Finished, String>>,
    /// Whether it was ever asked to be suspended.
    pub(super) was_held: bool,
    /// Whether it was terminated or rewound as it is to be.
    pub(super) is_attended: bool,
    /// What became of the wish to remove it.
    pub(super) purge: Option<Fate>,
}

impl Instance {
    pub(super) fn new(id: String, plan: Plan, delay: u64) -> Self {
        Self {
            id,
            plan,
            delay,
            start: Fate::Unknown,
            events: Vec::new(),
            suspended: false,
            was_held: false,
            is_attended: false,
            result: None,
            purge: None,
        }
    }

    /// Whether it may be removed once it has ended: nobody else has to be removed with it.
    pub(super) fn may_be_purged(&self) -> bool {
        let told = matches!(self.result, Some(Ok(_)));
        told && self.purge.is_none() && !self.plan.is_doomed() && self.plan.descendants() == 0
    }

    /// Whether something is to be done to it before it ends.
    pub(super) fn is_to_be_attended(&self) -> bool {
        self.plan.is_doomed() || self.plan.is_fragile() || self.takes_another_event()
    }

    /// Whether it is to be sent another event: a few more than it needs.
    pub(super) fn takes_another_event(&self) -> bool {
        self.plan.takes_events() && (self.events.len() as u64) < 2 + self.plan.needs_events() && self.purge.is_none()
    }

    /// Whether more events are needed to end it for sure.
    pub(super) fn is_short_of_events(&self) -> bool {
        let count = |wanted| self.events.iter().filter(|fate| **fate == wanted).count() as u64;
        self.result.is_none() && count(Fate::Refused) == 0 && count(Fate::Acknowledged) < self.plan.needs_events()
    }

    /// What is wrong with its result and with the events that it consumed.
    pub(super) fn flaws(&self) -> Vec<String> {
        let id = &self.id;
        let finished = match &self.result {
            None => return vec![format!("`{id}` gave no result")],
            Some(Err(error)) if self.plan.is_doomed() && error.starts_with("Terminated ") => {
                return Vec::new();
            }
            Some(Err(error)) => return vec![format!("`{id}` ({:?}) failed: {error}", self.plan)],
            Some(Ok(finished)) => finished,
        };
        let mut flaws: Vec<_> = self.plan.flaw(finished).into_iter().map(|flaw| format!("`{id}`: {flaw}")).collect();
        if self.plan.takes_events() {
            let numbers = &finished.numbers;
            if !numbers.is_sorted_by(|a, b| a < b) {
                flaws.push(format!("`{id}` consumed events out of order or twice: {numbers:?}"));
            }
            let last = numbers.last().copied().unwrap_or(0);
            for (number, fate) in (0_u64..).zip(&self.events) {
                let consumed = numbers.contains(&number);
                match fate {
                    Fate::Acknowledged if !consumed && number < last => {
                        flaws.push(format!("`{id}` lost the acknowledged event {number}: it consumed {numbers:?}"));
                    }
                    Fate::Refused if consumed => flaws.push(format!("`{id}` consumed the refused event {number}")),
                    Fate::Acknowledged | Fate::Refused | Fate::Unknown => {}
                }
            }
            if last >= self.events.len().max(1) as u64 {
                flaws.push(format!("`{id}` consumed event {last}, which nobody raised"));
            }
        }
        flaws
    }
}
