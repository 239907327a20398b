//! All that one round of turns changes: stored together or not at all.

use crate::model::{
    event::{Segment, TaskId},
    id::InstanceKey,
    message::InboxRow,
    record::{EntityRecord, InstanceRecord},
    time::Timestamp,
};

/// The changes of one round, over many instances. A store applies all of them in one transaction.
///
/// Applied in this order: purges, creations, updates, removed generations, cuts, history, entities, inbox, wakes, deliveries.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// Instances to remove with all that belongs to them: history, inbox, wakes, deliveries, payloads.
    pub purged: Vec<InstanceKey>,
    /// New instances.
    pub created: Vec<InstanceRecord>,
    /// Instances whose record changed (name, id, parent and creation time never do).
    pub updated: Vec<InstanceRecord>,
    /// Instances whose history before this generation is to be removed.
    pub truncated: Vec<(InstanceKey, u32)>,
    /// Histories to cut: what of the current generation has that number or a larger one is to be removed.
    pub cut: Vec<(InstanceKey, u64)>,
    /// History to append; the segments of one instance are in their order.
    pub segments: Vec<Segment>,
    /// Entities to write, or to remove when they are [empty](EntityRecord::is_empty).
    pub entities: Vec<EntityRecord>,
    /// Messages to keep until they are consumed.
    pub accepted: Vec<InboxRow>,
    /// Numbers of kept messages that were consumed.
    pub consumed: Vec<i64>,
    /// When to wake sleeping instances.
    pub slept: Vec<Wake>,
    /// Wakes to forget, because the instance is awake again.
    pub woken: Vec<Wake>,
    /// Activities that begin again after a crash: how often each has begun.
    pub deliveries: Vec<Delivery>,
    /// Such activities that have ended.
    pub delivered: Vec<(InstanceKey, TaskId)>,
}

impl Batch {
    /// Whether there is nothing to store.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Removes all changes and keeps the memory.
    pub fn clear(&mut self) {
        self.purged.clear();
        self.created.clear();
        self.updated.clear();
        self.truncated.clear();
        self.cut.clear();
        self.segments.clear();
        self.entities.clear();
        self.accepted.clear();
        self.consumed.clear();
        self.slept.clear();
        self.woken.clear();
        self.deliveries.clear();
        self.delivered.clear();
    }
}

/// When to look at an instance that is not in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wake {
    /// The time.
    pub due: Timestamp,
    /// The instance.
    pub key: InstanceKey,
}

/// How often an activity has begun after crashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// The instance.
    pub key: InstanceKey,
    /// Its generation.
    pub generation: u32,
    /// The number of the activity.
    pub id: TaskId,
    /// How often it has begun.
    pub count: u32,
}
