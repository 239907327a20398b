//! Entities in memory: one operation at a time each, in the order of arrival.

use std::collections::VecDeque;

use super::{
    Partition,
    round::{Ack, Ready},
};
use crate::{
    client::Reply,
    engine::{Entity, OperationEnd, OperationOutcome, Performed},
    model::{EntityId, EntityRecord, Error, FailureKind, Message, OperationRequest, Parked, Payload, Target},
    runtime::activities::Work,
    store::StoreResult,
};

/// How many entities may stay in memory when they have nothing to do.
const IDLE_IN_MEMORY: usize = 50_000;

/// An entity in memory, with the operations that wait for it.
pub(super) struct ResidentEntity {
    entity: Entity,
    queue: VecDeque<Waiting>,
    /// The `async` operation that is being performed.
    current: Option<Waiting>,
    /// Whether it is among those who have something to do.
    ready: bool,
    /// Whether its state is not stored yet.
    changed: bool,
    used: u64,
}

/// An operation that waits to be performed.
struct Waiting {
    request: OperationRequest,
    /// Its number in the inbox of the store.
    row: Option<i64>,
    /// The client that waits for the result.
    reply: Option<Reply<Payload>>,
}

impl Waiting {
    /// Whether nobody waits for the result.
    fn is_signal(&self) -> bool {
        self.request.caller.is_none() && self.reply.is_none()
    }
}

impl ResidentEntity {
    pub(super) fn is_busy(&self) -> bool {
        self.current.is_some()
    }
}

impl Partition {
    pub(super) fn deliver_operation(
        &mut self,
        to: &EntityId,
        request: OperationRequest,
        row: Option<i64>,
        reply: Option<Reply<Payload>>,
    ) -> StoreResult<()> {
        self.load_entity(to)?;
        let Some(resident) = self.entities.get_mut(to) else { return Ok(()) };
        resident.queue.push_back(Waiting { request, row, reply });
        self.rouse(to);
        Ok(())
    }

    /// Brings an entity into memory, with the operations that the store has kept for it.
    pub(super) fn load_entity(&mut self, id: &EntityId) -> StoreResult<()> {
        if self.entities.contains_key(id) {
            return Ok(());
        }
        let state = self.store.entity(id)?.and_then(|record| record.state);
        let mut resident = ResidentEntity {
            entity: Entity::new(id.clone(), state),
            queue: VecDeque::new(),
            current: None,
            ready: false,
            changed: false,
            used: 0,
        };
        let target = Target::Entity(id.clone());
        if self.receivers.remove(&target) {
            for row in self.store.inbox(&target)? {
                self.receivers.insert(target.clone());
                if let Message::Operation { request, .. } = row.message {
                    resident.queue.push_back(Waiting { request, row: Some(row.number), reply: None });
                }
            }
        }
        self.entities.insert(id.clone(), resident);
        self.rouse(id);
        Ok(())
    }

    /// Puts an entity among those who have something to do.
    fn rouse(&mut self, id: &EntityId) {
        self.touch(id);
        let Some(resident) = self.entities.get_mut(id) else { return };
        if !resident.queue.is_empty() && !std::mem::replace(&mut resident.ready, true) {
            self.round.ready.push_back(Ready::Entity(id.clone()));
        }
    }

    /// Performs the waiting operations of an entity, until one of them takes its time.
    pub(super) fn perform_operations(&mut self, id: &EntityId) -> StoreResult<()> {
        if let Some(resident) = self.entities.get_mut(id) {
            resident.ready = false;
        }
        self.touch(id);
        loop {
            let Some(resident) = self.entities.get_mut(id) else { return Ok(()) };
            if resident.current.is_some() {
                return Ok(());
            }
            let Some(waiting) = resident.queue.pop_front() else { return Ok(()) };
            self.new_id_count += 1;
            let new_ids = format!("{}-{:x}", self.new_ids, self.new_id_count);
            let request = waiting.request.clone();
            let signal = waiting.is_signal();
            self.watchdog.begin(Target::Entity(id.clone()));
            match resident.entity.perform(request, signal, &new_ids, &self.handlers, &self.states) {
                Ok(Performed::Done(outcome)) => self.operation_done(id, waiting, outcome)?,
                Ok(Performed::Running(operation)) => {
                    resident.current = Some(waiting);
                    self.round.work.push(Work::Operation(id.clone(), operation));
                }
                Err(parked) => {
                    self.operation_stuck(id, waiting, &parked);
                    return Ok(());
                }
            }
        }
    }

    /// Notes that an entity takes part in this round, so that what changes of it is stored with it.
    fn touch(&mut self, id: &EntityId) {
        let Some(resident) = self.entities.get_mut(id) else { return };
        if resident.used != self.round.number {
            resident.used = self.round.number;
            self.round.touched_entities.push(id.clone());
        }
    }

    /// Takes over what an `async` operation left behind, and goes on with the next ones.
    pub(super) fn operation_ended(&mut self, id: &EntityId, end: OperationEnd) -> StoreResult<()> {
        let Some(resident) = self.entities.get_mut(id) else { return Ok(()) };
        let Some(waiting) = resident.current.take() else { return Ok(()) };
        let outcome = resident.entity.conclude(end);
        self.operation_done(id, waiting, outcome)?;
        self.rouse(id);
        Ok(())
    }

    fn operation_done(&mut self, id: &EntityId, waiting: Waiting, outcome: OperationOutcome) -> StoreResult<()> {
        let OperationOutcome { result, changed, messages } = outcome;
        if let Err(failure) = &result {
            let operation = &*waiting.request.operation;
            if waiting.is_signal() {
                // Nobody else gets to know of it.
                tracing::warn!(entity = %id, operation, %failure, "signaled operation failed");
            } else {
                tracing::debug!(entity = %id, operation, %failure, "called operation failed");
            }
        }
        self.round.batch.consumed.extend(waiting.row);
        if let Some(reply) = waiting.reply {
            self.round.acks.push(Ack::Result(reply, result.map_err(Error::from_failure)));
        }
        if let Some(resident) = self.entities.get_mut(id) {
            resident.changed |= changed;
        }
        for (message, due) in messages {
            self.deliver_at(message, due)?;
        }
        Ok(())
    }

    /// Lets an entity wait for fitting code: its operations are kept, clients that wait for a result are told.
    fn operation_stuck(&mut self, id: &EntityId, waiting: Waiting, parked: &Parked) {
        tracing::warn!(entity = %id, operation = %waiting.request.operation, why = %parked, "entity parked");
        let Some(resident) = self.entities.get_mut(id) else { return };
        resident.queue.push_front(waiting);
        let (told, kept): (VecDeque<_>, _) = resident.queue.drain(..).partition(|waiting| waiting.reply.is_some());
        resident.queue = kept;
        for Waiting { row, reply, .. } in told {
            // The client has its answer, so the operation must not be performed later.
            self.round.batch.consumed.extend(row);
            let error = Error::of_kind(FailureKind::NotRegistered, parked);
            self.round.acks.extend(reply.map(|reply| Ack::Result(reply, Err(error))));
        }
    }

    /// Puts changed states, and the operations that were not performed, into the batch.
    pub(super) fn settle_entities(&mut self) {
        for id in std::mem::take(&mut self.round.touched_entities) {
            let Some(resident) = self.entities.get_mut(&id) else { continue };
            if std::mem::take(&mut resident.changed) {
                let state = resident.entity.state().cloned();
                self.round.batch.entities.push(EntityRecord { id: id.clone(), state, updated: self.round.now });
            }
            let (next_message, batch) = (&mut self.next_message, &mut self.round.batch);
            let mut kept = false;
            for waiting in
                resident.current.iter_mut().chain(&mut resident.queue).filter(|waiting| waiting.row.is_none())
            {
                let message = Message::Operation { to: id.clone(), request: waiting.request.clone() };
                waiting.row = Some(*next_message);
                batch.accepted.push(crate::model::InboxRow { number: *next_message, due: None, message });
                *next_message += 1;
                kept = true;
            }
            if kept {
                self.receivers.insert(Target::Entity(id.clone()));
            }
            let idle = resident.current.is_none() && resident.queue.is_empty();
            if idle && (resident.entity.state().is_none() || self.entities.len() > IDLE_IN_MEMORY) {
                self.entities.remove(&id);
            }
        }
    }
}
