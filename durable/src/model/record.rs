//! What stores keep of an instance and of an entity besides the history.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{
    event::{Name, TaskId},
    id::{EntityId, InstanceId, InstanceKey},
    lock::LockHolder,
    payload::Payload,
    status::{Parked, Status},
    time::Timestamp,
};

/// Labels of an instance, by name.
pub type Tags = BTreeMap<String, String>;

/// Who started an orchestration from inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// The orchestration instance, or the entity (`@name@key`), that started it.
    pub instance_id: String,
    /// The number under which the parent waits for the result; `None` if it does not wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_id: Option<TaskId>,
    /// The generation of the parent that waits.
    #[serde(default)]
    pub generation: u32,
    /// The number of the parent in the store; `None` if it is an entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<InstanceKey>,
}

/// An orchestration instance: what is known of it without reading its history.
#[derive(Debug, Clone, PartialEq)]
pub struct InstanceRecord {
    /// Its number in the store.
    pub key: InstanceKey,
    /// Its id.
    pub id: InstanceId,
    /// Its orchestrator.
    pub name: Name,
    /// The version it was started with.
    pub version: Option<String>,
    /// Its state.
    pub status: Status,
    /// How many times it has continued as new.
    pub generation: u32,
    /// When it was accepted.
    pub created: Timestamp,
    /// When it took its last turn.
    pub updated: Timestamp,
    /// Who started it, if another orchestration or an entity did.
    pub parent: Option<Parent>,
    /// Labels.
    pub tags: Tags,
    /// What the orchestrator last set as its status.
    pub custom_status: Option<Payload>,
    /// Why it takes no turns, if it is parked.
    pub parked: Option<Parked>,
    /// Whether recovery must look at it: it has not ended and was not put to sleep in an orderly way.
    pub awake: bool,
}

/// An entity: what is known of it besides the messages that wait for it.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityRecord {
    /// Its id.
    pub id: EntityId,
    /// Its state; `None` if it has none, because it was never changed or is deleted.
    pub state: Option<Payload>,
    /// When its state last changed; of one without a state, when it was locked or parked.
    pub updated: Timestamp,
    /// The critical section that holds it.
    pub locked_by: Option<LockHolder>,
    /// Why it performs no operations, if the code of today can't.
    pub parked: Option<Parked>,
}

impl EntityRecord {
    /// An entity of which nothing is kept yet.
    pub fn new(id: EntityId) -> Self {
        Self { id, state: None, updated: Timestamp::default(), locked_by: None, parked: None }
    }

    /// Whether there is nothing to keep: no state, no lock, no reason why it is parked.
    pub fn is_empty(&self) -> bool {
        self.state.is_none() && self.locked_by.is_none() && self.parked.is_none()
    }
}
