//! A store that counts what is committed to it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use durable::{
    model::{
        Batch, Delivery, EntityId, EntityRecord, InboxRow, InstanceKey, InstanceRecord, LockHolder, Segment, Target,
        Timestamp, Wake,
    },
    store::{Catalog, Opened, Store, StoreResult, Syncer, Which, sqlite::SqliteStore},
};

/// What was committed so far.
#[derive(Debug, Default)]
pub struct Counts {
    commits: AtomicU64,
    rows: AtomicU64,
    syncs: AtomicU64,
}

impl Counts {
    /// How many transactions.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// How many rows they inserted, updated or deleted.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// How often the disk was waited for, unless the store does that by itself at every commit.
    pub fn syncs(&self) -> u64 {
        self.syncs.load(Ordering::Relaxed)
    }

    fn add(&self, batch: &Batch) {
        if !batch.is_empty() {
            self.commits.fetch_add(1, Ordering::Relaxed);
            self.rows.fetch_add(rows(batch) as u64, Ordering::Relaxed);
        }
    }
}

fn rows(batch: &Batch) -> usize {
    let Batch {
        purged,
        created,
        updated,
        truncated,
        cut,
        segments,
        entities,
        accepted,
        consumed,
        slept,
        woken,
        deliveries,
        delivered,
    } = batch;
    let instances = purged.len() + created.len() + updated.len() + slept.len() + woken.len();
    let history = truncated.len() + cut.len() + segments.len() + deliveries.len() + delivered.len();
    instances + history + entities.len() + accepted.len() + consumed.len()
}

/// A SQLite store whose commits are counted.
#[derive(Debug)]
pub struct Counting {
    store: SqliteStore,
    counts: Arc<Counts>,
}

impl Counting {
    /// Counts what that store commits.
    pub fn new(store: SqliteStore, counts: Arc<Counts>) -> Self {
        Self { store, counts }
    }
}

impl Store for Counting {
    fn open(&mut self) -> StoreResult<Opened> {
        self.store.open()
    }

    fn commit(&mut self, batch: &Batch) -> StoreResult<()> {
        self.store.commit(batch)?;
        self.counts.add(batch);
        Ok(())
    }

    fn defer_sync(&mut self) -> StoreResult<Option<Box<dyn Syncer>>> {
        let syncer = self.store.defer_sync()?;
        let counts = Arc::clone(&self.counts);
        Ok(syncer.map(|syncer| Box::new(CountingSyncer { syncer, counts }) as Box<dyn Syncer>))
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

struct CountingSyncer {
    syncer: Box<dyn Syncer>,
    counts: Arc<Counts>,
}

impl Syncer for CountingSyncer {
    fn sync(&mut self) -> StoreResult<()> {
        self.counts.syncs.fetch_add(1, Ordering::Relaxed);
        self.syncer.sync()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_batch_is_no_commit() {
        let counts = Counts::default();
        counts.add(&Batch::default());
        counts.add(&Batch { consumed: vec![1, 2], purged: vec![InstanceKey(1)], ..Batch::default() });
        assert_eq!((counts.commits(), counts.rows()), (1, 3));
    }
}
