//! The reference store: everything in memory, for tests and for what need not outlive the process.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::RangeBounds,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    model::{
        Batch, Delivery, EntityId, EntityRecord, Event, Failure, InboxRow, InstanceId, InstanceKey, InstanceRecord,
        LockHolder, Message, Payload, Segment, Status, Target, TaskId, Timestamp, Wake,
    },
    store::{
        Catalog, Counts, EntityDetails, EntityFilter, HistoryPage, InstanceDetails, InstanceFilter, MAX_PAGE, Opened,
        Page, RecordedEvent, Store, StoreError, StoreResult, Which,
    },
};

/// What errors call this store.
const PLACE: &str = "the store in memory";

/// A handle to facts that are kept in memory for as long as some handle to them lives.
///
/// A clone is another handle to the same facts, which is not open yet: opening it takes ownership away from the
/// first one, as a restart after a crash does.
#[derive(Default)]
pub struct MemoryStore {
    facts: Arc<Mutex<Facts>>,
    epoch: Option<u64>,
}

#[derive(Default)]
struct Facts {
    epoch: u64,
    unclean: bool,
    last_key: i64,
    instances: BTreeMap<InstanceKey, InstanceRecord>,
    keys: BTreeMap<InstanceId, InstanceKey>,
    segments: BTreeMap<(InstanceKey, u32, u64), Segment>,
    entities: BTreeMap<EntityId, EntityRecord>,
    inbox: BTreeMap<i64, InboxRow>,
    wakes: BTreeSet<Wake>,
    deliveries: BTreeMap<(InstanceKey, u32, TaskId), Delivery>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn facts(&self) -> MutexGuard<'_, Facts> {
        lock(&self.facts)
    }

    /// The facts, if this handle still owns them.
    fn owned(&self) -> StoreResult<MutexGuard<'_, Facts>> {
        let Some(epoch) = self.epoch else {
            return Err(StoreError::Io { place: PLACE.to_owned(), reason: "it is not open".to_owned() });
        };
        let facts = self.facts();
        if facts.epoch == epoch { Ok(facts) } else { Err(StoreError::Fenced { place: PLACE.to_owned() }) }
    }
}

impl Clone for MemoryStore {
    fn clone(&self) -> Self {
        Self { facts: Arc::clone(&self.facts), epoch: None }
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

/// A panic of another thread leaves the facts whole: a batch is checked before it is applied.
fn lock(facts: &Mutex<Facts>) -> MutexGuard<'_, Facts> {
    facts.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what lies in the range.
fn remove<K: Ord + Copy, V>(map: &mut BTreeMap<K, V>, range: impl RangeBounds<K>) {
    let keys: Vec<K> = map.range(range).map(|(key, _)| *key).collect();
    for key in keys {
        map.remove(&key);
    }
}

impl Facts {
    /// Refuses what [`apply`](Self::apply) could not do.
    fn check(&self, batch: &Batch) -> Result<(), String> {
        let purged: BTreeSet<_> = batch.purged.iter().copied().collect();
        let (mut keys, mut ids) = (BTreeSet::new(), BTreeSet::new());
        for record in &batch.created {
            let stored = self.instances.contains_key(&record.key) && !purged.contains(&record.key);
            if stored || !keys.insert(record.key) {
                return Err(format!("the instance number {} exists already", record.key.0));
            }
            let stored = self.keys.get(&record.id).is_some_and(|key| !purged.contains(key));
            if stored || !ids.insert(&record.id) {
                return Err(format!("the instance `{}` exists already", record.id));
            }
        }
        for record in &batch.updated {
            let stored = self.instances.contains_key(&record.key) && !purged.contains(&record.key);
            if !stored && !keys.contains(&record.key) {
                return Err(format!("there is no instance number {} to update", record.key.0));
            }
        }
        let truncated: BTreeMap<_, _> = batch.truncated.iter().copied().collect();
        let cut: BTreeMap<_, _> = batch.cut.iter().copied().collect();
        let is_cut = |segment: &Segment| cut.get(&segment.key).is_some_and(|from| segment.sequence >= *from);
        let truncated =
            |segment: &Segment| truncated.get(&segment.key).is_some_and(|generation| segment.generation < *generation);
        let mut places = BTreeSet::new();
        for segment in &batch.segments {
            let place = (segment.key, segment.generation, segment.sequence);
            let stored = self.segments.contains_key(&place)
                && !purged.contains(&segment.key)
                && !truncated(segment)
                && !is_cut(segment);
            if stored || !places.insert(place) {
                return Err(format!("a segment at {place:?} exists already"));
            }
        }
        let purged_ids: BTreeSet<_> =
            purged.iter().filter_map(|key| self.instances.get(key)).map(|it| &it.id).collect();
        let mut numbers = BTreeSet::new();
        for row in &batch.accepted {
            let stored = self
                .inbox
                .get(&row.number)
                .is_some_and(|row| !matches!(row.message.target(), Target::Instance(id) if purged_ids.contains(&id)));
            if stored || !numbers.insert(row.number) {
                return Err(format!("a message number {} exists already", row.number));
            }
        }
        Ok(())
    }

    fn apply(&mut self, batch: &Batch) {
        for key in &batch.purged {
            self.purge(*key);
        }
        for record in &batch.created {
            self.last_key = self.last_key.max(record.key.0);
            self.keys.insert(record.id.clone(), record.key);
            self.instances.insert(record.key, record.clone());
        }
        for record in &batch.updated {
            if let Some(stored) = self.instances.get_mut(&record.key) {
                let (id, name) = (stored.id.clone(), stored.name.clone());
                let (created, parent) = (stored.created, stored.parent.take());
                *stored = InstanceRecord { id, name, created, parent, ..record.clone() };
            }
        }
        for (key, generation) in &batch.truncated {
            remove(&mut self.segments, (*key, 0, 0)..(*key, *generation, 0));
            remove(&mut self.deliveries, (*key, 0, 0)..(*key, *generation, 0));
        }
        for (key, from) in &batch.cut {
            if let Some(generation) = self.instances.get(key).map(|record| record.generation) {
                remove(&mut self.segments, (*key, generation, *from)..=(*key, generation, u64::MAX));
            }
        }
        for segment in &batch.segments {
            self.segments.insert((segment.key, segment.generation, segment.sequence), segment.clone());
        }
        for entity in &batch.entities {
            if entity.is_empty() {
                self.entities.remove(&entity.id);
            } else {
                self.entities.insert(entity.id.clone(), entity.clone());
            }
        }
        for row in &batch.accepted {
            self.inbox.insert(row.number, row.clone());
        }
        for number in &batch.consumed {
            self.inbox.remove(number);
        }
        self.wakes.extend(&batch.slept);
        for wake in &batch.woken {
            self.wakes.remove(wake);
        }
        for delivery in &batch.deliveries {
            self.deliveries.insert((delivery.key, delivery.generation, delivery.id), *delivery);
        }
        for (key, id) in &batch.delivered {
            self.deliveries.retain(|(of, _, at), _| of != key || at != id);
        }
    }

    fn purge(&mut self, key: InstanceKey) {
        if let Some(record) = self.instances.remove(&key) {
            let target = Target::Instance(record.id.clone());
            self.keys.remove(&record.id);
            self.inbox.retain(|_, row| row.message.target() != target);
        }
        remove(&mut self.segments, (key, 0, 0)..=(key, u32::MAX, u64::MAX));
        remove(&mut self.deliveries, (key, 0, 0)..=(key, u32::MAX, u64::MAX));
        self.wakes.retain(|wake| wake.key != key);
    }

    fn instance(&self, which: Which<'_>) -> Option<&InstanceRecord> {
        match which {
            Which::Id(id) => self.instances.get(self.keys.get(id)?),
            Which::Key(key) => self.instances.get(&key),
        }
    }

    fn history(&self, record: &InstanceRecord) -> impl DoubleEndedIterator<Item = &Segment> {
        let (key, generation) = (record.key, record.generation);
        self.segments.range((key, generation, 0)..=(key, generation, u64::MAX)).map(|(_, segment)| segment)
    }

    fn due(&self, until: Timestamp) -> Vec<&InboxRow> {
        let mut rows: Vec<_> = self.inbox.values().filter(|row| row.due.is_some_and(|due| due <= until)).collect();
        rows.sort_by_key(|row| (row.due, row.number));
        rows
    }
}

impl Store for MemoryStore {
    fn open(&mut self) -> StoreResult<Opened> {
        let mut facts = lock(&self.facts);
        facts.epoch += 1;
        self.epoch = Some(facts.epoch);
        Ok(Opened {
            epoch: facts.epoch,
            next_key: InstanceKey(facts.last_key + 1),
            next_message: facts.inbox.keys().next_back().map_or(1, |number| number + 1),
            closed_cleanly: !std::mem::replace(&mut facts.unclean, true),
        })
    }

    fn commit(&mut self, batch: &Batch) -> StoreResult<()> {
        let mut facts = self.owned()?;
        facts.check(batch).map_err(|what| StoreError::Conflict { place: PLACE.to_owned(), what })?;
        facts.apply(batch);
        Ok(())
    }

    fn instance(&mut self, which: Which<'_>) -> StoreResult<Option<InstanceRecord>> {
        Ok(self.facts().instance(which).cloned())
    }

    fn history(&mut self, key: InstanceKey) -> StoreResult<Vec<Segment>> {
        let facts = self.facts();
        Ok(facts.instances.get(&key).map(|record| facts.history(record).cloned().collect()).unwrap_or_default())
    }

    fn inbox(&mut self, target: &Target) -> StoreResult<Vec<InboxRow>> {
        let fits = |row: &&InboxRow| row.due.is_none() && row.message.target() == *target;
        Ok(self.facts().inbox.values().filter(fits).cloned().collect())
    }

    fn entity(&mut self, id: &EntityId) -> StoreResult<Option<EntityRecord>> {
        Ok(self.facts().entities.get(id).cloned())
    }

    fn locked(&mut self, after: Option<&EntityId>, limit: usize) -> StoreResult<Vec<(EntityId, LockHolder)>> {
        let facts = self.facts();
        let later = facts.entities.values().filter(|record| after.is_none_or(|id| record.id > *id));
        Ok(later.filter_map(|record| Some((record.id.clone(), record.locked_by.clone()?))).take(limit).collect())
    }

    fn unfinished(&mut self, after: InstanceKey, limit: usize) -> StoreResult<Vec<InstanceRecord>> {
        let unfinished = |record: &&InstanceRecord| record.key > after && (record.awake || record.parked.is_some());
        Ok(self.facts().instances.values().filter(unfinished).take(limit).cloned().collect())
    }

    fn receivers(&mut self) -> StoreResult<Vec<Target>> {
        let facts = self.facts();
        let waiting = facts.inbox.values().filter(|row| row.due.is_none()).map(|row| row.message.target());
        let by_text: BTreeMap<String, Target> = waiting.map(|target| (target.to_string(), target)).collect();
        Ok(by_text.into_values().collect())
    }

    fn deliveries(&mut self, key: InstanceKey) -> StoreResult<Vec<Delivery>> {
        Ok(self.facts().deliveries.values().filter(|delivery| delivery.key == key).copied().collect())
    }

    fn wakes(&mut self, until: Timestamp, limit: usize) -> StoreResult<Vec<Wake>> {
        Ok(self.facts().wakes.iter().take_while(|wake| wake.due <= until).take(limit).copied().collect())
    }

    fn due(&mut self, until: Timestamp, limit: usize) -> StoreResult<Vec<InboxRow>> {
        Ok(self.facts().due(until).into_iter().take(limit).cloned().collect())
    }

    fn next_due(&mut self) -> StoreResult<Option<Timestamp>> {
        let facts = self.facts();
        let wake = facts.wakes.first().map(|wake| wake.due);
        Ok(facts.inbox.values().filter_map(|row| row.due).chain(wake).min())
    }

    fn close(&mut self) -> StoreResult<()> {
        let closed = self.owned().map(|mut facts| {
            facts.unclean = false;
            facts.deliveries.clear();
        });
        self.epoch = None;
        closed
    }

    fn catalog(&self) -> Arc<dyn Catalog> {
        Arc::new(MemoryCatalog(Arc::clone(&self.facts)))
    }
}

/// Reads what a [`MemoryStore`] holds.
struct MemoryCatalog(Arc<Mutex<Facts>>);

impl Catalog for MemoryCatalog {
    fn instance(&self, id: &InstanceId) -> StoreResult<Option<InstanceDetails>> {
        let facts = lock(&self.0);
        let Some(record) = facts.instance(Which::Id(id)).cloned() else { return Ok(None) };
        let input = facts.history(&record).next().into_iter().flat_map(|segment| &segment.events).find_map(|event| {
            if let Event::ExecutionStarted(started) = event { Some(started.input.clone()) } else { None }
        });
        let end = facts.history(&record).next_back().filter(|_| record.status.is_terminal());
        let (output, failure) =
            end.and_then(|segment| segment.events.iter().rev().find_map(outcome)).unwrap_or_default();
        Ok(Some(InstanceDetails { record, input, output, failure }))
    }

    fn instances(&self, filter: &InstanceFilter, page: &Page) -> StoreResult<Vec<InstanceRecord>> {
        let facts = lock(&self.0);
        let all = facts.instances.values();
        let all: Box<dyn Iterator<Item = &InstanceRecord>> =
            if page.oldest_first { Box::new(all) } else { Box::new(all.rev()) };
        let is_behind = |record: &&InstanceRecord, key: InstanceKey| {
            if page.oldest_first { record.key > key } else { record.key < key }
        };
        let behind = all.filter(|record| page.after.is_none_or(|key| is_behind(record, key)));
        let wanted = behind.filter(|record| {
            let end = facts.history(record).next_back().filter(|_| filter.error_type.is_some());
            let failure = end.and_then(|segment| segment.events.iter().rev().find_map(outcome)).and_then(|end| end.1);
            filter.matches_ended(record, failure.as_ref())
        });
        Ok(wanted.take(page.limit.min(MAX_PAGE)).cloned().collect())
    }

    fn history(&self, id: &InstanceId) -> StoreResult<Option<Vec<Segment>>> {
        let facts = lock(&self.0);
        Ok(facts.instance(Which::Id(id)).map(|record| facts.history(record).cloned().collect()))
    }

    fn history_page(&self, id: &InstanceId, from: u64, limit: usize) -> StoreResult<Option<HistoryPage>> {
        let facts = lock(&self.0);
        let Some(record) = facts.instance(Which::Id(id)) else { return Ok(None) };
        let end = |segment: &Segment| segment.sequence + segment.events.len() as u64;
        let events = facts.history(record).skip_while(|segment| end(segment) <= from).flat_map(RecordedEvent::all);
        Ok(Some(HistoryPage {
            generation: record.generation,
            total: facts.history(record).next_back().map_or(0, end),
            events: events.skip_while(|event| event.sequence < from).take(limit.min(MAX_PAGE)).collect(),
        }))
    }

    fn counts(&self) -> StoreResult<Counts> {
        let facts = lock(&self.0);
        let (mut instances, mut entities) = (BTreeMap::new(), BTreeMap::new());
        for record in facts.instances.values() {
            *instances.entry((record.name.clone(), record.status)).or_default() += 1;
        }
        for record in facts.entities.values() {
            *entities.entry(record.id.name().to_owned()).or_default() += 1;
        }
        Ok(Counts {
            instances: instances.into_iter().map(|((name, status), count)| (name, status, count)).collect(),
            parked: facts.instances.values().filter(|record| record.parked.is_some()).count() as u64,
            entities: entities.into_iter().collect(),
        })
    }

    fn failures(&self, limit: usize) -> StoreResult<Vec<(InstanceRecord, Failure)>> {
        let facts = lock(&self.0);
        let failed = facts.instances.values().rev().filter(|record| record.status == Status::Failed);
        let failures = failed.filter_map(|record| {
            let end = facts.history(record).next_back()?.events.iter().rev().find_map(outcome)?;
            Some((record.clone(), end.1?))
        });
        Ok(failures.take(limit.min(MAX_PAGE)).collect())
    }

    fn entity(&self, id: &EntityId) -> StoreResult<Option<EntityDetails>> {
        let facts = lock(&self.0);
        let target = Target::Entity(id.clone());
        let waits = |row: &&InboxRow| row.due.is_none() && row.message.target() == target;
        let rows: Vec<_> = facts.inbox.values().filter(waits).collect();
        Ok(facts.entities.get(id).cloned().map(|record| EntityDetails {
            record,
            backlog: rows.len() as u64,
            waiting: rows.into_iter().filter_map(|row| wish(&row.message)).collect(),
        }))
    }

    fn entities(
        &self,
        filter: &EntityFilter,
        after: Option<&EntityId>,
        limit: usize,
    ) -> StoreResult<Vec<EntityRecord>> {
        let facts = lock(&self.0);
        let later = facts.entities.values().filter(|record| after.is_none_or(|id| record.id > *id));
        Ok(later.filter(|record| filter.matches(record)).take(limit.min(MAX_PAGE)).cloned().collect())
    }
}

/// Who wants to lock the entity, if that is what the message is.
pub(super) fn wish(message: &Message) -> Option<LockHolder> {
    if let Message::Lock { request, .. } = message { Some(request.holder.clone()) } else { None }
}

/// What the last event of an instance says of its end: what it returned, and why it failed.
pub(super) fn outcome(event: &Event) -> Option<(Option<Payload>, Option<Failure>)> {
    if let Event::ExecutionCompleted { result, failure, .. } = event {
        Some((result.clone(), failure.as_deref().cloned()))
    } else {
        None
    }
}
