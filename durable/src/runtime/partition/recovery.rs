//! After a start: takes up what the last owner left unfinished, a little in each round, so that new work is not kept
//! waiting.
//!
//! After a crash, each instance is marked before it is taken up, and the mark is removed in the commit of the round in
//! which it was. So whoever is found marked may be what ended the process. Such suspects are taken up one by one, and
//! one that ends the process again and again is parked. What crashes in the middle of a run is found in the same way:
//! its cause is an activity's result, which has a limit of its own, or a kept message, which is read when the instance
//! is taken up.

use std::collections::VecDeque;

use super::Partition;
use crate::{
    model::{Delivery, InstanceKey, InstanceRecord, ParkReason, Parked, Target, TaskId},
    store::{StoreResult, Which},
};

/// How many instances one round takes up.
const AT_ONCE: usize = 64;
/// What stands for the taking up itself among the activities that have begun: the largest number that stores can keep.
const TAKING_UP: TaskId = i64::MAX as u64;

/// How far recovery has come.
pub(super) struct Recovery {
    after: InstanceKey,
    more: bool,
    /// Marked in the last round, to be taken up in this one.
    marked: Vec<InstanceKey>,
    /// To be taken up one by one, with how often that was tried.
    suspects: VecDeque<(InstanceKey, u32)>,
    receivers: Vec<Target>,
}

impl Recovery {
    pub(super) fn new(receivers: Vec<Target>) -> Self {
        Self { after: InstanceKey(i64::MIN), more: true, marked: Vec::new(), suspects: VecDeque::new(), receivers }
    }
}

impl Partition {
    pub(super) fn recover(&mut self) -> StoreResult<()> {
        let Some(mut recovery) = self.recovery.take() else { return Ok(()) };
        for key in std::mem::take(&mut recovery.marked) {
            // Something may have arrived for it since it was marked, so that it has gone on, or even ended.
            if let Some(record) = self.unfinished(key)? {
                failpoint!("recovery.load");
                self.load(record)?;
            }
        }
        if recovery.more {
            self.next_page(&mut recovery)?;
        } else if let Some((key, count)) = recovery.suspects.pop_front() {
            if let Some(record) = self.unfinished(key)? {
                failpoint!("recovery.suspect");
                self.take_up_suspect(&mut recovery, record, count);
            }
        } else {
            for target in std::mem::take(&mut recovery.receivers) {
                match target {
                    Target::Instance(id) => drop(self.find(&id)?),
                    Target::Entity(id) => self.load_entity(&id)?,
                }
            }
            failpoint!("recovery.end");
            return Ok(());
        }
        self.recovery = Some(recovery);
        Ok(())
    }

    /// The instance, if it is still to be taken up: not in memory, and not ended.
    fn unfinished(&mut self, key: InstanceKey) -> StoreResult<Option<InstanceRecord>> {
        if self.instances.contains_key(&key) {
            return Ok(None);
        }
        Ok(self.store.instance(Which::Key(key))?.filter(|record| !record.status.is_terminal()))
    }

    /// Takes up the next instances, or marks them if the last owner crashed.
    fn next_page(&mut self, recovery: &mut Recovery) -> StoreResult<()> {
        failpoint!("recovery.page");
        let records = self.store.unfinished(recovery.after, AT_ONCE)?;
        recovery.more = records.len() == AT_ONCE;
        for record in records {
            recovery.after = record.key;
            if !self.crashed {
                if is_poisoned(&record) {
                    // After an orderly end it gets another chance.
                    self.round.batch.delivered.push((record.key, TAKING_UP));
                }
                if !self.instances.contains_key(&record.key) {
                    self.load(record)?;
                }
                continue;
            }
            let begun = self.store.deliveries(record.key)?;
            if let Some(begun) = begun.iter().find(|begun| begun.id == TAKING_UP) {
                recovery.suspects.push_back((record.key, begun.count));
            } else {
                self.mark(&record, 1);
                recovery.marked.push(record.key);
            }
        }
        Ok(())
    }

    /// Marks a suspect, to be taken up alone in the next round; or parks it.
    fn take_up_suspect(&mut self, recovery: &mut Recovery, mut record: InstanceRecord, count: u32) {
        if count <= self.settings.max_restarts {
            self.mark(&record, count.saturating_add(1));
            recovery.marked.push(record.key);
            return;
        }
        if is_poisoned(&record) {
            return;
        }
        let message = format!(
            "the process died {count} times when `{}` was taken up: its code ends the process; mend the code, and it \
             is tried again after an orderly restart; or terminate it",
            record.id
        );
        tracing::error!(instance = %record.id, orchestrator = %record.name, count, "instance parked as poisoned");
        record.parked = Some(Parked { reason: ParkReason::Poisoned, message });
        self.round.batch.updated.push(record);
    }

    /// Removes the mark of an instance that is brought into memory, by recovery or because something has arrived for it.
    pub(super) fn unmark(&mut self, key: InstanceKey) {
        if self.crashed {
            self.round.batch.delivered.push((key, TAKING_UP));
        }
    }

    fn mark(&mut self, record: &InstanceRecord, count: u32) {
        let InstanceRecord { key, generation, .. } = *record;
        self.round.batch.deliveries.push(Delivery { key, generation, id: TAKING_UP, count });
    }
}

fn is_poisoned(record: &InstanceRecord) -> bool {
    record.parked.as_ref().is_some_and(|parked| parked.reason == ParkReason::Poisoned)
}
