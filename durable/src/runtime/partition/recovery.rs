//! After a start: takes up what the last owner left unfinished, a little in each round, so that new work is not kept waiting.

use super::Partition;
use crate::{
    model::{InstanceKey, Target},
    store::StoreResult,
};

/// How many instances one round takes up.
const AT_ONCE: usize = 256;

/// How far recovery has come.
pub(super) struct Recovery {
    after: InstanceKey,
    receivers: Vec<Target>,
}

impl Recovery {
    pub(super) fn new(receivers: Vec<Target>) -> Self {
        Self { after: InstanceKey(i64::MIN), receivers }
    }
}

impl Partition {
    pub(super) fn recover(&mut self) -> StoreResult<()> {
        let Some(mut recovery) = self.recovery.take() else { return Ok(()) };
        let records = self.store.unfinished(recovery.after, AT_ONCE)?;
        let more = records.len() == AT_ONCE;
        for record in records {
            recovery.after = record.key;
            if !self.instances.contains_key(&record.key) {
                self.load(record)?;
            }
        }
        if more {
            self.recovery = Some(recovery);
            return Ok(());
        }
        for target in std::mem::take(&mut recovery.receivers) {
            match target {
                Target::Instance(id) => drop(self.find(&id)?),
                Target::Entity(id) => self.load_entity(&id)?,
            }
        }
        Ok(())
    }
}
