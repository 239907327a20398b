//! What arrives for an instance or an entity.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{
    event::{Event, Name, TaskId},
    id::{EntityId, InstanceId},
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
}

impl Message {
    /// Who is to receive it.
    pub fn target(&self) -> Target {
        match self {
            Self::Event { to, .. } => Target::Instance(to.clone()),
            Self::Operation { to, .. } => Target::Entity(to.clone()),
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
