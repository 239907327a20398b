//! A store during whose commits the process dies.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use durable::{
    EntityId,
    model::{
        Batch, Delivery, EntityRecord, InboxRow, InstanceKey, InstanceRecord, LockHolder, Segment, Target, Timestamp,
        Wake,
    },
    store::{Catalog, Opened, Store, StoreError, StoreResult, Which, memory::MemoryStore},
};

/// Where a process dies in a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dies {
    /// Nothing of it is stored.
    Before,
    /// All of it is stored, and nobody is told.
    After,
}

/// Stores as a [`MemoryStore`] does, until the process dies.
pub struct DyingStore {
    store: MemoryStore,
    left: Arc<AtomicUsize>,
    dies: Dies,
}

impl DyingStore {
    /// Dies in the commit after the next `commits`; also says how many are left, which can be read at any time.
    pub fn new(store: MemoryStore, commits: usize, dies: Dies) -> (Self, Arc<AtomicUsize>) {
        let left = Arc::new(AtomicUsize::new(commits));
        (Self { store, left: Arc::clone(&left), dies }, left)
    }
}

impl Store for DyingStore {
    fn commit(&mut self, batch: &Batch) -> StoreResult<()> {
        let alive = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if alive || self.dies == Dies::After {
            self.store.commit(batch)?;
        }
        if alive { Ok(()) } else { Err(StoreError::Io { place: "the test".to_owned(), reason: "dies".to_owned() }) }
    }

    fn open(&mut self) -> StoreResult<Opened> {
        self.store.open()
    }

    fn instance(&mut self, which: Which<'_>) -> StoreResult<Option<InstanceRecord>> {
        self.store.instance(which)
    }

    fn history(&mut self, key: InstanceKey) -> StoreResult<Vec<Segment>> {
        self.store.history(key)
    }

    fn inbox(&mut self, target: &Target) -> StoreResult<Vec<InboxRow>> {
        self.store.inbox(target)
    }

    fn entity(&mut self, id: &EntityId) -> StoreResult<Option<EntityRecord>> {
        self.store.entity(id)
    }

    fn locked(&mut self, after: Option<&EntityId>, limit: usize) -> StoreResult<Vec<(EntityId, LockHolder)>> {
        self.store.locked(after, limit)
    }

    fn unfinished(&mut self, after: InstanceKey, limit: usize) -> StoreResult<Vec<InstanceRecord>> {
        self.store.unfinished(after, limit)
    }

    fn receivers(&mut self) -> StoreResult<Vec<Target>> {
        self.store.receivers()
    }

    fn deliveries(&mut self, key: InstanceKey) -> StoreResult<Vec<Delivery>> {
        self.store.deliveries(key)
    }

    fn wakes(&mut self, until: Timestamp, limit: usize) -> StoreResult<Vec<Wake>> {
        self.store.wakes(until, limit)
    }

    fn due(&mut self, until: Timestamp, limit: usize) -> StoreResult<Vec<InboxRow>> {
        self.store.due(until, limit)
    }

    fn next_due(&mut self) -> StoreResult<Option<Timestamp>> {
        self.store.next_due()
    }

    fn close(&mut self) -> StoreResult<()> {
        self.store.close()
    }

    fn catalog(&self) -> Arc<dyn Catalog> {
        self.store.catalog()
    }
}
