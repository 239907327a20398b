//! How a disk fails.

use std::time::Duration;

use crate::torture::Random;

/// What a program does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It opens it.
    Open,
    /// It reads from it.
    Read,
    /// It writes to it.
    Write,
    /// It changes its length.
    Truncate,
    /// It waits until it is on disk.
    Sync,
    /// It removes it.
    Unlink,
}

impl Access {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Open, Self::Read, Self::Write, Self::Truncate, Self::Sync, Self::Unlink];
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// `EIO`.
    Io,
    /// `ENOSPC`.
    Full,
    /// `EINTR`: it is to be repeated.
    Interrupted,
    /// It does less than it was asked for: the rest is to be asked for again.
    Short,
}

/// Which calls fail.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Of that kind; `None` for all kinds.
    pub access: Option<Access>,
    /// Not the first ones, of which there are so many.
    pub from: u64,
    /// So many of them.
    pub times: u64,
    /// How.
    pub failure: Failure,
}

/// How a disk fails; by default it does not.
#[derive(Debug, Clone)]
pub struct Faults {
    /// Which calls fail.
    pub rule: Option<Rule>,
    /// How many pages of 4 KiB there are for all files together.
    pub pages: Option<u64>,
    /// How long a sync may take.
    pub longest_sync: Duration,
    /// Where chance comes from.
    pub random: Random,
}

impl Default for Faults {
    fn default() -> Self {
        Self { rule: None, pages: None, longest_sync: Duration::ZERO, random: Random::new(0) }
    }
}

impl Faults {
    /// Whether the next call of that kind fails, and how.
    pub(super) fn strike(&mut self, access: Access) -> Option<Failure> {
        let rule = self.rule.as_mut().filter(|rule| rule.access.is_none_or(|wanted| wanted == access))?;
        if rule.from > 0 {
            rule.from -= 1;
            return None;
        }
        rule.times = rule.times.checked_sub(1)?;
        Some(rule.failure)
    }

    /// How long the next sync takes.
    pub(super) fn delay(&mut self) -> Duration {
        let longest = u64::try_from(self.longest_sync.as_micros()).unwrap_or(u64::MAX);
        if longest == 0 { Duration::ZERO } else { Duration::from_micros(self.random.next() % longest) }
    }
}

/// How many calls there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    calls: [u64; Access::ALL.len()],
    /// How many of them failed because a [`Rule`] or a lack of space said so.
    pub failures: u64,
}

impl Counts {
    /// Of that kind.
    pub fn of(&self, access: Access) -> u64 {
        let calls = Access::ALL.iter().zip(self.calls);
        calls.filter(|(kind, _)| **kind == access).map(|(_, count)| count).sum()
    }

    /// Of all kinds.
    pub fn all(&self) -> u64 {
        self.calls.iter().sum()
    }

    pub(super) fn add(&mut self, access: Access) {
        let calls = Access::ALL.iter().zip(&mut self.calls);
        calls.filter(|(kind, _)| **kind == access).for_each(|(_, count)| *count += 1);
    }
}
