//! What rewinding an instance means.

use crate::model::{event::Event, id::InstanceId};

/// What a rewind does, or would do: how much of the history stays, and what is done once more.
#[derive(Debug, Clone, PartialEq)]
pub struct RewindPlan {
    /// The instance.
    pub instance_id: InstanceId,
    /// How many events of its history stay.
    pub kept: usize,
    /// How many events are removed: the failure, and what the code asked for from there on.
    pub dropped: usize,
    /// What was asked for before, has no result, and is asked for once more: activities run again, operations of
    /// entities are called again, timers and children are waited for again.
    pub repeated: Vec<Event>,
    /// The failed children that are rewound with it.
    pub children: Vec<RewindPlan>,
}
