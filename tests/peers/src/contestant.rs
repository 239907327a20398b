//! Who takes part, with what promise about the disk, and how much each gets to do.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Result, workload::Workload};

/// What waits for the disk: with the peers, `PRAGMA synchronous` of SQLite in WAL mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Synchronous {
    /// Every commit, before anything else happens. Only ours makes a difference between this and the next.
    Strict,
    /// What is acknowledged survives a loss of power. The peers wait in every commit for that, ours before every answer.
    Full,
    /// The operating system: what was acknowledged survives a crash of the process, and a loss of power takes the last
    /// part of it away.
    Normal,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framework {
    /// Ours.
    Durable,
    /// A Rust relative of DBOS.
    Durare,
    /// A Rust relative of the Durable Task Framework.
    Duroxide,
}

impl Framework {
    /// Its name, and that of its program behind `peers-`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Durable => "durable",
            Self::Durare => "durare",
            Self::Duroxide => "duroxide",
        }
    }

    /// The framework of that name.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn from_name(name: &str) -> Result<Self> {
        let all = [Self::Durable, Self::Durare, Self::Duroxide];
        let found = all.into_iter().find(|framework| framework.name() == name);
        found.ok_or_else(|| format!("there is no framework `{name}`: durable, durare, duroxide").into())
    }
}

/// A framework with a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contestant {
    /// The framework.
    pub framework: Framework,
    /// The promise.
    pub synchronous: Synchronous,
}

impl Contestant {
    /// All of them. The first is ours, which the others are compared with. Ours comes once more, waiting as often as the
    /// peers do; and the peers once more with the weaker promise that is their default.
    pub const ALL: [Self; 6] = [
        Self::new(Framework::Durable, Synchronous::Full),
        Self::new(Framework::Durable, Synchronous::Strict),
        Self::new(Framework::Durare, Synchronous::Full),
        Self::new(Framework::Durare, Synchronous::Normal),
        Self::new(Framework::Duroxide, Synchronous::Full),
        Self::new(Framework::Duroxide, Synchronous::Normal),
    ];

    const fn new(framework: Framework, synchronous: Synchronous) -> Self {
        Self { framework, synchronous }
    }

    /// How many instances of a workload keep it busy for some seconds; nothing if it does not have what that needs.
    pub fn instances(self, workload: Workload) -> Option<u64> {
        let [durable, durare, duroxide] = match workload {
            Workload::HelloInFlight | Workload::Timers => [60_000, 3_000, 300],
            Workload::HelloAlone => [5_000, 1_000, 100],
            Workload::FanOut => [50, 4, 1],
            // An instance of duroxide reads its whole history in each turn: it would take minutes.
            Workload::WideFanOut => [10, 1, 0],
            Workload::Chain => [10, 5, 1],
            Workload::Events => [20_000, 1_000, 200],
            // duroxide has neither entities nor transactions of the user.
            Workload::Transfers => [30_000, 3_000, 0],
        };
        let instances = match self.framework {
            Framework::Durable => durable,
            Framework::Durare => durare,
            Framework::Duroxide => duroxide,
        };
        (instances > 0).then_some(instances)
    }
}

impl fmt::Display for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let synchronous = match self.synchronous {
            Synchronous::Strict => "STRICT",
            Synchronous::Full => "FULL",
            Synchronous::Normal => "NORMAL",
        };
        write!(f, "{} {synchronous}", self.framework.name())
    }
}
