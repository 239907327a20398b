//! Which instances leave memory when there are too many: the ones that were not used for longest.

use std::collections::VecDeque;

use super::{Partition, instances::Resident};
use crate::{
    engine::Open,
    model::{InstanceKey, Wake},
};

/// The instances in memory in the order of their last use, with entries that later ones have made void.
#[derive(Debug, Default)]
pub(super) struct Eviction {
    by_use: VecDeque<(InstanceKey, u64)>,
}

impl Eviction {
    /// Notes that an instance was used in that round.
    pub(super) fn used(&mut self, key: InstanceKey, round: u64, in_memory: usize) {
        self.by_use.push_back((key, round));
        // Void entries are dropped from the front before they outnumber the others.
        if self.by_use.len() > 4 * in_memory + 1_024 {
            let drop_up_to = self.by_use.len() / 2;
            self.by_use.drain(..drop_up_to);
        }
    }
}

impl Partition {
    /// Takes the longest unused instances out of memory, down to the allowed number.
    ///
    /// One that waits for no activity falls asleep: the store notes when to wake it, and recovery passes it over.
    pub(super) fn evict(&mut self) {
        let mut tries = self.eviction.by_use.len();
        while self.instances.len() > self.settings.max_instances_in_memory && tries > 0 {
            tries -= 1;
            let Some((key, round)) = self.eviction.by_use.pop_front() else { return };
            let Some(resident) = self.instances.get(&key) else { continue };
            if resident.used != round {
                continue;
            }
            if resident.used == self.round.number || !resident.queue.is_empty() || !resident.instance.has_begun() {
                self.eviction.by_use.push_back((key, round));
                continue;
            }
            self.evict_one(key);
        }
    }

    fn evict_one(&mut self, key: InstanceKey) {
        let Some(Resident { instance, .. }) = self.instances.remove(&key) else { return };
        self.by_id.remove(&instance.record.id);
        if instance.awaits_activity() {
            // It stays awake in the store; its timers stay here and bring it back.
            return;
        }
        for (id, open) in instance.open() {
            if let Open::Timer(due) = open {
                self.timers.cancel(*due, key, *id);
            }
        }
        if let Some(due) = instance.earliest_timer() {
            self.round.batch.slept.push(Wake { due, key });
            self.next_stored = Some(self.next_stored.map_or(due, |next| next.min(due)));
        }
        let mut record = instance.record.clone();
        record.awake = false;
        self.round.batch.updated.push(record);
        failpoint!("instance.evicted");
    }
}
