//! One round: what it is to store, and what it is to do once that is stored.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};
use tokio_util::sync::CancellationToken;

use super::{
    Partition,
    instances::{Freshness, Slip},
};
use crate::{
    client::{Changed, Ending, Reply},
    engine::OperationEnd,
    model::{
        Batch, EntityId, Error, InstanceId, InstanceKey, InstanceRecord, Message, Payload, Result, RewindPlan, Target,
        Timestamp,
    },
    runtime::activities::{Finished, Work},
    store::{StoreError, StoreResult},
};

/// Who has something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ready {
    Instance(InstanceKey),
    Entity(EntityId),
}

/// An answer that leaves when the round is stored.
#[derive(Debug)]
pub(super) enum Ack {
    Done(Reply<()>),
    Started(Reply<InstanceId>, InstanceId),
    Counted(Reply<u64>, u64),
    Result(Reply<Payload>, Result<Payload>),
    Planned(Reply<RewindPlan>, Box<RewindPlan>),
}

#[derive(Default)]
pub(super) struct Round {
    /// The time of all turns of this round.
    pub(super) now: Timestamp,
    /// Counts rounds.
    pub(super) number: u64,
    pub(super) batch: Batch,
    pub(super) ready: VecDeque<Ready>,
    /// Who has something to do when this round is stored: the next generations.
    pub(super) next: Vec<Ready>,
    /// Records that are not in memory and newer than in the store: instances parked or scheduled in this round.
    pub(super) outside: FxHashMap<InstanceId, InstanceRecord>,
    pub(super) touched: Vec<InstanceKey>,
    pub(super) touched_entities: Vec<EntityId>,
    pub(super) acks: Vec<Ack>,
    pub(super) endings: Vec<(InstanceKey, InstanceId, Ending)>,
    pub(super) work: Vec<Work>,
    pub(super) canceled: Vec<CancellationToken>,
    /// What changes, if anybody listens.
    pub(super) changes: Vec<Changed>,
    /// Whether something that was due in the store was taken out.
    pub(super) took_stored: bool,
    /// What finished while the round could not be stored.
    pub(super) late: Vec<Finished>,
    pub(super) late_operations: Vec<(EntityId, Box<OperationEnd>)>,
}

impl Round {
    pub(super) fn begin(&mut self, now: Timestamp) {
        self.now = now.max(self.now);
        self.number += 1;
    }

    /// Answers all who wait with that error; the round itself may still be stored.
    pub(super) fn refuse(&mut self, error: &StoreError) {
        for ack in self.acks.drain(..) {
            ack.refuse(&error.to_error());
        }
    }
}

impl Ack {
    fn send(self) {
        // Whoever has stopped waiting does not get the answer.
        match self {
            Self::Done(reply) => drop(reply.send(Ok(()))),
            Self::Started(reply, id) => drop(reply.send(Ok(id))),
            Self::Counted(reply, count) => drop(reply.send(Ok(count))),
            Self::Result(reply, result) => drop(reply.send(result)),
            Self::Planned(reply, plan) => drop(reply.send(Ok(*plan))),
        }
    }

    fn refuse(self, error: &Error) {
        let error = Error::from_failure(error.failure().clone());
        match self {
            Self::Done(reply) => drop(reply.send(Err(error))),
            Self::Started(reply, _) => drop(reply.send(Err(error))),
            Self::Counted(reply, _) => drop(reply.send(Err(error))),
            Self::Result(reply, _) => drop(reply.send(Err(error))),
            Self::Planned(reply, _) => drop(reply.send(Err(error))),
        }
    }
}

impl Partition {
    /// Stores all that the round changed; then lets its effects leave.
    pub(super) fn finish_round(&mut self) -> StoreResult<()> {
        self.settle_instances();
        self.settle_entities();
        self.evict();
        self.jobs.begin_some(&mut self.round);
        if !self.round.batch.is_empty() {
            self.commit()?;
            self.round.batch.clear();
        }
        self.round.outside.clear();
        self.release();
        if std::mem::take(&mut self.round.took_stored) {
            self.next_stored = self.store.next_due()?;
        }
        for finished in std::mem::take(&mut self.round.late) {
            self.mailbox.finished(finished);
        }
        for (id, end) in std::mem::take(&mut self.round.late_operations) {
            self.mailbox.operation_ended(id, *end);
        }
        Ok(())
    }

    /// Puts the records of the instances of this round, and the mail that they have not used up, into the batch.
    fn settle_instances(&mut self) {
        for key in std::mem::take(&mut self.round.touched) {
            let Some(resident) = self.instances.get_mut(&key) else { continue };
            let record = &resident.instance.record;
            match std::mem::replace(&mut resident.freshness, Freshness::Stored) {
                Freshness::New => self.round.batch.created.push(record.clone()),
                Freshness::Changed => self.round.batch.updated.push(record.clone()),
                Freshness::Stored => {}
            }
            if record.status.is_terminal() {
                self.by_id.remove(&record.id);
                self.instances.remove(&key);
                continue;
            }
            if !resident.queue.is_empty() {
                self.keep_queue(key);
            }
            self.eviction.used(key, self.round.number, self.instances.len());
        }
        let next = std::mem::take(&mut self.round.next);
        self.round.ready.extend(next);
    }

    /// Keeps in the inbox what waits for an instance and is not kept yet.
    pub(super) fn keep_queue(&mut self, key: InstanceKey) {
        let Some(resident) = self.instances.get_mut(&key) else { return };
        let InstanceRecord { id, .. } = &resident.instance.record;
        let (next_message, batch) = (&mut self.next_message, &mut self.round.batch);
        let mut kept = false;
        for (event, slip) in resident.queue.iter_mut().filter(|(_, slip)| slip.row.is_none()) {
            let Slip { generation, key, .. } = *slip;
            let message = Message::Event { to: id.clone(), generation, key, event: event.clone() };
            slip.row = Some(*next_message);
            batch.accepted.push(crate::model::InboxRow { number: *next_message, due: None, message });
            *next_message += 1;
            kept = true;
        }
        if kept {
            self.receivers.insert(Target::Instance(id.clone()));
        }
    }

    /// Notes that an instance has changed, if anybody listens.
    pub(super) fn note_change(&mut self, record: &InstanceRecord) {
        if self.mailbox.feed.is_listened_to() {
            let InstanceRecord { id, name, status, generation, parked, .. } = record.clone();
            self.round.changes.push(Changed::Instance { id, name, status, generation, parked: parked.is_some() });
        }
    }

    /// Notes that an instance is removed, if anybody listens.
    pub(super) fn note_purge(&mut self, id: &InstanceId) {
        if self.mailbox.feed.is_listened_to() {
            self.round.changes.push(Changed::Purged { id: id.clone() });
        }
    }

    /// Tells of all that was stored; of several changes of one thing, of the last.
    fn publish_changes(&mut self) {
        let mut changes = std::mem::take(&mut self.round.changes);
        if changes.is_empty() {
            return;
        }
        let mut seen = FxHashSet::default();
        changes.reverse();
        changes.retain(|change| match change {
            Changed::Instance { id, .. } | Changed::Purged { id } => seen.insert(Target::Instance(id.clone())),
            Changed::Entity { id } => seen.insert(Target::Entity(id.clone())),
            Changed::Missed => true,
        });
        changes.reverse();
        self.mailbox.feed.publish(changes);
    }

    /// Lets out what waited for the round to be stored.
    fn release(&mut self) {
        for ack in self.round.acks.drain(..) {
            ack.send();
        }
        for (key, id, ending) in self.round.endings.drain(..) {
            for waiter in self.waiters.remove(&key).into_iter().flatten() {
                drop(waiter.send(Ok(ending.clone())));
            }
            self.endings.insert(id, ending);
        }
        self.publish_changes();
        for token in self.round.canceled.drain(..) {
            token.cancel();
        }
        if !self.round.work.is_empty() {
            self.workers.begin(std::mem::take(&mut self.round.work));
        }
    }
}
