//! What every history must be like.

use std::collections::{HashMap, HashSet};

use durable::{
    InstanceId,
    model::{Event, Segment},
};

/// Each event once and in its place, each answer to a question before it and only one, no timer early.
pub(super) fn check_history(id: &InstanceId, generation: u32, history: &[Segment], violations: &mut Vec<String>) {
    let mut wrong = |what: String| violations.push(format!("the history of `{id}` {what}"));
    let (mut sequence, mut open, mut answered, mut last_at) = (0, HashMap::new(), HashSet::new(), None);
    for segment in history {
        if (segment.sequence, segment.generation) != (sequence, generation) {
            wrong(format!("goes on with {} of {} after {sequence}", segment.sequence, segment.generation));
        }
        sequence = segment.sequence + segment.events.len() as u64;
        if last_at.replace(segment.at).is_some_and(|last| last > segment.at) {
            wrong(format!("goes back in time to {}", segment.at));
        }
        for event in &segment.events {
            #[expect(clippy::wildcard_enum_match_arm, reason = "only questions and answers are of interest")]
            let answer = match event {
                Event::TimerCreated { id, fire_at } => {
                    open.insert(*id, Some(*fire_at));
                    continue;
                }
                Event::TaskScheduled { id, .. }
                | Event::EntityOperationCalled { id, .. }
                | Event::EntityLockRequested { id, .. } => {
                    open.insert(*id, None);
                    continue;
                }
                Event::SubOrchestrationInstanceCreated(child) => {
                    open.insert(child.id, None);
                    continue;
                }
                Event::TimerFired { id }
                | Event::TaskCompleted { id, .. }
                | Event::TaskFailed { id, .. }
                | Event::SubOrchestrationInstanceCompleted { id, .. }
                | Event::SubOrchestrationInstanceFailed { id, .. }
                | Event::EntityOperationCompleted { id, .. }
                | Event::EntityOperationFailed { id, .. }
                | Event::EntityLockGranted { id } => *id,
                _ => continue,
            };
            match open.get(&answer) {
                None => wrong(format!("has an answer {event:?} to nothing")),
                Some(Some(fire_at)) if segment.at < *fire_at => wrong(format!("has timer {answer} fire early")),
                Some(_) => {}
            }
            if !answered.insert(answer) {
                wrong(format!("has two answers to {answer}: {event:?}"));
            }
        }
    }
    let events = || history.iter().flat_map(|segment| &segment.events);
    // A scheduled start that was terminated before its time never began.
    let never_began = matches!(events().next(), Some(Event::ExecutionTerminated { .. }));
    if !never_began && !matches!(events().next(), Some(Event::ExecutionStarted(_))) {
        wrong(format!("begins with {:?}", events().next()));
    }
    if !matches!(events().last(), Some(Event::ExecutionCompleted { .. })) {
        wrong(format!("ends with {:?}", events().last()));
    }
    let count = |wanted: fn(&Event) -> bool| events().filter(|event| wanted(event)).count();
    if count(|event| matches!(event, Event::ExecutionStarted(_))) != usize::from(!never_began)
        || count(|event| matches!(event, Event::ExecutionCompleted { .. })) != 1
    {
        wrong("begins or ends twice".to_owned());
    }
}
