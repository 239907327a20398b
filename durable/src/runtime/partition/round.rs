//! One round: what it is to store, and what it is to do once that is stored.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};
use tokio_util::sync::CancellationToken;

use super::{
    Partition, Settings,
    instances::{Freshness, Slip},
    release::{Ack, Release},
};
use crate::{
    client::{Changed, Ending},
    engine::OperationEnd,
    model::{Batch, EntityId, InstanceId, InstanceKey, InstanceRecord, Message, Target, Timestamp},
    runtime::activities::{Finished, Work},
    store::{StoreError, StoreResult},
};

/// How many commands of clients one round takes: what has begun is finished before more is begun.
const COMMANDS: usize = 2_000;

/// Who has something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ready {
    Instance(InstanceKey),
    Entity(EntityId),
}

#[derive(Default)]
pub(super) struct Round {
    /// The time of the turns that are taken now.
    pub(super) now: Timestamp,
    /// Counts rounds.
    pub(super) number: u64,
    /// Whether anybody listened when it began: only then its changes are noted.
    pub(super) is_heard: bool,
    /// How many turns it may still take, and how many commands of clients.
    pub(super) turns_left: usize,
    pub(super) commands_left: usize,
    pub(super) batch: Batch,
    pub(super) ready: VecDeque<Ready>,
    /// Who has something to do when this round is stored: the next generations.
    pub(super) next: Vec<Ready>,
    /// Records that are not in memory and newer than in the store: instances parked or scheduled in this round.
    pub(super) outside: FxHashMap<InstanceId, InstanceRecord>,
    pub(super) touched: Vec<InstanceKey>,
    pub(super) touched_entities: Vec<EntityId>,
    pub(super) endings: Vec<(InstanceKey, InstanceId, Ending)>,
    pub(super) canceled: Vec<CancellationToken>,
    /// What begins when the round is stored.
    pub(super) work: Vec<Work>,
    /// What leaves when the round is on disk.
    pub(super) release: Release,
    /// Whether something that was due in the store was taken out.
    pub(super) took_stored: bool,
    /// What finished while the round could not be stored.
    pub(super) late: Vec<Finished>,
    pub(super) late_operations: Vec<(EntityId, Box<OperationEnd>)>,
}

impl Round {
    pub(super) fn begin(&mut self, now: Timestamp, settings: &Settings, is_heard: bool) {
        self.advance(now);
        self.number += 1;
        self.is_heard = is_heard;
        self.turns_left = settings.turns_per_round;
        self.commands_left = COMMANDS;
    }

    /// More has arrived at that time.
    pub(super) fn advance(&mut self, now: Timestamp) {
        self.now = now.max(self.now);
    }

    /// Whether everything has taken its turn, and more may.
    pub(super) fn has_room(&self) -> bool {
        self.ready.is_empty() && self.turns_left > 0 && self.commands_left > 0
    }

    /// Answers all who wait with that error; the round itself may still be stored.
    pub(super) fn refuse(&mut self, error: &StoreError) {
        self.release.refuse(&error.to_error());
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
            self.disk.begin_commit();
            self.commit()?;
            self.disk.end_commit();
            self.round.batch.clear();
            // Who began to listen meanwhile may have read before the commit.
            if !self.round.is_heard && self.mailbox.feed.is_listened_to() {
                self.round.release.changes.push(Changed::Missed);
            }
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
        let mut touched = std::mem::take(&mut self.round.touched);
        for key in touched.drain(..) {
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
        self.round.touched = touched;
        self.round.ready.extend(self.round.next.drain(..));
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
        if self.round.is_heard {
            let InstanceRecord { id, name, status, generation, parked, .. } = record.clone();
            self.round.release.changes.push(Changed::Instance {
                id,
                name,
                status,
                generation,
                parked: parked.is_some(),
            });
        }
    }

    /// Notes that an instance is removed, if anybody listens.
    pub(super) fn note_purge(&mut self, id: &InstanceId) {
        if self.round.is_heard {
            self.round.release.changes.push(Changed::Purged { id: id.clone() });
        }
    }

    /// Keeps of several changes of one thing the last.
    fn merge_changes(&mut self) {
        let changes = &mut self.round.release.changes;
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
    }

    /// Lets out what waited for the round to be stored, and hands over what waits for the disk.
    fn release(&mut self) {
        for (key, id, ending) in self.round.endings.drain(..) {
            if let Some(waiters) = self.waiters.remove(&key) {
                self.round.release.acks.push(Ack::Ended(waiters, ending.clone()));
            }
            self.endings.insert(id, ending);
        }
        for token in self.round.canceled.drain(..) {
            token.cancel();
        }
        if !self.round.work.is_empty() {
            // The next round will have about as much.
            let next = Vec::with_capacity(self.round.work.len());
            failpoint!("activities.begin");
            self.workers.begin(std::mem::replace(&mut self.round.work, next));
            failpoint!("activities.begun");
        }
        self.merge_changes();
        let next = Release { acks: Vec::with_capacity(self.round.release.acks.len()), ..Release::default() };
        self.disk.release(std::mem::replace(&mut self.round.release, next));
    }
}
