//! The end of critical sections: entities that were held are free again, in the commit that ends the section.

use super::{Partition, entities::Ticket};
use crate::{
    engine::{Released, after_release},
    model::{EntityId, Event, InstanceId, LockHolder, LockRequest, LockSet, Message},
    store::{StoreResult, Which},
};

/// How many locked entities are read from the store at once.
const AT_ONCE: usize = 1_000;

impl Partition {
    /// Lets an entity go, and those that follow in the set; one for which the section still waits forgets it.
    ///
    /// This is never put off: a wish that waits behind other things must not be granted after its end.
    pub(super) fn release_locks(&mut self, to: EntityId, request: LockRequest) -> StoreResult<()> {
        failpoint!("sections.end");
        let mut next = Some((to, request));
        while let Some((to, request)) = next.take() {
            self.load_entity(&to)?;
            let Some(resident) = self.entities.get_mut(&to) else { return Ok(()) };
            match resident.queue.release(&request.holder) {
                Released::Free => {
                    if let Some(Message::Unlock { to, request }) = after_release(&to, request) {
                        next = Some((to, request));
                    }
                }
                // Those that follow have not been asked yet.
                Released::Withdrawn(Ticket { row, .. }) => self.round.batch.consumed.extend(row),
                Released::Unknown => {}
            }
            self.rouse(&to);
        }
        Ok(())
    }

    /// Takes back locks that were granted to who has ended: that is so only if its history could not be read, and so
    /// nobody knew what it had asked for.
    pub(super) fn refuse_grant(&mut self, to: &InstanceId, event: &Event) -> StoreResult<()> {
        let Event::EntityLockGranted { .. } = event else { return Ok(()) };
        self.release_all_of(to)
    }

    /// Takes back all locks of an instance that has ended, whatever its history says.
    pub(super) fn release_all_of(&mut self, instance_id: &InstanceId) -> StoreResult<()> {
        for (id, holder) in self.locked()? {
            if holder.instance_id == *instance_id && !self.is_alive(&holder)? {
                self.release_one(id, holder)?;
            }
        }
        Ok(())
    }

    /// Takes back all locks whose holders have ended, and says how many there were.
    pub(super) fn release_orphans(&mut self) -> StoreResult<u64> {
        let mut count = 0;
        for (id, holder) in self.locked()? {
            if !self.is_alive(&holder)? {
                tracing::warn!(entity = %id, %holder, "orphaned lock released");
                self.release_one(id, holder)?;
                count += 1;
            }
        }
        Ok(count)
    }

    fn release_one(&mut self, id: EntityId, holder: LockHolder) -> StoreResult<()> {
        let Some(set) = LockSet::new([id.clone()]) else { return Ok(()) };
        self.release_locks(id, LockRequest { holder, set })
    }

    /// All entities that are held, with who holds them: what is in memory is newer than what is stored.
    fn locked(&mut self) -> StoreResult<Vec<(EntityId, LockHolder)>> {
        let mut locked = Vec::new();
        let mut after = None;
        loop {
            let page = self.store.locked(after.as_ref(), AT_ONCE)?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            locked.extend(page.into_iter().filter(|(id, _)| !self.entities.contains_key(id)));
        }
        let in_memory = self.entities.iter();
        locked.extend(in_memory.filter_map(|(id, resident)| Some((id.clone(), resident.queue.locked_by()?.clone()))));
        locked.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        Ok(locked)
    }

    /// Whether the execution that holds a lock has not ended.
    fn is_alive(&mut self, holder: &LockHolder) -> StoreResult<bool> {
        let LockHolder { key, generation, .. } = *holder;
        if let Some(resident) = self.instances.get(&key) {
            let record = &resident.instance.record;
            return Ok(!record.status.is_terminal() && record.generation == generation);
        }
        if self.round.outside.values().any(|record| record.key == key) {
            return Ok(true);
        }
        let stored = self.store.instance(Which::Key(key))?;
        Ok(stored.is_some_and(|record| !record.status.is_terminal() && record.generation == generation))
    }
}
