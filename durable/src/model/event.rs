//! What happened: the only thing that is stored for ever. Names of events are those of the Durable Task Framework.

use std::{borrow::Cow, time::Duration};

use serde::{Deserialize, Serialize};

use crate::model::{
    failure::Failure,
    id::{EntityId, InstanceId, InstanceKey},
    lock::LockSet,
    payload::{self, Payload},
    record::{Parent, Tags},
    status::Status,
    time::Timestamp,
};

/// The durable name of an activity, orchestrator, entity operation or event.
pub type Name = Cow<'static, str>;

/// The number of something an orchestration asked for: activities, timers, children, messages share one counter that
/// starts at 0 with each generation.
pub type TaskId = u64;

/// One event in the history of an instance.
///
/// Events either *arrive* (results, timers that fired, events raised, suspend, ...) or are *asked for* by the
/// orchestrator (see [`Event::is_asked_for`]). JSON: an object with the variant as its only key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Event {
    /// The instance, or a new generation of it, began.
    ExecutionStarted(Box<Started>),
    /// An activity was asked for.
    TaskScheduled {
        /// Its number.
        id: TaskId,
        /// The activity.
        name: Name,
        /// Its argument: `null` for none, the value for one, an array for several.
        input: Payload,
        /// Which attempt this is, from 1.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        attempt: u32,
        /// The number of the first attempt, if this is a later one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_of: Option<TaskId>,
        /// How long the attempt may run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timeout: Option<Duration>,
    },
    /// The activity gave a result.
    TaskCompleted {
        /// The number of the activity.
        id: TaskId,
        /// What it returned.
        result: Payload,
    },
    /// The activity failed.
    TaskFailed {
        /// The number of the activity.
        id: TaskId,
        /// Why.
        failure: Box<Failure>,
    },
    /// A child orchestration was asked for.
    SubOrchestrationInstanceCreated(Box<ChildCreated>),
    /// The child gave a result.
    SubOrchestrationInstanceCompleted {
        /// The number of the child.
        id: TaskId,
        /// What it returned.
        result: Payload,
    },
    /// The child failed, was terminated, or could not be started.
    SubOrchestrationInstanceFailed {
        /// The number of the child.
        id: TaskId,
        /// Why.
        failure: Box<Failure>,
    },
    /// A timer was asked for.
    TimerCreated {
        /// Its number.
        id: TaskId,
        /// When it is due.
        fire_at: Timestamp,
    },
    /// The timer is due.
    TimerFired {
        /// The number of the timer.
        id: TaskId,
    },
    /// An event was sent to another instance.
    EventSent {
        /// Its number.
        id: TaskId,
        /// The receiver.
        instance_id: InstanceId,
        /// The name of the event.
        name: Name,
        /// What it carries.
        input: Payload,
    },
    /// An event was raised for this instance.
    EventRaised {
        /// The name of the event.
        name: Name,
        /// What it carries.
        input: Payload,
    },
    /// An operation of an entity was called.
    EntityOperationCalled {
        /// The number of the call.
        id: TaskId,
        /// The entity.
        entity: EntityId,
        /// The operation.
        operation: Name,
        /// Its argument.
        input: Payload,
        /// The number of the critical section inside which it was called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        section: Option<TaskId>,
    },
    /// An operation of an entity was signaled.
    EntityOperationSignaled {
        /// The number of the signal.
        id: TaskId,
        /// The entity.
        entity: EntityId,
        /// The operation.
        operation: Name,
        /// Its argument.
        input: Payload,
        /// When it is to be delivered; at once if `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
    },
    /// The called operation gave a result.
    EntityOperationCompleted {
        /// The number of the call.
        id: TaskId,
        /// What it returned.
        result: Payload,
    },
    /// The called operation failed; its effects were rolled back.
    EntityOperationFailed {
        /// The number of the call.
        id: TaskId,
        /// Why.
        failure: Box<Failure>,
    },
    /// A critical section asked for its locks.
    EntityLockRequested {
        /// The number of the section.
        id: TaskId,
        /// What it locks.
        lock_set: LockSet,
    },
    /// The critical section has all its locks.
    EntityLockGranted {
        /// The number of the section.
        id: TaskId,
    },
    /// The critical section has ended. The end of the generation ends it as well, without this event.
    EntityUnlockSent {
        /// Its own number.
        id: TaskId,
        /// The number of the section.
        section: TaskId,
    },
    /// The instance takes no turns from here on.
    ExecutionSuspended {
        /// Why, in the words of who did it.
        reason: String,
    },
    /// The instance takes turns again.
    ExecutionResumed {
        /// Why, in the words of who did it.
        reason: String,
    },
    /// The instance had failed, and goes on from before the failure.
    ExecutionRewound {
        /// Why, in the words of who did it.
        reason: String,
    },
    /// The instance was ended from outside.
    ExecutionTerminated {
        /// Why, in the words of who did it.
        reason: String,
        /// Whether its children are to be terminated too.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        recursive: bool,
    },
    /// The orchestrator asked to begin anew with another input.
    ContinueAsNew {
        /// The input of the next generation.
        input: Payload,
        /// The version of the next generation; the same if `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<String>,
    },
    /// The instance ended.
    ExecutionCompleted {
        /// `Completed`, `Failed` or `Terminated`.
        status: Status,
        /// What the orchestrator returned.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "payload::present")]
        result: Option<Payload>,
        /// Why it failed or was terminated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<Box<Failure>>,
    },
}

/// How an instance, or a generation of it, began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// The orchestrator.
    pub name: Name,
    /// Its version, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its argument: `null` for none, the value for one, an array for several.
    pub input: Payload,
    /// The id of this generation: 32 hexadecimal digits.
    pub execution_id: String,
    /// Who started it, if another orchestration or an entity did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
    /// Labels.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// When it was to start, if not at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled_at: Option<Timestamp>,
    /// Events that the last generation had received and not read, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carried: Vec<(Name, Payload)>,
}

/// Which child orchestration was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChildCreated {
    /// Its number.
    pub id: TaskId,
    /// The orchestrator.
    pub name: Name,
    /// Its version, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The id of the child.
    pub instance_id: InstanceId,
    /// Its argument.
    pub input: Payload,
    /// Labels.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// When it is to begin; at once if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Whether nobody waits for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub detached: bool,
}

const fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
const fn is_one(attempt: &u32) -> bool {
    *attempt == 1
}

impl Event {
    /// Whether the orchestrator asked for it; otherwise it arrived.
    pub const fn is_asked_for(&self) -> bool {
        match self {
            Self::TaskScheduled { .. }
            | Self::SubOrchestrationInstanceCreated(_)
            | Self::TimerCreated { .. }
            | Self::EventSent { .. }
            | Self::EntityOperationCalled { .. }
            | Self::EntityOperationSignaled { .. }
            | Self::EntityLockRequested { .. }
            | Self::EntityUnlockSent { .. }
            | Self::ContinueAsNew { .. }
            | Self::ExecutionCompleted { .. } => true,
            Self::ExecutionStarted(_)
            | Self::TaskCompleted { .. }
            | Self::TaskFailed { .. }
            | Self::SubOrchestrationInstanceCompleted { .. }
            | Self::SubOrchestrationInstanceFailed { .. }
            | Self::TimerFired { .. }
            | Self::EventRaised { .. }
            | Self::EntityOperationCompleted { .. }
            | Self::EntityOperationFailed { .. }
            | Self::EntityLockGranted { .. }
            | Self::ExecutionSuspended { .. }
            | Self::ExecutionResumed { .. }
            | Self::ExecutionRewound { .. }
            | Self::ExecutionTerminated { .. } => false,
        }
    }

    /// The number under which the event asks for something that is answered by a later event.
    pub fn asks(&self) -> Option<TaskId> {
        match self {
            Self::TaskScheduled { id, .. }
            | Self::TimerCreated { id, .. }
            | Self::EntityOperationCalled { id, .. }
            | Self::EntityLockRequested { id, .. } => Some(*id),
            Self::SubOrchestrationInstanceCreated(child) if !child.detached => Some(child.id),
            Self::SubOrchestrationInstanceCreated(_)
            | Self::ExecutionStarted(_)
            | Self::TaskCompleted { .. }
            | Self::TaskFailed { .. }
            | Self::SubOrchestrationInstanceCompleted { .. }
            | Self::SubOrchestrationInstanceFailed { .. }
            | Self::TimerFired { .. }
            | Self::EventSent { .. }
            | Self::EventRaised { .. }
            | Self::EntityOperationSignaled { .. }
            | Self::EntityOperationCompleted { .. }
            | Self::EntityOperationFailed { .. }
            | Self::EntityLockGranted { .. }
            | Self::EntityUnlockSent { .. }
            | Self::ExecutionSuspended { .. }
            | Self::ExecutionResumed { .. }
            | Self::ExecutionTerminated { .. }
            | Self::ExecutionRewound { .. }
            | Self::ContinueAsNew { .. }
            | Self::ExecutionCompleted { .. } => None,
        }
    }

    /// The number of what the event answers: an earlier event [asks](Self::asks) for it.
    pub fn answers(&self) -> Option<TaskId> {
        match self {
            Self::TaskCompleted { id, .. }
            | Self::TaskFailed { id, .. }
            | Self::SubOrchestrationInstanceCompleted { id, .. }
            | Self::SubOrchestrationInstanceFailed { id, .. }
            | Self::TimerFired { id }
            | Self::EntityOperationCompleted { id, .. }
            | Self::EntityOperationFailed { id, .. }
            | Self::EntityLockGranted { id } => Some(*id),
            Self::ExecutionStarted(_)
            | Self::TaskScheduled { .. }
            | Self::SubOrchestrationInstanceCreated(_)
            | Self::TimerCreated { .. }
            | Self::EventSent { .. }
            | Self::EventRaised { .. }
            | Self::EntityOperationCalled { .. }
            | Self::EntityOperationSignaled { .. }
            | Self::EntityLockRequested { .. }
            | Self::EntityUnlockSent { .. }
            | Self::ExecutionSuspended { .. }
            | Self::ExecutionResumed { .. }
            | Self::ExecutionTerminated { .. }
            | Self::ExecutionRewound { .. }
            | Self::ContinueAsNew { .. }
            | Self::ExecutionCompleted { .. } => None,
        }
    }

    /// The payload that the event carries, if any: what a store may keep elsewhere when it is large.
    pub fn payload_mut(&mut self) -> Option<&mut Payload> {
        match self {
            Self::ExecutionStarted(started) => Some(&mut started.input),
            Self::SubOrchestrationInstanceCreated(child) => Some(&mut child.input),
            Self::TaskScheduled { input, .. }
            | Self::EventSent { input, .. }
            | Self::EventRaised { input, .. }
            | Self::EntityOperationCalled { input, .. }
            | Self::EntityOperationSignaled { input, .. }
            | Self::ContinueAsNew { input, .. } => Some(input),
            Self::TaskCompleted { result, .. }
            | Self::SubOrchestrationInstanceCompleted { result, .. }
            | Self::EntityOperationCompleted { result, .. } => Some(result),
            Self::ExecutionCompleted { result, .. } => result.as_mut(),
            Self::TaskFailed { .. }
            | Self::SubOrchestrationInstanceFailed { .. }
            | Self::EntityOperationFailed { .. }
            | Self::TimerCreated { .. }
            | Self::TimerFired { .. }
            | Self::EntityLockRequested { .. }
            | Self::EntityLockGranted { .. }
            | Self::EntityUnlockSent { .. }
            | Self::ExecutionSuspended { .. }
            | Self::ExecutionResumed { .. }
            | Self::ExecutionRewound { .. }
            | Self::ExecutionTerminated { .. } => None,
        }
    }

    /// What the event is, in a few words, for people who compare histories.
    pub fn summary(&self) -> String {
        match self {
            Self::ExecutionStarted(started) => format!("start of `{}`", started.name),
            Self::TaskScheduled { id, name, input, .. } => format!("activity `{name}` #{id} with input {}", cut(input)),
            Self::SubOrchestrationInstanceCreated(child) => format!(
                "sub-orchestration `{}` #{} as `{}` with input {}",
                child.name,
                child.id,
                child.instance_id,
                cut(&child.input)
            ),
            Self::TimerCreated { id, fire_at } => format!("timer #{id} due {fire_at}"),
            Self::EventSent { id, instance_id, name, input } => {
                format!("event `{name}` #{id} sent to `{instance_id}` with {}", cut(input))
            }
            Self::EntityOperationCalled { id, entity, operation, input, section } => {
                let inside = section.map(|section| format!(" inside section #{section}")).unwrap_or_default();
                format!("call of `{operation}` #{id} on `{entity}`{inside} with input {}", cut(input))
            }
            Self::EntityOperationSignaled { id, entity, operation, input, .. } => {
                format!("signal of `{operation}` #{id} to `{entity}` with input {}", cut(input))
            }
            Self::EntityLockRequested { id, lock_set } => format!("lock #{id} of {}", few(lock_set)),
            Self::EntityUnlockSent { id, section } => format!("release #{id} of section #{section}"),
            Self::EntityLockGranted { id } => format!("grant of lock #{id}"),
            Self::ContinueAsNew { input, .. } => format!("continue as new with input {}", cut(input)),
            Self::ExecutionCompleted { status, .. } => format!("end of the orchestration as {status}"),
            Self::TaskCompleted { id, .. } => format!("result of activity #{id}"),
            Self::TaskFailed { id, .. } => format!("failure of activity #{id}"),
            Self::SubOrchestrationInstanceCompleted { id, .. } => format!("result of sub-orchestration #{id}"),
            Self::SubOrchestrationInstanceFailed { id, .. } => format!("failure of sub-orchestration #{id}"),
            Self::TimerFired { id } => format!("timer #{id} fired"),
            Self::EventRaised { name, .. } => format!("event `{name}` raised"),
            Self::EntityOperationCompleted { id, .. } => format!("result of entity call #{id}"),
            Self::EntityOperationFailed { id, .. } => format!("failure of entity call #{id}"),
            Self::ExecutionSuspended { .. } => "suspended".to_owned(),
            Self::ExecutionResumed { .. } => "resumed".to_owned(),
            Self::ExecutionTerminated { .. } => "terminated".to_owned(),
            Self::ExecutionRewound { .. } => "rewound".to_owned(),
        }
    }
}

/// The payload, cut to what fits into a message.
fn cut(payload: &Payload) -> Cow<'_, str> {
    let json = payload.as_json();
    match json.char_indices().nth(80) {
        Some((end, _)) => format!("{}… ({} bytes)", json.get(..end).unwrap_or(json), json.len()).into(),
        None => json.into(),
    }
}

/// The first entities of a set, and how many more there are.
fn few(lock_set: &LockSet) -> String {
    let entities = lock_set.entities();
    let named: Vec<_> = entities.iter().take(3).map(|id| format!("`{id}`")).collect();
    let more = entities.len() - named.len();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", named.join(", "))
}

/// The events that one turn added to the history of an instance: those that had arrived, then those asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// The instance.
    pub key: InstanceKey,
    /// The generation: 0, and one more after each continue-as-new.
    pub generation: u32,
    /// The number of the first event of the segment within its generation.
    pub sequence: u64,
    /// The time of the turn: what `ctx.now()` said.
    pub at: Timestamp,
    /// The events.
    pub events: Vec<Event>,
}
