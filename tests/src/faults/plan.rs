//! Which instances there are, and what they must give.

use durable::{Payload, Result};

use super::program::worked;
use crate::torture::Random;

/// An instance.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) size: u64,
}

/// Which orchestrator it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sequence,
    Paying,
    FanOut,
    Timers,
    Family,
    Generations,
    Tally,
    Together,
    Bulk,
    Collect,
}

const KINDS: [Kind; 12] = [
    Kind::Sequence,
    Kind::Paying,
    Kind::Paying,
    Kind::FanOut,
    Kind::Timers,
    Kind::Family,
    Kind::Generations,
    Kind::Tally,
    Kind::Together,
    Kind::Bulk,
    Kind::Collect,
    Kind::Collect,
];

impl Planned {
    /// One of each kind, in any order and of any size.
    pub(super) fn some(life: usize, random: &mut Random) -> Vec<Self> {
        let mut kinds = KINDS.to_vec();
        for place in (1..kinds.len()).rev() {
            kinds.swap(place, random.index(place + 1));
        }
        let plan = |(number, kind)| Self { id: format!("{life}-{number}"), kind, size: random.between(2, 7) };
        kinds.into_iter().enumerate().map(plan).collect()
    }

    pub(super) fn orchestrator(&self) -> &'static str {
        match self.kind {
            Kind::Sequence => "sequence",
            Kind::Paying => "paying",
            Kind::FanOut => "fan_out",
            Kind::Timers => "timers",
            Kind::Family => "family",
            Kind::Generations => "generations",
            Kind::Tally => "tally",
            Kind::Together => "together",
            Kind::Bulk => "bulk",
            Kind::Collect => "collect",
        }
    }

    pub(super) fn input(&self) -> Result<Payload> {
        Ok(match self.kind {
            Kind::Sequence
            | Kind::Paying
            | Kind::FanOut
            | Kind::Timers
            | Kind::Family
            | Kind::Tally
            | Kind::Together => Payload::encode(&self.size)?,
            Kind::Generations => Payload::encode(&(self.size, 0))?,
            Kind::Bulk => Payload::encode(&"x".repeat(self.bytes()))?,
            Kind::Collect => Payload::null(),
        })
    }

    fn bytes(&self) -> usize {
        usize::try_from(self.size).unwrap_or(0) * 1_500
    }

    /// What it must give; `None` if that depends on the events that it gets.
    pub(super) fn result(&self) -> Option<u64> {
        let sum = |count: u64| (0..count).map(worked).sum::<u64>();
        Some(match self.kind {
            Kind::Sequence | Kind::Paying | Kind::FanOut => sum(self.size),
            Kind::Timers | Kind::Tally | Kind::Together => self.size,
            Kind::Family => (0..self.size).map(sum).sum(),
            Kind::Generations => sum(self.size + 1),
            Kind::Bulk => self.bytes() as u64,
            Kind::Collect => return None,
        })
    }
}
