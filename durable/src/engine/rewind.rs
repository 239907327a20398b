//! Rewinding a failed orchestration: which part of its history stays, and what arrives once more.
//!
//! The history is cut before the turn in which the failure arrived. All that had arrived from there on arrives once
//! more, but for the failures: so what was asked for before the cut and has succeeded keeps its result. What has no
//! result by then is asked for once more.
//!
//! Which failure: the last one that the code was told of and that no later attempt made good, or that the instance
//! itself ended with. With it go those of its siblings, which were under way at the same time: of them the code would
//! fail as soon as it goes on. Earlier failures, which the code has dealt with, stay. Without any such failure the code
//! failed by itself: then the last turn is taken once more, which helps when the code has been mended.

use rustc_hash::{FxHashMap, FxHashSet};

use super::instance::Open;
use crate::model::{Event, Failure, Segment, TaskId};

/// A history, cut.
pub(crate) struct Rewind {
    /// What stays.
    pub(crate) kept: Vec<Segment>,
    /// The number of the first event that goes.
    pub(crate) cut: u64,
    /// How many events go and do not arrive once more.
    pub(crate) dropped: usize,
    /// What arrives once more, with the note that the instance was rewound.
    pub(crate) arrives: Vec<Event>,
}

impl Rewind {
    /// Works out what becomes of the history of a failed instance.
    pub(crate) fn of(mut history: Vec<Segment>, reason: &str) -> Self {
        let culprits = culprits(&history);
        let last = history.len().saturating_sub(1);
        let first = culprits.values().copied().min().unwrap_or(last);
        let gone = history.split_off(first.min(history.len()));
        let cut = gone.first().map_or(0, |segment| segment.sequence);
        let events: Vec<Event> = gone.into_iter().flat_map(|segment| segment.events).collect();
        let asked: FxHashSet<TaskId> = all(&history).filter_map(Event::asks).collect();
        let count = events.len();
        let arrives_again = |event: &Event| match answered_id(event) {
            Some(id) => asked.contains(&id) && !culprits.contains_key(&id),
            None => is_from_outside(event),
        };
        let mut arrives: Vec<Event> = events.into_iter().filter(arrives_again).collect();
        let dropped = count - arrives.len();
        // Nothing arrives before the code has begun.
        let begins = arrives.iter().take_while(|event| matches!(event, Event::ExecutionStarted(_))).count();
        arrives.insert(begins, Event::ExecutionRewound { reason: reason.to_owned() });
        Self { kept: history, cut, dropped, arrives }
    }

    /// Those of the open tasks that get no answer now: what asked for them, in order.
    pub(crate) fn unanswered(kept: &[Event], arrives: &[Event], open: &FxHashMap<TaskId, Open>) -> Vec<Event> {
        let answered: FxHashSet<TaskId> = arrives.iter().filter_map(answered_id).collect();
        let is_wanted =
            |event: &&Event| event.asks().is_some_and(|id| open.contains_key(&id) && !answered.contains(&id));
        kept.iter().filter(is_wanted).cloned().collect()
    }
}

fn all(history: &[Segment]) -> impl Iterator<Item = &Event> {
    history.iter().flat_map(|segment| &segment.events)
}

/// A failure that the code was told of.
struct Told {
    task: TaskId,
    segment: usize,
    /// The places of question and answer among all events.
    asked: usize,
    answered: usize,
}

/// The tasks of whose failure the instance failed, with the segments in which the code was told.
fn culprits(history: &[Segment]) -> FxHashMap<TaskId, usize> {
    let end = all(history).last().and_then(|event| {
        if let Event::ExecutionCompleted { failure, .. } = event { failure.as_deref() } else { None }
    });
    let (told, decisive) = told(history, end);
    let mut group: Vec<&Told> = decisive.and_then(|at| told.get(at)).into_iter().collect();
    let mut checked = 0;
    while let Some(culprit) = group.get(checked).copied() {
        checked += 1;
        let overlaps = |other: &&Told| other.asked < culprit.answered && culprit.asked < other.answered;
        let siblings: Vec<&Told> = told.iter().filter(overlaps).collect();
        group.extend(
            siblings.into_iter().filter(|other| group.iter().all(|known| known.task != other.task)).collect::<Vec<_>>(),
        );
    }
    group.into_iter().map(|told| (told.task, told.segment)).collect()
}

/// The failures that no later attempt has made good, and which of them was decisive.
fn told(history: &[Segment], end: Option<&Failure>) -> (Vec<Told>, Option<usize>) {
    let (mut asked_at, mut first, mut told, mut decisive) =
        (FxHashMap::default(), FxHashMap::default(), Vec::<Told>::new(), None);
    let events = history.iter().enumerate().flat_map(|(n, segment)| segment.events.iter().map(move |event| (n, event)));
    for (at, (segment, event)) in events.enumerate() {
        if let Event::TaskScheduled { id, retry_of: Some(of), .. } = event {
            // The attempt before it was not the last word.
            first.insert(*id, *of);
            told.retain(|earlier| first.get(&earlier.task).unwrap_or(&earlier.task) != of);
            let began = asked_at.get(of).copied().unwrap_or(at);
            asked_at.insert(*id, began);
        } else if let Some(id) = event.asks() {
            asked_at.insert(id, at);
        }
        let (Event::TaskFailed { id, failure }
        | Event::SubOrchestrationInstanceFailed { id, failure }
        | Event::EntityOperationFailed { id, failure }) = event
        else {
            continue;
        };
        told.push(Told { task: *id, segment, asked: asked_at.get(id).copied().unwrap_or(at), answered: at });
        if end.is_some_and(|end| is_told_by(end, failure)) {
            decisive = Some(*id);
        }
    }
    let decisive = decisive.and_then(|id| told.iter().position(|told| told.task == id));
    let last = told.len().checked_sub(1);
    (told, decisive.or(last))
}

/// Whether the end of the instance tells of that failure.
fn is_told_by(end: &Failure, failure: &Failure) -> bool {
    end.message == failure.message || end.causes.contains(&failure.message)
}

/// The number of what the event answers. A lock is not among them: it ended with the instance, and is asked for anew.
fn answered_id(event: &Event) -> Option<TaskId> {
    event.answers().filter(|_| !matches!(event, Event::EntityLockGranted { .. }))
}

/// Whether the event came by itself, and comes again.
fn is_from_outside(event: &Event) -> bool {
    matches!(
        event,
        Event::ExecutionStarted(_)
            | Event::EventRaised { .. }
            | Event::ExecutionSuspended { .. }
            | Event::ExecutionResumed { .. }
    )
}
