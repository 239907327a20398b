//! In which state an instance is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The state of an orchestration instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Status {
    /// Accepted, but its first turn has not been taken yet.
    Pending,
    /// Taking turns, or waiting for something.
    Running,
    /// Takes no turns until it is resumed.
    Suspended,
    /// Ended with a result.
    Completed,
    /// Ended with a failure.
    Failed,
    /// Ended from outside.
    Terminated,
}

impl Status {
    /// Every status, in the order of the number that stores keep.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Running, Self::Suspended, Self::Completed, Self::Failed, Self::Terminated];

    /// Whether the instance has ended.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Terminated)
    }

    /// The name, as it is written in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Suspended => "Suspended",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Terminated => "Terminated",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why an instance takes no turns although it has not ended. It goes on when fitting code is deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// The cause.
    pub reason: ParkReason,
    /// The same for people: what was found, and what to do.
    pub message: String,
}

/// What keeps a parked instance from going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ParkReason {
    /// No orchestrator of its name is registered.
    NotRegistered,
    /// Today's code asks for something else than the history says.
    Nondeterminism {
        /// What the history says; `None` if the code asked for more than was recorded.
        expected: Option<String>,
        /// What the code asked for; `None` if it asked for less.
        found: Option<String>,
        /// The sequence number of the event at which they part.
        sequence: u64,
    },
    /// The code awaits something that is not durable, and so would wait for ever; or it did what a replay can't repeat,
    /// as the feature `guard` has seen.
    NotDurable,
    /// The stored history could not be read.
    Unreadable,
    /// Taking a turn ended the process several times.
    Poisoned,
}

impl fmt::Display for Parked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
