//! What arrives for an instance or an entity.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{
    event::{Event, Name, TaskId},
    id::{EntityId, InstanceId, InstanceKey},
    lock::{LockHolder, LockRequest},
    payload::Payload,
    time::Timestamp,
};

/// Something to be delivered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Message {
    /// An event for an orchestration instance.
    Event {
        /// The receiver.
        to: InstanceId,
        /// The only generation that may receive it; any if `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        generation: Option<u32>,
        /// The only instance of that id that may receive it; any if `None`. A new instance may have the id of an old one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<InstanceKey>,
        /// What arrives.
        event: Event,
    },
    /// An operation for an entity.
    Operation {
        /// The receiver.
        to: EntityId,
        /// What it is to do.
        request: OperationRequest,
    },
    /// A wish to lock an entity, and then those that follow it in the set.
    Lock {
        /// The entity whose turn it is.
        to: EntityId,
        /// Who wants to lock what.
        request: LockRequest,
    },
    /// The end of a critical section, or of the wish for one: an entity that it holds is free again, and those that
    /// follow in the set are told; one for which it waits forgets it.
    Unlock {
        /// The entity whose turn it is.
        to: EntityId,
        /// Who had asked to lock what.
        request: LockRequest,
    },
}

impl Message {
    /// An event for whatever instance has that id.
    pub(crate) fn event(to: InstanceId, event: Event) -> Self {
        Self::Event { to, generation: None, key: None, event }
    }

    /// An answer, for the generation that waits for it only.
    pub(crate) fn answer(caller: &Caller, event: Event) -> Self {
        let Caller { instance_id, generation, key, .. } = caller;
        Self::Event { to: instance_id.clone(), generation: Some(*generation), key: *key, event }
    }

    /// Who is to receive it.
    pub fn target(&self) -> Target {
        match self {
            Self::Event { to, .. } => Target::Instance(to.clone()),
            Self::Operation { to, .. } | Self::Lock { to, .. } | Self::Unlock { to, .. } => Target::Entity(to.clone()),
        }
    }
}

/// An operation that an entity is to perform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperationRequest {
    /// The operation.
    pub operation: Name,
    /// Its argument.
    pub input: Payload,
    /// Which orchestration waits for the answer; a signal if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<Caller>,
    /// The critical section inside which it was called: if that holds the entity, the operation goes before all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<Box<LockHolder>>,
}

impl OperationRequest {
    /// An operation for whose result nobody waits.
    pub(crate) fn signal(operation: Name, input: Payload) -> Self {
        Self { operation, input, caller: None, section: None }
    }
}

/// The place in an orchestration that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The instance.
    pub instance_id: InstanceId,
    /// Its generation.
    pub generation: u32,
    /// The number of the call.
    pub id: TaskId,
    /// Its number in the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<InstanceKey>,
}

/// An orchestration instance or an entity, by its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// An orchestration instance.
    Instance(InstanceId),
    /// An entity.
    Entity(EntityId),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instance(id) => id.fmt(f),
            Self::Entity(id) => id.fmt(f),
        }
    }
}

/// A message that was accepted and not yet consumed by a turn, as stores keep it.
#[derive(Debug, Clone, PartialEq)]
pub struct InboxRow {
    /// Its rising number, which is the order of delivery.
    pub number: i64,
    /// When it is to be delivered; as soon as possible if `None`.
    pub due: Option<Timestamp>,
    /// What is delivered.
    pub message: Message,
}
