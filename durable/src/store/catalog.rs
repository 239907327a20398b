//! What is read of a store from other threads: one thing, lists, parts of histories, counts.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::StoreResult;
use crate::model::{
    EntityId, EntityRecord, Event, Failure, InstanceId, InstanceKey, InstanceRecord, LockHolder, Name, Payload,
    Segment, Status, Timestamp,
};

/// Reads what was committed. Blocking; call it off the async threads.
pub trait Catalog: Send + Sync {
    /// An instance, with its input and output.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn instance(&self, id: &InstanceId) -> StoreResult<Option<InstanceDetails>>;

    /// A page of instances, the newest first.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn instances(&self, filter: &InstanceFilter, page: &Page) -> StoreResult<Vec<InstanceRecord>>;

    /// The same, but the page may be cut short when it has taken that long. As long as
    /// [`next`](InstanceList::next) says where to go on, there may be more, also behind an empty page.
    ///
    /// Takes as long as it takes, unless a store does better.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn instances_within(&self, filter: &InstanceFilter, page: &Page, patience: Duration) -> StoreResult<InstanceList> {
        let _ = patience;
        let instances = self.instances(filter, page)?;
        let full = instances.len() == page.limit.min(MAX_PAGE);
        let next = instances.last().filter(|_| full).map(|last| last.key);
        Ok(InstanceList { instances, next })
    }

    /// The history of the current generation of an instance; `None` if there is no such instance.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`](super::StoreError::Corrupt) if an event cannot be understood.
    fn history(&self, id: &InstanceId) -> StoreResult<Option<Vec<Segment>>>;

    /// The events of the current generation from that sequence number on, at most `limit`, of those at most
    /// [`MAX_PAGE`]; `None` if there is no such instance.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`](super::StoreError::Corrupt) if an event cannot be understood.
    fn history_page(&self, id: &InstanceId, from: u64, limit: usize) -> StoreResult<Option<HistoryPage>>;

    /// How many instances and entities there are.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn counts(&self) -> StoreResult<Counts>;

    /// The failed instances with their failures, the newest first, at most `limit`, of those at most [`MAX_PAGE`].
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn failures(&self, limit: usize) -> StoreResult<Vec<(InstanceRecord, Failure)>>;

    /// An entity, if anything is kept of it, with the messages that wait for it.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn entity(&self, id: &EntityId) -> StoreResult<Option<EntityDetails>>;

    /// A page of entities, in the order of name and key.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    fn entities(&self, filter: &EntityFilter, after: Option<&EntityId>, limit: usize)
    -> StoreResult<Vec<EntityRecord>>;
}

/// An instance with what its history says about its beginning and end.
#[derive(Debug, Clone, PartialEq)]
pub struct InstanceDetails {
    /// The record.
    pub record: InstanceRecord,
    /// The input of the current generation; `None` while it is pending.
    pub input: Option<Payload>,
    /// What it returned.
    pub output: Option<Payload>,
    /// Why it failed or was terminated.
    pub failure: Option<Failure>,
}

/// Part of the history of an instance.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryPage {
    /// Of which generation it is.
    pub generation: u32,
    /// How many events the whole history of the generation has.
    pub total: u64,
    /// The events, in order.
    pub events: Vec<RecordedEvent>,
}

/// One event of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedEvent {
    /// Its place in the history of its generation, from 0.
    pub sequence: u64,
    /// The time of the turn in which it was recorded.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

impl RecordedEvent {
    /// All events of a segment.
    pub(super) fn all(segment: &Segment) -> impl Iterator<Item = Self> {
        let at = segment.at;
        (segment.sequence..).zip(&segment.events).map(move |(sequence, event)| Self {
            sequence,
            at,
            event: event.clone(),
        })
    }
}

/// How many instances and entities a store holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many instances there are of each orchestrator in each state, in the order of both; none that are 0.
    pub instances: Vec<(Name, Status, u64)>,
    /// How many of all instances are parked.
    pub parked: u64,
    /// How many entities there are of each name, in order, also those that are only locked or parked.
    pub entities: Vec<(String, u64)>,
}

/// An entity with what waits for it.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityDetails {
    /// The record.
    pub record: EntityRecord,
    /// How many messages wait for it: operations and critical sections. Those that are due later are not counted.
    pub backlog: u64,
    /// The critical sections among them, the one that comes first before the others.
    pub waiting: Vec<LockHolder>,
}

/// Which instances to list. Empty fields match all; the others must all match.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct InstanceFilter {
    /// In one of these states.
    pub statuses: Vec<Status>,
    /// Of one of these orchestrators.
    pub names: Vec<Name>,
    /// With an id that begins so.
    pub id_prefix: Option<String>,
    /// Created at that time or later.
    pub created_from: Option<Timestamp>,
    /// Created at that time or earlier.
    pub created_to: Option<Timestamp>,
    /// With all these labels.
    pub tags: Vec<(String, String)>,
    /// Of that version.
    pub version: Option<String>,
    /// Started by that orchestration instance or entity.
    pub parent: Option<String>,
    /// Parked, or not parked.
    pub parked: Option<bool>,
    /// Ended with an error of that type.
    pub error_type: Option<String>,
}

impl InstanceFilter {
    /// Whether the filter lets the instance pass that ended with that failure.
    pub fn matches_ended(&self, record: &InstanceRecord, failure: Option<&Failure>) -> bool {
        let error_type = failure.map(|failure| &failure.error_type);
        self.matches(record) && (self.error_type.is_none() || self.error_type.as_ref() == error_type)
    }

    /// Whether the filter lets the instance pass, as far as the record tells: of errors it does not.
    pub fn matches(&self, record: &InstanceRecord) -> bool {
        (self.statuses.is_empty() || self.statuses.contains(&record.status))
            && (self.names.is_empty() || self.names.contains(&record.name))
            && self.id_prefix.as_ref().is_none_or(|prefix| record.id.as_str().starts_with(prefix))
            && self.created_from.is_none_or(|from| record.created >= from)
            && self.created_to.is_none_or(|to| record.created <= to)
            && self.tags.iter().all(|(name, value)| record.tags.get(name) == Some(value))
            && self.version.as_ref().is_none_or(|version| record.version.as_ref() == Some(version))
            && self
                .parent
                .as_ref()
                .is_none_or(|id| record.parent.as_ref().is_some_and(|parent| parent.instance_id == *id))
            && self.parked.is_none_or(|parked| record.parked.is_some() == parked)
    }
}

/// The largest number of records in one page of a [`Catalog`]; larger limits count as this one.
pub const MAX_PAGE: usize = 1_000;

/// Which part of a list of instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Only instances that come behind that one; from the first on if `None`.
    pub after: Option<InstanceKey>,
    /// At most that many.
    pub limit: usize,
    /// From the oldest to the newest; otherwise the other way round.
    pub oldest_first: bool,
}

/// A page of instances.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct InstanceList {
    /// The instances.
    pub instances: Vec<InstanceRecord>,
    /// After which key to go on; `None` if there is nothing more.
    pub next: Option<InstanceKey>,
}

/// Which entities to list. Empty fields match all; the others must all match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntityFilter {
    /// Of that name.
    pub name: Option<String>,
    /// With a key that begins so.
    pub key_prefix: Option<String>,
    /// Changed at that time or later.
    pub updated_from: Option<Timestamp>,
    /// Changed at that time or earlier.
    pub updated_to: Option<Timestamp>,
    /// Held by a critical section, or not.
    pub locked: Option<bool>,
    /// Parked, or not parked.
    pub parked: Option<bool>,
    /// Also those that have no state, but are locked or parked.
    pub with_transient: bool,
}

impl EntityFilter {
    /// Whether the filter lets the entity pass.
    pub fn matches(&self, record: &EntityRecord) -> bool {
        self.name.as_ref().is_none_or(|name| record.id.name() == name)
            && self.key_prefix.as_ref().is_none_or(|prefix| record.id.key().starts_with(prefix))
            && self.updated_from.is_none_or(|from| record.updated >= from)
            && self.updated_to.is_none_or(|to| record.updated <= to)
            && self.locked.is_none_or(|locked| record.locked_by.is_some() == locked)
            && self.parked.is_none_or(|parked| record.parked.is_some() == parked)
            && (self.with_transient || record.state.is_some())
    }
}
