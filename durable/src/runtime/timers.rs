//! Timers of instances that are in memory, in the order in which they are due.

use std::collections::BTreeSet;

use crate::model::{InstanceKey, TaskId, Timestamp};

/// The timers of the instances in memory. Those of sleeping instances are in the store, one wake each.
#[derive(Debug, Default)]
pub(super) struct Timers {
    by_due: BTreeSet<(Timestamp, InstanceKey, TaskId)>,
}

impl Timers {
    pub(super) fn set(&mut self, due: Timestamp, key: InstanceKey, id: TaskId) {
        self.by_due.insert((due, key, id));
    }

    pub(super) fn cancel(&mut self, due: Timestamp, key: InstanceKey, id: TaskId) {
        self.by_due.remove(&(due, key, id));
    }

    /// The earliest due time.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.by_due.first().map(|(due, ..)| *due)
    }

    /// Takes the earliest timer that is due at `now`.
    pub(super) fn pop(&mut self, now: Timestamp) -> Option<(InstanceKey, TaskId)> {
        let first = self.by_due.first().filter(|(due, ..)| *due <= now)?;
        let (_, key, id) = *first;
        self.by_due.pop_first();
        Some((key, id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_fire_in_the_order_of_their_due_times_and_never_early() {
        let at = Timestamp::from_micros;
        let mut timers = Timers::default();
        timers.set(at(30), InstanceKey(1), 0);
        timers.set(at(10), InstanceKey(2), 7);
        timers.set(at(20), InstanceKey(3), 0);
        timers.cancel(at(20), InstanceKey(3), 0);
        assert_eq!(timers.next(), Some(at(10)));
        assert_eq!(timers.pop(at(9)), None);
        assert_eq!(timers.pop(at(10)), Some((InstanceKey(2), 7)));
        assert_eq!(timers.pop(at(29)), None);
        assert_eq!(timers.pop(at(30)), Some((InstanceKey(1), 0)));
        assert_eq!(timers.next(), None);
    }
}
