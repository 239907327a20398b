//! What an instance waits for, in words.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::event::{Event, Name};

/// Something that an instance waits for.
///
/// It displays as words, such as ``activity `charge` #3 with input 4200`` or ``an event `approved` ``.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum WaitingFor {
    /// The answer to something that it asked for: an activity, a timer, a child, an operation of an entity, locks.
    Answer(Event),
    /// An event of that name.
    Event(Name),
}

impl fmt::Display for WaitingFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(asked) => f.write_str(&asked.summary()),
            Self::Event(name) => write!(f, "an event `{name}`"),
        }
    }
}
