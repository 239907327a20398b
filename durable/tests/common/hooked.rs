//! A store whose commits and syncs a test takes part in.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::sync::Arc;

use durable::{
    EntityId,
    model::{
        Batch, Delivery, EntityRecord, InboxRow, InstanceKey, InstanceRecord, LockHolder, Segment, Target, Timestamp,
        Wake,
    },
    store::{Catalog, Opened, Store, StoreResult, Syncer, Which, memory::MemoryStore},
};

type Commit<S> = Box<dyn FnMut(&mut S, &Batch) -> StoreResult<()> + Send>;

/// Does all that another store does, but for commits and syncs.
pub struct HookedStore<S = MemoryStore> {
    facts: S,
    commit: Commit<S>,
    syncer: Option<Box<dyn Syncer>>,
}

impl<S> HookedStore<S> {
    /// Commits like that.
    pub fn new(facts: S, commit: impl FnMut(&mut S, &Batch) -> StoreResult<()> + Send + 'static) -> Self {
        Self { facts, commit: Box::new(commit), syncer: None }
    }

    /// Gives its syncs away.
    pub fn syncer(mut self, syncer: impl Syncer + 'static) -> Self {
        self.syncer = Some(Box::new(syncer));
        self
    }
}

impl<S: Store> Store for HookedStore<S> {
    fn commit(&mut self, batch: &Batch) -> StoreResult<()> {
        (self.commit)(&mut self.facts, batch)
    }

    fn defer_sync(&mut self) -> StoreResult<Option<Box<dyn Syncer>>> {
        Ok(self.syncer.take())
    }

    fn open(&mut self) -> StoreResult<Opened> {
        self.facts.open()
    }

    fn instance(&mut self, which: Which<'_>) -> StoreResult<Option<InstanceRecord>> {
        self.facts.instance(which)
    }

    fn history(&mut self, key: InstanceKey) -> StoreResult<Vec<Segment>> {
        self.facts.history(key)
    }

    fn inbox(&mut self, target: &Target) -> StoreResult<Vec<InboxRow>> {
        self.facts.inbox(target)
    }

    fn entity(&mut self, id: &EntityId) -> StoreResult<Option<EntityRecord>> {
        self.facts.entity(id)
    }

    fn locked(&mut self, after: Option<&EntityId>, limit: usize) -> StoreResult<Vec<(EntityId, LockHolder)>> {
        self.facts.locked(after, limit)
    }

    fn unfinished(&mut self, after: InstanceKey, limit: usize) -> StoreResult<Vec<InstanceRecord>> {
        self.facts.unfinished(after, limit)
    }

    fn receivers(&mut self) -> StoreResult<Vec<Target>> {
        self.facts.receivers()
    }

    fn deliveries(&mut self, key: InstanceKey) -> StoreResult<Vec<Delivery>> {
        self.facts.deliveries(key)
    }

    fn wakes(&mut self, until: Timestamp, limit: usize) -> StoreResult<Vec<Wake>> {
        self.facts.wakes(until, limit)
    }

    fn due(&mut self, until: Timestamp, limit: usize) -> StoreResult<Vec<InboxRow>> {
        self.facts.due(until, limit)
    }

    fn next_due(&mut self) -> StoreResult<Option<Timestamp>> {
        self.facts.next_due()
    }

    fn close(&mut self) -> StoreResult<()> {
        self.facts.close()
    }

    fn catalog(&self) -> Arc<dyn Catalog> {
        self.facts.catalog()
    }
}
