//! How instances ended lately: who asks right after need not wait for the store.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::{client::Ending, model::InstanceId};

/// How many endings are kept, and how many bytes of results at most.
const KEPT: usize = 10_000;
const KEPT_BYTES: usize = 16 * 1024 * 1024;

/// The latest endings.
#[derive(Debug, Default)]
pub(super) struct Endings {
    by_id: FxHashMap<InstanceId, Ending>,
    order: VecDeque<(InstanceId, usize)>,
    bytes: usize,
}

impl Endings {
    pub(super) fn insert(&mut self, id: InstanceId, ending: Ending) {
        let bytes = ending.bytes();
        if bytes > KEPT_BYTES / 100 {
            return;
        }
        self.bytes += bytes;
        self.order.push_back((id.clone(), bytes));
        self.by_id.insert(id, ending);
        while self.order.len() > KEPT || self.bytes > KEPT_BYTES {
            let Some((id, bytes)) = self.order.pop_front() else { return };
            self.bytes -= bytes;
            self.by_id.remove(&id);
        }
    }

    pub(super) fn get(&self, id: &InstanceId) -> Option<&Ending> {
        self.by_id.get(id)
    }

    /// Forgets an instance that was purged, or whose id is used again.
    pub(super) fn remove(&mut self, id: &InstanceId) {
        self.by_id.remove(id);
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Payload, Status};

    fn ending(bytes: usize) -> Ending {
        let result = Payload::encode(&"x".repeat(bytes)).unwrap();
        Ending::Now { status: Status::Completed, result: Some(result), failure: None }
    }

    #[test]
    fn the_oldest_are_forgotten_when_there_are_too_many_or_too_large_ones() {
        let id = |n: usize| InstanceId::new(format!("i{n}")).unwrap();
        let mut endings = Endings::default();
        (0..=KEPT).for_each(|n| endings.insert(id(n), ending(1)));
        assert!(endings.get(&id(0)).is_none() && endings.get(&id(1)).is_some());
        (0..200).for_each(|n| endings.insert(id(100_000 + n), ending(150_000)));
        assert!(endings.bytes <= KEPT_BYTES && endings.get(&id(100_199)).is_some());
        endings.insert(id(7), ending(KEPT_BYTES));
        assert!(endings.get(&id(7)).is_none(), "one that is very large is left to the store");
    }
}
