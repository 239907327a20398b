//! A store in memory whose process dies at the commit that the test has chosen.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use crate::{
    model::{
        Batch, Delivery, EntityId, EntityRecord, Event, InboxRow, InstanceKey, InstanceRecord, LockHolder, Segment,
        Target, TaskId, Timestamp, Wake,
    },
    store::{Catalog, Opened, Store, StoreError, StoreResult, Which, memory::MemoryStore},
};

/// When the process dies, and what has happened until then. Shared by all lives of one environment.
#[derive(Debug, Default)]
pub(super) struct Fate {
    /// The number of the commit that is not carried out any more, from 1.
    dies_at: Option<usize>,
    commits: AtomicUsize,
    has_died: AtomicBool,
    done: Mutex<HashSet<(InstanceKey, u32, TaskId)>>,
}

impl Fate {
    pub(super) fn dies_at(commit: Option<usize>) -> Self {
        Self { dies_at: commit, ..Self::default() }
    }

    /// How many commits there were.
    pub(super) fn commits(&self) -> usize {
        self.commits.load(Ordering::SeqCst)
    }

    /// The process dies.
    pub(super) fn die(&self) {
        self.has_died.store(true, Ordering::SeqCst);
    }

    /// Another one has taken over.
    pub(super) fn live(&self) {
        self.has_died.store(false, Ordering::SeqCst);
    }

    /// Whether the process has died, and no other has taken over.
    pub(super) fn has_died(&self) -> bool {
        self.has_died.load(Ordering::SeqCst)
    }

    /// The activities whose results are stored.
    pub(super) fn done(&self) -> HashSet<(InstanceKey, u32, TaskId)> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note_done(&self, batch: &Batch) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        for segment in &batch.segments {
            for event in &segment.events {
                if let Event::TaskCompleted { id, .. } | Event::TaskFailed { id, .. } = event {
                    done.insert((segment.key, segment.generation, *id));
                } else if matches!(event, Event::ExecutionRewound { .. }) {
                    // Some are to run again.
                    done.retain(|(key, ..)| *key != segment.key);
                }
            }
        }
    }
}

/// A [`MemoryStore`] that obeys its fate.
pub(super) struct MortalStore {
    facts: MemoryStore,
    fate: Arc<Fate>,
}

impl MortalStore {
    pub(super) fn new(facts: MemoryStore, fate: Arc<Fate>) -> Self {
        Self { facts, fate }
    }
}

impl Store for MortalStore {
    fn commit(&mut self, batch: &Batch) -> StoreResult<()> {
        let number = self.fate.commits.fetch_add(1, Ordering::SeqCst) + 1;
        if self.fate.dies_at == Some(number) {
            self.fate.die();
            return Err(StoreError::Io { place: "the test".to_owned(), reason: "the process dies".to_owned() });
        }
        self.facts.commit(batch)?;
        self.fate.note_done(batch);
        Ok(())
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
