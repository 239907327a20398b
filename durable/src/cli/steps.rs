//! What an instance did, step by step: each thing that it asked for with its answer, and what arrived by itself.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::output::text_of;
use crate::model::Timestamp;

/// One thing that an instance did, or that happened to it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Step {
    /// `activity`, `timer`, `child`, `event`, ..
    pub(super) kind: &'static str,
    /// What exactly: a name, an entity and its operation, a reason.
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<u64>,
    pub(super) start: Timestamp,
    /// `None` while it has not been answered. What takes no time ends when it starts.
    pub(super) end: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failure: Option<Value>,
    /// Earlier attempts that failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) attempts: Vec<Step>,
    /// Which instance it is, for a child.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) instance_id: Option<String>,
}

impl Step {
    /// Waiting for an event of that name.
    pub(super) fn awaited(name: &str, since: Timestamp) -> Self {
        Self {
            kind: "waits for event",
            name: name.to_owned(),
            id: None,
            start: since,
            end: None,
            failure: None,
            attempts: Vec::new(),
            instance_id: None,
        }
    }
}

/// The steps of a history, in the order in which they were asked for.
pub(super) fn steps<'a>(events: impl IntoIterator<Item = &'a Value>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    // Where the step with a number is.
    let mut places: BTreeMap<u64, usize> = BTreeMap::new();
    for event in events {
        let number = event.get("id").and_then(Value::as_u64);
        if let Some(step) = asked(event) {
            // A later attempt takes the place of the one before, and keeps it.
            let before = event.get("retryOf").and_then(Value::as_u64).and_then(|id| places.get(&id).copied());
            let place = before.unwrap_or(steps.len());
            if let Some(before) = steps.get_mut(place) {
                let mut failed = std::mem::replace(before, step);
                before.attempts = std::mem::take(&mut failed.attempts);
                before.attempts.push(failed);
                before.start = before.attempts.first().map_or(before.start, |first| first.start);
            } else {
                steps.push(step);
            }
            places.extend(number.map(|number| (number, place)));
            places.extend(event.get("retryOf").and_then(Value::as_u64).map(|first| (first, place)));
        } else if let Some(place) = number.filter(|_| answers(event)).and_then(|number| places.get(&number)) {
            if let Some(step) = steps.get_mut(*place) {
                step.end = Some(time(event));
                step.failure = event.get("failure").cloned();
            }
        } else {
            steps.extend(happened(event));
        }
    }
    steps
}

fn time(event: &Value) -> Timestamp {
    text_of(event, "timestamp").parse().unwrap_or_default()
}

fn answers(event: &Value) -> bool {
    let name = text_of(event, "type");
    ["Completed", "Failed", "Fired", "Granted"].iter().any(|end| name.ends_with(end)) && name != "ExecutionCompleted"
}

/// The step that begins with an event by which the orchestrator asks for something.
fn asked(event: &Value) -> Option<Step> {
    let text = |name| text_of(event, name).to_owned();
    let operation = || format!("{} {}", text("entity"), text("operation"));
    let is_detached = event.get("detached").and_then(Value::as_bool).unwrap_or_default();
    let (kind, name, waits) = match text_of(event, "type") {
        "TaskScheduled" => ("activity", text("name"), true),
        "SubOrchestrationInstanceCreated" => ("child", text("name"), !is_detached),
        "TimerCreated" => ("timer", format!("due {}", text("fireAt")), true),
        "EntityOperationCalled" => ("call", operation(), true),
        "EntityOperationSignaled" => ("signal", operation(), false),
        "EventSent" => ("send", format!("{} to {}", text("name"), text("instanceId")), false),
        "EntityLockRequested" => {
            ("lock", event.get("lockSet").map(|locks| locks.to_string().replace('"', "")).unwrap_or_default(), true)
        }
        "EntityUnlockSent" => ("unlock", String::new(), false),
        _ => return None,
    };
    let start = time(event);
    Some(Step {
        kind,
        name,
        id: event.get("id").and_then(Value::as_u64),
        start,
        end: (!waits).then_some(start),
        failure: None,
        attempts: Vec::new(),
        instance_id: (kind == "child").then(|| text("instanceId")),
    })
}

/// The step that is an event by itself.
fn happened(event: &Value) -> Option<Step> {
    let text = |name| text_of(event, name).to_owned();
    let (kind, name) = match text_of(event, "type") {
        "EventRaised" => ("event", text("name")),
        "ExecutionSuspended" => ("suspended", text("reason")),
        "ExecutionResumed" => ("resumed", text("reason")),
        "ExecutionRewound" => ("rewound", text("reason")),
        "ExecutionTerminated" => ("terminated", text("reason")),
        "ContinueAsNew" => ("continues as new", String::new()),
        _ => return None,
    };
    let start = time(event);
    let none = (None, Vec::new(), None, None);
    let (id, attempts, failure, instance_id) = none;
    Some(Step { kind, name, id, start, end: Some(start), failure, attempts, instance_id })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(second: u32) -> String {
        format!("2026-11-21T12:00:{second:02}Z")
    }

    #[test]
    fn an_answer_ends_its_step_and_attempts_are_kept() {
        let failure = json!({"kind": "Application", "message": "no"});
        let events = [
            json!({"type": "TaskScheduled", "timestamp": at(0), "id": 0, "name": "charge"}),
            json!({"type": "TimerCreated", "timestamp": at(0), "id": 1, "fireAt": at(9)}),
            json!({"type": "TaskFailed", "timestamp": at(1), "id": 0, "failure": failure}),
            json!({"type": "TaskScheduled", "timestamp": at(2), "id": 2, "name": "charge", "attempt": 2, "retryOf": 0}),
            json!({"type": "TaskCompleted", "timestamp": at(4), "id": 2, "result": 1}),
            json!({"type": "EventRaised", "timestamp": at(5), "name": "approved", "input": null}),
        ];
        let steps = steps(&events);
        let [charge, timer, event] = steps.as_slice() else { panic!("{steps:?}") };
        assert_eq!((charge.id, charge.attempts.len(), charge.failure.is_none()), (Some(2), 1, true));
        assert_eq!(charge.end.unwrap().since(charge.start).as_secs(), 4);
        assert_eq!(charge.attempts[0].failure.as_ref(), Some(&failure));
        assert!(timer.end.is_none() && event.end == Some(event.start));
    }
}
