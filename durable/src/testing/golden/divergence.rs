//! Where the code of today parts from a history, side by side.

use std::fmt;

use super::History;
use crate::{
    engine::Departure,
    model::{Error, Event, Failure, InstanceId, Name, ParkReason, Parked},
};

/// How many events before the first difference are shown.
const SHOWN_BEFORE: usize = 12;
/// The width of the column with what is recorded.
const WIDTH: usize = 56;

/// Where and why the code of today does not replay a history.
///
/// It displays as what was recorded beside what the code does now, with the first difference marked by `>`:
///
/// ```text
/// the code of `order` does not fit its history at event 1: recorded was activity `charge` #0 ..
///
///        recorded                                  the code now
///     0  . start of `order`
/// >   1  activity `charge` #0 with input 4200      activity `check` #0 with input 4200
///     2  timer #1 due 2026-01-01T00:05:00Z         activity `charge` #1 with input 4200
/// ```
///
/// What begins with a dot had arrived: the code was given it in both.
#[derive(Debug, Clone, PartialEq)]
pub struct Divergence(Box<Inner>);

#[derive(Debug, Clone, PartialEq)]
struct Inner {
    instance: InstanceId,
    orchestrator: Name,
    parked: Parked,
    failure: Option<Failure>,
    lines: Vec<Line>,
}

/// One event, as it was recorded, as the code does it now, or both.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    sequence: u64,
    recorded: Option<String>,
    found: Option<String>,
    is_first_difference: bool,
}

impl Divergence {
    pub(super) fn new(history: &History, departure: Departure) -> Self {
        let Departure { parked, segment, found } = departure;
        let before: usize = history.turns.iter().take(segment).map(|turn| turn.events.len()).sum();
        let turn: &[Event] = history.turns.get(segment).map_or(&[], |turn| &turn.events);
        let asked_from = turn.iter().position(Event::is_asked_for).unwrap_or(turn.len());
        let (arrived, asked) = turn.split_at(asked_from);
        let difference = match &parked.reason {
            ParkReason::Nondeterminism { sequence, .. } => *sequence,
            ParkReason::NotDurable => (before + asked_from + found.len()) as u64,
            // There is nothing to compare.
            ParkReason::NotRegistered | ParkReason::Unreadable | ParkReason::Poisoned => {
                return Self::without_comparison(history, parked);
            }
        };
        let replayed = history.turns.iter().take(segment).flat_map(|turn| &turn.events).map(Some);
        let pairs = replayed.chain(arrived.iter().map(Some)).map(|event| (event, event));
        let compared = (0..asked.len().max(found.len())).map(|n| (asked.get(n), found.get(n)));
        let lines = (0..).zip(pairs.chain(compared)).map(|(sequence, (recorded, found))| Line {
            sequence,
            recorded: recorded.map(line),
            found: found.filter(|event| event.is_asked_for()).map(line),
            is_first_difference: sequence == difference,
        });
        let failure = found.iter().find_map(|event| {
            if let Event::ExecutionCompleted { failure, .. } = event { failure.as_deref().cloned() } else { None }
        });
        Self::with(history, parked, failure, lines.collect())
    }

    /// Of a registry that can't be used.
    pub(super) fn of_registry(history: &History, error: &Error) -> Self {
        Self::without_comparison(history, Parked { reason: ParkReason::NotRegistered, message: error.to_string() })
    }

    fn without_comparison(history: &History, parked: Parked) -> Self {
        Self::with(history, parked, None, Vec::new())
    }

    fn with(history: &History, parked: Parked, failure: Option<Failure>, lines: Vec<Line>) -> Self {
        let (instance, orchestrator) = (history.instance.clone(), history.orchestrator.clone());
        Self(Box::new(Inner { instance, orchestrator, parked, failure, lines }))
    }

    /// The instance whose history it is.
    pub fn instance(&self) -> &InstanceId {
        &self.0.instance
    }

    /// Its orchestrator.
    pub fn orchestrator(&self) -> &str {
        &self.0.orchestrator
    }

    /// Why it does not replay: for this reason a runtime would park the instance.
    pub fn reason(&self) -> &ParkReason {
        &self.0.parked.reason
    }

    /// The failure with which the code of today ends where the history goes on, with its place in the source if it
    /// panicked; of kind [`InvalidPayload`](crate::FailureKind::InvalidPayload) if it can't take its argument any more.
    pub fn failure(&self) -> Option<&Failure> {
        self.0.failure.as_ref()
    }
}

/// An event in one line; what had arrived begins with a dot.
fn line(event: &Event) -> String {
    if event.is_asked_for() { event.summary() } else { format!(". {}", event.summary()) }
}

/// A text that fits into a column.
fn cut(text: &str) -> String {
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    text.chars().take(WIDTH - 1).chain(['…']).collect()
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { instance, orchestrator, parked, failure, lines } = &*self.0;
        write!(f, "`{instance}` of `{orchestrator}`: {parked}")?;
        if let Some(failure) = failure {
            write!(f, "\nthe code failed there: {failure}")?;
        }
        let difference = lines.iter().position(|line| line.is_first_difference).unwrap_or(lines.len());
        let skipped = difference.saturating_sub(SHOWN_BEFORE);
        let shown = lines.get(skipped..).unwrap_or_default();
        if shown.is_empty() {
            return Ok(());
        }
        write!(f, "\n\n       {:WIDTH$}  the code now", "recorded")?;
        if skipped > 0 {
            write!(f, "\n       ({skipped} events before)")?;
        }
        for line in shown {
            let mark = if line.is_first_difference { '>' } else { ' ' };
            let recorded = line.recorded.as_deref().map_or_else(|| "-".to_owned(), cut);
            let had_arrived = recorded.starts_with('.');
            let found = match &line.found {
                Some(found) => cut(found),
                None if had_arrived => String::new(),
                None => "-".to_owned(),
            };
            write!(f, "\n{}", format!("{mark} {:>4} {recorded:WIDTH$}  {found}", line.sequence).trim_end())?;
        }
        Ok(())
    }
}

impl std::error::Error for Divergence {}
