//! Histories as Durable Functions shows them: what was asked for is told with its result.

use std::collections::BTreeMap;

use serde::Serialize;

use super::status::Shown;
use crate::model::{EntityId, Event, Failure, FailureKind, LockSet, Name, Payload, Segment, Status, Timestamp};

/// One entry of `historyEvents`.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entry {
    event_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    function_name: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_id: Option<EntityId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lock_set: Option<LockSet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<Payload>,
    #[serde(skip_serializing_if = "Option::is_none")]
    orchestration_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Payload>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_details: Option<Box<FailureDetails>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fire_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduled_time: Option<Timestamp>,
    timestamp: Timestamp,
}

/// A failure as the Durable Task Framework writes it; each cause is an inner failure.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FailureDetails {
    error_type: String,
    error_message: String,
    stack_trace: Option<String>,
    inner_failure: Option<Box<FailureDetails>>,
    is_non_retriable: bool,
}

impl FailureDetails {
    fn of(failure: &Failure) -> Self {
        let error_type = match failure.error_type.as_str() {
            "" => format!("{:?}", failure.kind),
            error_type => error_type.to_owned(),
        };
        let inner = failure.causes.iter().rev().fold(None, |inner_failure, cause| {
            Some(Box::new(Self {
                error_type: format!("{:?}", FailureKind::Application),
                error_message: cause.clone(),
                stack_trace: None,
                inner_failure,
                is_non_retriable: !failure.retryable,
            }))
        });
        Self {
            error_type,
            error_message: failure.message.clone(),
            stack_trace: failure.location.clone(),
            inner_failure: inner,
            is_non_retriable: !failure.retryable,
        }
    }
}

/// The entries of a history.
pub(super) fn entries(segments: &[Segment], shown: Shown) -> Vec<Entry> {
    let mut entries: Vec<Option<Entry>> = Vec::new();
    let mut asked = BTreeMap::new();
    for (event, at) in segments.iter().flat_map(|segment| segment.events.iter().map(|event| (event, segment.at))) {
        let mut entry = Entry { timestamp: at, ..entry(event) };
        if let Some(id) = event.asks() {
            asked.insert(id, entries.len());
        }
        let request = event.answers().and_then(|id| asked.get(&id)).and_then(|place| entries.get_mut(*place));
        if let Some(request) = request {
            entry = entry.answering(request, matches!(event, Event::TimerFired { .. }));
        }
        entries.push(Some(entry));
    }
    let shown = |mut entry: Entry| {
        entry.input = entry.input.filter(|_| shown.input);
        entry.result = entry.result.filter(|_| shown.history_output);
        entry
    };
    entries.into_iter().flatten().map(shown).collect()
}

impl Entry {
    /// With what is known of the request that it answers. That then has no entry of its own, except for timers.
    fn answering(self, request: &mut Option<Self>, keeps_request: bool) -> Self {
        if keeps_request {
            return Self { fire_at: request.as_ref().and_then(|request| request.fire_at), ..self };
        }
        let Some(request) = request.take() else { return self };
        Self {
            function_name: request.name,
            instance_id: request.instance_id,
            entity_id: request.entity_id,
            operation: request.operation,
            lock_set: request.lock_set,
            input: request.input,
            scheduled_time: Some(request.timestamp),
            ..self
        }
    }

    fn failed(event_type: &'static str, failure: &Failure) -> Self {
        Self {
            event_type,
            reason: Some(failure.to_string()),
            details: failure.details.as_ref().map(|details| details.as_json().to_owned()),
            failure_details: Some(Box::new(FailureDetails::of(failure))),
            ..Self::default()
        }
    }

    fn answered(event_type: &'static str, result: &Payload) -> Self {
        Self { event_type, result: Some(result.clone()), ..Self::default() }
    }
}

/// The entry of an event, without its time.
fn entry(event: &Event) -> Entry {
    let none = Entry::default();
    match event {
        Event::ExecutionStarted(started) => Entry {
            event_type: "ExecutionStarted",
            function_name: Some(started.name.clone()),
            input: Some(started.input.clone()),
            ..none
        },
        Event::TaskScheduled { name, input, .. } => {
            Entry { event_type: "TaskScheduled", name: Some(name.clone()), input: Some(input.clone()), ..none }
        }
        Event::TaskCompleted { result, .. } => Entry::answered("TaskCompleted", result),
        Event::TaskFailed { failure, .. } => Entry::failed("TaskFailed", failure),
        Event::SubOrchestrationInstanceCreated(child) => Entry {
            event_type: "SubOrchestrationInstanceCreated",
            name: Some(child.name.clone()),
            instance_id: Some(child.instance_id.to_string()),
            input: Some(child.input.clone()),
            ..none
        },
        Event::SubOrchestrationInstanceCompleted { result, .. } => {
            Entry::answered("SubOrchestrationInstanceCompleted", result)
        }
        Event::SubOrchestrationInstanceFailed { failure, .. } => {
            Entry::failed("SubOrchestrationInstanceFailed", failure)
        }
        Event::TimerCreated { fire_at, .. } => Entry { event_type: "TimerCreated", fire_at: Some(*fire_at), ..none },
        Event::TimerFired { .. } => Entry { event_type: "TimerFired", ..none },
        Event::EventSent { instance_id, name, input, .. } => Entry {
            event_type: "EventSent",
            instance_id: Some(instance_id.to_string()),
            name: Some(name.clone()),
            input: Some(input.clone()),
            ..none
        },
        Event::EventRaised { name, input } => {
            Entry { event_type: "EventRaised", name: Some(name.clone()), input: Some(input.clone()), ..none }
        }
        Event::EntityOperationCalled { entity, operation, input, .. } => Entry {
            event_type: "EntityOperationCalled",
            entity_id: Some(entity.clone()),
            operation: Some(operation.clone()),
            input: Some(input.clone()),
            ..none
        },
        Event::EntityOperationSignaled { entity, operation, input, at, .. } => Entry {
            event_type: "EntityOperationSignaled",
            entity_id: Some(entity.clone()),
            operation: Some(operation.clone()),
            input: Some(input.clone()),
            scheduled_time: *at,
            ..none
        },
        Event::EntityOperationCompleted { result, .. } => Entry::answered("EntityOperationCompleted", result),
        Event::EntityOperationFailed { failure, .. } => Entry::failed("EntityOperationFailed", failure),
        Event::EntityLockRequested { lock_set, .. } => {
            Entry { event_type: "EntityLockRequested", lock_set: Some(lock_set.clone()), ..none }
        }
        Event::EntityLockGranted { .. } => Entry { event_type: "EntityLockGranted", ..none },
        Event::EntityUnlockSent { .. } => Entry { event_type: "EntityUnlockSent", ..none },
        Event::ExecutionSuspended { reason } => {
            Entry { event_type: "ExecutionSuspended", reason: Some(reason.clone()), ..none }
        }
        Event::ExecutionResumed { reason } => {
            Entry { event_type: "ExecutionResumed", reason: Some(reason.clone()), ..none }
        }
        Event::ExecutionRewound { reason } => {
            Entry { event_type: "ExecutionRewound", reason: Some(reason.clone()), ..none }
        }
        Event::ExecutionTerminated { reason, .. } => {
            Entry { event_type: "ExecutionTerminated", input: Payload::encode(reason).ok(), ..none }
        }
        Event::ContinueAsNew { input, .. } => {
            Entry { orchestration_status: Some("ContinuedAsNew"), ..Entry::answered("ContinueAsNew", input) }
        }
        Event::ExecutionCompleted { status, result, failure } => Entry {
            event_type: "ExecutionCompleted",
            orchestration_status: Some(Status::as_str(*status)),
            result: result.clone(),
            failure_details: failure.as_ref().map(|failure| Box::new(FailureDetails::of(failure))),
            ..none
        },
    }
}
