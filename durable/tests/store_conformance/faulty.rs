//! A store with one fault.

use std::sync::Arc;

use durable::{
    EntityId, Failure, InstanceId, Timestamp,
    model::{Batch, Delivery, EntityRecord, InboxRow, InstanceKey, InstanceRecord, LockHolder, Segment, Target, Wake},
    store::{
        Catalog, Counts, EntityDetails, EntityFilter, HistoryPage, InstanceDetails, InstanceFilter, Opened, Page,
        Store, StoreError, StoreResult, Which, memory::MemoryStore,
    },
};

/// What a store does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    ForgetsTags,
    GivesKeysAnew,
    ForgetsTheLastSegment,
    ForgetsLargePayloads,
    TellsHistoryBackwards,
    AppliesHalfABatch,
    ReplacesMessagesOfTheSameNumber,
    TellsMessagesBackwards,
    WakesTooEarly,
    PanicsWhenAskedForWhatIsDue,
    NeverRemovesEntities,
    ForgetsLocksOfEntitiesWithoutState,
    IgnoresTheEpoch,
    AlwaysSaysThatItWasClosed,
    LosesTheLastCommitInACrash,
    ListsTheOldestFirst,
    IgnoresTheFilter,
    SkipsTheFirstOfAPage,
    CountsOneTooMany,
    TellsTheOldestFailureFirst,
}

impl Fault {
    /// All faults, each with the group and the name of a rule that it breaks.
    pub(crate) const ALL: [(Self, &str, &str); 20] = [
        (Self::ForgetsTags, "instances", "a_record_keeps_all_its_fields"),
        (Self::GivesKeysAnew, "instances", "an_id_can_be_used_again_after_a_purge_but_a_key_cannot"),
        (Self::ForgetsTheLastSegment, "history", "every_event_survives"),
        (Self::ForgetsLargePayloads, "history", "large_payloads_survive"),
        (Self::TellsHistoryBackwards, "history", "history_comes_in_its_order_whatever_was_between"),
        (Self::AppliesHalfABatch, "batches", "a_batch_with_a_second_segment_in_a_place_leaves_nothing"),
        (Self::ReplacesMessagesOfTheSameNumber, "batches", "a_batch_with_a_second_message_of_a_number_leaves_nothing"),
        (Self::TellsMessagesBackwards, "inbox", "messages_are_kept_in_order_until_they_are_consumed"),
        (Self::WakesTooEarly, "inbox", "wakes_come_in_the_order_of_their_time"),
        (Self::PanicsWhenAskedForWhatIsDue, "inbox", "messages_with_a_due_time_are_found_by_it"),
        (Self::NeverRemovesEntities, "entities", "entities_are_written_and_removed"),
        (
            Self::ForgetsLocksOfEntitiesWithoutState,
            "locks",
            "an_entity_without_a_state_is_kept_while_it_is_locked_or_parked",
        ),
        (Self::IgnoresTheEpoch, "ownership", "an_owner_that_was_replaced_can_commit_nothing"),
        (Self::AlwaysSaysThatItWasClosed, "ownership", "what_was_committed_survives_a_crash"),
        (Self::LosesTheLastCommitInACrash, "ownership", "what_was_committed_survives_a_crash"),
        (Self::ListsTheOldestFirst, "catalog", "lists_have_the_newest_first_or_the_oldest_and_pages"),
        (Self::IgnoresTheFilter, "catalog", "every_filter_agrees_with_its_definition"),
        (Self::SkipsTheFirstOfAPage, "catalog", "pages_of_a_history_put_together_are_the_history"),
        (Self::CountsOneTooMany, "catalog", "counts_are_those_of_the_lists"),
        (Self::TellsTheOldestFailureFirst, "catalog", "failures_come_with_their_reasons_the_newest_first"),
    ];
}

/// Does all that a [`MemoryStore`] does, but for one fault.
pub(crate) struct FaultyStore {
    facts: MemoryStore,
    fault: Fault,
}

impl FaultyStore {
    pub(crate) fn new(facts: MemoryStore, fault: Fault) -> Self {
        Self { facts, fault }
    }

    fn commit_to_whoever_owns_it(&self, batch: &Batch) -> StoreResult<()> {
        let mut facts = self.facts.clone();
        facts.open()?;
        facts.commit(batch)
    }
}

impl Store for FaultyStore {
    fn open(&mut self) -> StoreResult<Opened> {
        let opened = self.facts.open()?;
        Ok(match self.fault {
            Fault::AlwaysSaysThatItWasClosed => Opened { closed_cleanly: true, ..opened },
            Fault::GivesKeysAnew => {
                let page = Page { after: None, limit: 1, oldest_first: false };
                let last = self.facts.catalog().instances(&InstanceFilter::default(), &page)?;
                Opened { next_key: InstanceKey(last.first().map_or(1, |record| record.key.0 + 1)), ..opened }
            }
            Fault::LosesTheLastCommitInACrash if opened.next_key > InstanceKey(1) && !opened.closed_cleanly => {
                let last = InstanceKey(opened.next_key.0 - 1);
                self.facts.commit(&Batch { purged: vec![last], ..Batch::default() })?;
                opened
            }
            _ => opened,
        })
    }

    fn commit(&mut self, batch: &Batch) -> StoreResult<()> {
        let mut batch = batch.clone();
        match self.fault {
            Fault::ForgetsTheLastSegment => drop(batch.segments.pop()),
            Fault::ForgetsLargePayloads => {
                let events = batch.segments.iter_mut().flat_map(|segment| &mut segment.events);
                let large = events.filter_map(durable::model::Event::payload_mut).filter(|payload| payload.len() > 999);
                large.for_each(|payload| *payload = durable::Payload::null());
            }
            Fault::NeverRemovesEntities => batch.entities.retain(|entity| entity.state.is_some()),
            Fault::ForgetsLocksOfEntitiesWithoutState => {
                batch.entities.iter_mut().filter(|it| it.state.is_none()).for_each(|it| it.locked_by = None);
            }
            Fault::ReplacesMessagesOfTheSameNumber => {
                let numbers = batch.accepted.iter().map(|row| row.number).collect();
                self.facts.commit(&Batch { consumed: numbers, ..Batch::default() })?;
            }
            _ => {}
        }
        match (self.facts.commit(&batch), self.fault) {
            (Err(StoreError::Conflict { .. }), Fault::AppliesHalfABatch) => {
                let half = Batch { entities: batch.entities, slept: batch.slept, ..Batch::default() };
                self.facts.commit(&half)?;
                Err(StoreError::Conflict { place: "half".into(), what: "the rest".into() })
            }
            (Err(StoreError::Fenced { .. }), Fault::IgnoresTheEpoch) => self.commit_to_whoever_owns_it(&batch),
            (committed, _) => committed,
        }
    }

    fn instance(&mut self, which: Which<'_>) -> StoreResult<Option<InstanceRecord>> {
        let mut record = self.facts.instance(which)?;
        if let Some(record) = &mut record
            && self.fault == Fault::ForgetsTags
        {
            record.tags.clear();
        }
        Ok(record)
    }

    fn history(&mut self, key: InstanceKey) -> StoreResult<Vec<Segment>> {
        let mut history = self.facts.history(key)?;
        if self.fault == Fault::TellsHistoryBackwards {
            history.reverse();
        }
        Ok(history)
    }

    fn inbox(&mut self, target: &Target) -> StoreResult<Vec<InboxRow>> {
        let mut rows = self.facts.inbox(target)?;
        if self.fault == Fault::TellsMessagesBackwards {
            rows.reverse();
        }
        Ok(rows)
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
        let until = if self.fault == Fault::WakesTooEarly { Timestamp::MAX } else { until };
        self.facts.wakes(until, limit)
    }

    fn due(&mut self, until: Timestamp, limit: usize) -> StoreResult<Vec<InboxRow>> {
        assert!(self.fault != Fault::PanicsWhenAskedForWhatIsDue, "not yet implemented");
        self.facts.due(until, limit)
    }

    fn next_due(&mut self) -> StoreResult<Option<Timestamp>> {
        self.facts.next_due()
    }

    fn close(&mut self) -> StoreResult<()> {
        self.facts.close()
    }

    fn catalog(&self) -> Arc<dyn Catalog> {
        Arc::new(FaultyCatalog { facts: self.facts.catalog(), fault: self.fault })
    }
}

struct FaultyCatalog {
    facts: Arc<dyn Catalog>,
    fault: Fault,
}

impl Catalog for FaultyCatalog {
    fn instance(&self, id: &InstanceId) -> StoreResult<Option<InstanceDetails>> {
        self.facts.instance(id)
    }

    fn instances(&self, filter: &InstanceFilter, page: &Page) -> StoreResult<Vec<InstanceRecord>> {
        match self.fault {
            Fault::ListsTheOldestFirst => self.facts.instances(filter, &Page { oldest_first: true, ..*page }),
            Fault::IgnoresTheFilter => self.facts.instances(&InstanceFilter::default(), page),
            _ => self.facts.instances(filter, page),
        }
    }

    fn history(&self, id: &InstanceId) -> StoreResult<Option<Vec<Segment>>> {
        self.facts.history(id)
    }

    fn history_page(&self, id: &InstanceId, from: u64, limit: usize) -> StoreResult<Option<HistoryPage>> {
        let from = if self.fault == Fault::SkipsTheFirstOfAPage { from + 1 } else { from };
        self.facts.history_page(id, from, limit)
    }

    fn counts(&self) -> StoreResult<Counts> {
        let mut counts = self.facts.counts()?;
        if self.fault == Fault::CountsOneTooMany {
            counts.parked += 1;
        }
        Ok(counts)
    }

    fn failures(&self, limit: usize) -> StoreResult<Vec<(InstanceRecord, Failure)>> {
        let mut failures = self.facts.failures(limit)?;
        if self.fault == Fault::TellsTheOldestFailureFirst {
            failures.reverse();
        }
        Ok(failures)
    }

    fn entity(&self, id: &EntityId) -> StoreResult<Option<EntityDetails>> {
        self.facts.entity(id)
    }

    fn entities(
        &self,
        filter: &EntityFilter,
        after: Option<&EntityId>,
        limit: usize,
    ) -> StoreResult<Vec<EntityRecord>> {
        self.facts.entities(filter, after, limit)
    }
}
