//! What one turn of an orchestration decided.

use std::time::Duration;

use crate::model::{
    Caller, EntityId, Event, Failure, FailureKind, InstanceId, InstanceRecord, LockHolder, LockRequest, LockSet,
    Message, Name, OperationRequest, Parent, Payload, Segment, Status, TaskId, Timestamp,
    event::{ChildCreated, Started},
};
use rustc_hash::FxHashMap;
use uuid::Uuid;

/// What one turn decided. Everything in it is stored together or not at all; only then is anything done.
#[derive(Debug, PartialEq)]
pub(crate) struct Turn {
    /// The events to append to the history.
    pub(crate) segment: Segment,
    /// How many of the events that had arrived the turn has used up, from the front.
    pub(crate) consumed: usize,
    /// Messages to others, with the time of their delivery if that is later.
    pub(crate) messages: Vec<(Message, Option<Timestamp>)>,
    /// Activities to run.
    pub(crate) activities: Vec<ActivityTask>,
    /// Timers to set.
    pub(crate) timers: Vec<(Timestamp, TaskId)>,
    /// Activities that nobody waits for any more.
    pub(crate) canceled_activities: Vec<TaskId>,
    /// Timers that nobody waits for any more.
    pub(crate) canceled_timers: Vec<(Timestamp, TaskId)>,
    /// Whether the record of the instance has changed in more than its time.
    pub(crate) record_changed: bool,
    /// The beginning of the next generation, if the instance continues as new.
    pub(crate) next_generation: Option<Box<Started>>,
}

impl Turn {
    pub(super) fn new(segment: Segment) -> Self {
        Self {
            segment,
            consumed: 0,
            messages: Vec::new(),
            activities: Vec::new(),
            timers: Vec::new(),
            canceled_activities: Vec::new(),
            canceled_timers: Vec::new(),
            record_changed: false,
            next_generation: None,
        }
    }

    /// Works out what the wishes of the orchestrator mean for others; `sections` are its critical sections, with those
    /// that end in this turn.
    pub(super) fn carry_out(
        &mut self,
        asked: &[Event],
        record: &InstanceRecord,
        execution_id: &str,
        sections: &FxHashMap<TaskId, LockSet>,
    ) {
        let scheduled = asked.iter().filter(|event| matches!(event, Event::TaskScheduled { .. })).count();
        self.activities.reserve_exact(scheduled);
        for event in asked {
            self.carry_out_one(event, record, execution_id, sections);
        }
    }

    fn carry_out_one(
        &mut self,
        event: &Event,
        record: &InstanceRecord,
        execution_id: &str,
        sections: &FxHashMap<TaskId, LockSet>,
    ) {
        match event {
            Event::TaskScheduled { .. } => self.activities.extend(ActivityTask::of(event, record)),
            Event::TimerCreated { id, fire_at } => self.timers.push((*fire_at, *id)),
            Event::SubOrchestrationInstanceCreated(child) => {
                let event = Event::ExecutionStarted(Box::new(start_of_child(child, record, execution_id)));
                self.messages.push((Message::event(child.instance_id.clone(), event), None));
            }
            Event::EventSent { instance_id, name, input, .. } => {
                let event = Event::EventRaised { name: name.clone(), input: input.clone() };
                self.messages.push((Message::event(instance_id.clone(), event), None));
            }
            Event::EntityOperationCalled { id, entity, operation, input, section } => {
                let request = OperationRequest {
                    caller: Some(caller(record, *id)),
                    section: section.map(|section| Box::new(holder(record, section))),
                    ..OperationRequest::signal(operation.clone(), input.clone())
                };
                self.messages.push((Message::Operation { to: entity.clone(), request }, None));
            }
            Event::EntityOperationSignaled { entity, operation, input, at, .. } => {
                let request = OperationRequest::signal(operation.clone(), input.clone());
                self.messages.push((Message::Operation { to: entity.clone(), request }, *at));
            }
            Event::EntityLockRequested { id, lock_set } => {
                self.messages.extend(lock(record, *id, lock_set));
            }
            Event::EntityUnlockSent { section, .. } => {
                self.messages.extend(sections.get(section).and_then(|set| release(record, *section, set)));
            }
            Event::ExecutionCompleted { status, result, failure } => {
                self.messages.extend(answer_to_parent(record, *status, result.as_ref(), failure.as_deref()));
            }
            Event::ContinueAsNew { .. }
            | Event::ExecutionStarted(_)
            | Event::TaskCompleted { .. }
            | Event::TaskFailed { .. }
            | Event::SubOrchestrationInstanceCompleted { .. }
            | Event::SubOrchestrationInstanceFailed { .. }
            | Event::TimerFired { .. }
            | Event::EventRaised { .. }
            | Event::EntityOperationCompleted { .. }
            | Event::EntityOperationFailed { .. }
            | Event::EntityLockGranted { .. }
            | Event::ExecutionSuspended { .. }
            | Event::ExecutionResumed { .. }
            | Event::ExecutionRewound { .. }
            | Event::ExecutionTerminated { .. } => {}
        }
    }
}

/// An activity to be run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ActivityTask {
    pub(crate) instance_id: InstanceId,
    pub(crate) generation: u32,
    pub(crate) id: TaskId,
    pub(crate) first_id: TaskId,
    pub(crate) name: Name,
    pub(crate) input: Payload,
    pub(crate) attempt: u32,
    pub(crate) timeout: Option<Duration>,
}

impl ActivityTask {
    /// What the event asks for, if it asks for an activity.
    pub(super) fn of(event: &Event, record: &InstanceRecord) -> Option<Self> {
        let Event::TaskScheduled { id, name, input, attempt, retry_of, timeout } = event else { return None };
        Some(Self {
            instance_id: record.id.clone(),
            generation: record.generation,
            id: *id,
            first_id: retry_of.unwrap_or(*id),
            name: name.clone(),
            input: input.clone(),
            attempt: *attempt,
            timeout: *timeout,
        })
    }
}

fn start_of_child(child: &ChildCreated, record: &InstanceRecord, execution_id: &str) -> Started {
    Started {
        name: child.name.clone(),
        version: child.version.clone(),
        input: child.input.clone(),
        execution_id: derived_id(execution_id, &format!("execution of child {}", child.id)),
        parent: Some(Parent {
            instance_id: record.id.to_string(),
            task_id: (!child.detached).then_some(child.id),
            generation: record.generation,
            key: Some(record.key),
        }),
        tags: child.tags.clone(),
        scheduled_at: child.at,
        carried: Vec::new(),
    }
}

/// Who waits for the answer to that.
fn caller(record: &InstanceRecord, id: TaskId) -> Caller {
    Caller { instance_id: record.id.clone(), generation: record.generation, id, key: Some(record.key) }
}

fn holder(record: &InstanceRecord, section: TaskId) -> LockHolder {
    LockHolder { instance_id: record.id.clone(), key: record.key, generation: record.generation, section }
}

/// The wish for the locks of a critical section, as the message that goes to the first of its entities.
pub(super) fn lock(record: &InstanceRecord, section: TaskId, set: &LockSet) -> Option<(Message, Option<Timestamp>)> {
    let request = LockRequest { holder: holder(record, section), set: set.clone() };
    first_of(request, |to, request| Message::Lock { to, request })
}

/// The end of a critical section, or of its wish, as the message that lets its entities go.
pub(super) fn release(record: &InstanceRecord, section: TaskId, set: &LockSet) -> Option<(Message, Option<Timestamp>)> {
    let request = LockRequest { holder: holder(record, section), set: set.clone() };
    first_of(request, |to, request| Message::Unlock { to, request })
}

fn first_of(
    request: LockRequest,
    message: impl FnOnce(EntityId, LockRequest) -> Message,
) -> Option<(Message, Option<Timestamp>)> {
    let to = request.set.first()?.clone();
    Some((message(to, request), None))
}

/// A stable id made of the id of an execution and a purpose.
pub(super) fn derived_id(execution_id: &str, purpose: &str) -> String {
    let namespace =
        Uuid::try_parse(execution_id).unwrap_or_else(|_| Uuid::new_v5(&Uuid::NAMESPACE_OID, execution_id.as_bytes()));
    Uuid::new_v5(&namespace, purpose.as_bytes()).simple().to_string()
}

/// Tells the parent, if one waits, how its child ended.
fn answer_to_parent(
    record: &InstanceRecord,
    status: Status,
    result: Option<&Payload>,
    failure: Option<&Failure>,
) -> Option<(Message, Option<Timestamp>)> {
    let parent = record.parent.as_ref()?;
    let id = parent.task_id?;
    let to = InstanceId::new(&parent.instance_id).ok()?;
    let event = match (result, failure) {
        (Some(result), None) if status == Status::Completed => {
            Event::SubOrchestrationInstanceCompleted { id, result: result.clone() }
        }
        (_, failure) => {
            let unknown = || Failure::new(FailureKind::Terminated, format!("`{}` ended as {status}", record.id));
            Event::SubOrchestrationInstanceFailed { id, failure: Box::new(failure.cloned().unwrap_or_else(unknown)) }
        }
    };
    let caller = Caller { instance_id: to, generation: parent.generation, id, key: parent.key };
    Some((Message::answer(&caller, event), None))
}
