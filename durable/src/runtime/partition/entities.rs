//! Entities in memory: one operation at a time each, in the order of arrival.

use rustc_hash::FxHashSet;

use super::{Partition, release::Ack, round::Ready};
use crate::{
    client::{Changed, Reply},
    engine::{Entity, EntityQueue, OperationEnd, OperationOutcome, Performed, Waiting, after_lock},
    model::{
        EntityId, EntityRecord, Error, FailureKind, InboxRow, LockHolder, LockRequest, Message, OperationRequest,
        ParkReason, Parked, Payload, Target, Timestamp,
    },
    runtime::activities::Work,
    store::{StoreError, StoreResult},
};

/// How many entities may stay in memory when they have nothing to do.
const IDLE_IN_MEMORY: usize = 50_000;

/// An entity in memory, with what waits for it.
pub(super) struct ResidentEntity {
    entity: Entity,
    pub(super) queue: EntityQueue<Ticket>,
    /// The `async` operation that is being performed.
    current: Option<(OperationRequest, Ticket)>,
    /// Why what waits is not performed.
    parked: Option<Parked>,
    /// Whether what is stored of it can't be read: then it is left as it is.
    unreadable: bool,
    /// Whether it is among those who have something to do.
    ready: bool,
    /// Whether its state, or why it is parked, is not stored yet.
    changed: bool,
    updated: Timestamp,
    /// Who holds it as far as the store knows.
    stored_lock: Option<LockHolder>,
    used: u64,
}

/// What is noted beside something that waits for an entity.
#[derive(Debug, Default)]
pub(super) struct Ticket {
    /// Its number in the inbox of the store.
    pub(super) row: Option<i64>,
    /// The client that waits for the result.
    pub(super) reply: Option<Reply<Payload>>,
}

impl ResidentEntity {
    fn new(id: &EntityId, stored: Option<EntityRecord>) -> Self {
        let EntityRecord { id, state, updated, locked_by, parked } =
            stored.unwrap_or_else(|| EntityRecord::new(id.clone()));
        Self {
            entity: Entity::new(id, state),
            queue: EntityQueue::new(locked_by.clone()),
            current: None,
            parked,
            unreadable: false,
            ready: false,
            changed: false,
            updated,
            stored_lock: locked_by,
            used: 0,
        }
    }

    /// An entity of which the store can't tell anything.
    fn unreadable(id: &EntityId, message: String) -> Self {
        let parked = Some(Parked { reason: ParkReason::Unreadable, message });
        Self { parked, unreadable: true, ..Self::new(id, None) }
    }

    pub(super) fn is_busy(&self) -> bool {
        self.current.is_some()
    }

    fn is_idle(&self) -> bool {
        self.current.is_none() && self.queue.is_empty()
    }

    /// What the store is to keep of it, if that has changed.
    fn take_changes(&mut self, id: &EntityId, now: Timestamp) -> Option<EntityRecord> {
        if self.unreadable {
            return None;
        }
        if self.is_idle() && self.parked.take().is_some() {
            self.changed = true;
        }
        let locked = self.queue.locked_by() != self.stored_lock.as_ref();
        if !std::mem::take(&mut self.changed) && !locked {
            return None;
        }
        let state = self.entity.state().cloned();
        if state.is_none() {
            self.updated = now;
        }
        self.stored_lock = self.queue.locked_by().cloned();
        let (locked_by, parked) = (self.stored_lock.clone(), self.parked.clone());
        Some(EntityRecord { id: id.clone(), state, updated: self.updated, locked_by, parked })
    }
}

impl Partition {
    pub(super) fn deliver_operation(
        &mut self,
        to: &EntityId,
        request: OperationRequest,
        ticket: Ticket,
    ) -> StoreResult<()> {
        self.add_to_entity(to, Waiting::Operation(request, ticket))
    }

    pub(super) fn deliver_lock(&mut self, to: &EntityId, request: LockRequest, row: Option<i64>) -> StoreResult<()> {
        self.add_to_entity(to, Waiting::Lock(request, Ticket { row, reply: None }))
    }

    fn add_to_entity(&mut self, to: &EntityId, arrived: Waiting<Ticket>) -> StoreResult<()> {
        self.load_entity(to)?;
        let Some(resident) = self.entities.get_mut(to) else { return Ok(()) };
        resident.queue.push(arrived);
        self.rouse(to);
        Ok(())
    }

    /// Brings an entity into memory, with what the store has kept for it.
    pub(super) fn load_entity(&mut self, id: &EntityId) -> StoreResult<()> {
        if self.entities.contains_key(id) {
            return Ok(());
        }
        let mut resident = match self.store.entity(id) {
            Ok(stored) => ResidentEntity::new(id, stored),
            Err(StoreError::Corrupt { what, .. }) => {
                tracing::error!(entity = %id, what, "entity parked: what is stored of it can't be read");
                ResidentEntity::unreadable(id, what)
            }
            Err(error) => return Err(error),
        };
        let target = Target::Entity(id.clone());
        if self.receivers.remove(&target) {
            for row in self.store.inbox(&target)? {
                self.receivers.insert(target.clone());
                #[cfg(feature = "testing")]
                let reply = self.waiting_for_row(row.number);
                #[cfg(not(feature = "testing"))]
                let reply = None;
                let ticket = Ticket { row: Some(row.number), reply };
                match row.message {
                    Message::Operation { request, .. } => resident.queue.push(Waiting::Operation(request, ticket)),
                    Message::Lock { request, .. } => resident.queue.push(Waiting::Lock(request, ticket)),
                    // The end of a section is never kept, and events are for instances.
                    Message::Unlock { .. } | Message::Event { .. } => self.round.batch.consumed.push(row.number),
                }
            }
        }
        self.entities.insert(id.clone(), resident);
        self.rouse(id);
        Ok(())
    }

    /// Puts an entity among those who have something to do, if it has.
    pub(super) fn rouse(&mut self, id: &EntityId) {
        self.touch(id);
        let Some(resident) = self.entities.get_mut(id) else { return };
        if resident.queue.has_next() && !std::mem::replace(&mut resident.ready, true) {
            self.round.ready.push_back(Ready::Entity(id.clone()));
        }
    }

    /// Takes what waits for an entity, until an operation takes its time or a critical section holds the entity.
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
            if resident.unreadable {
                self.tell_clients(id);
                return Ok(());
            }
            match resident.queue.next() {
                None => return Ok(()),
                Some(Waiting::Lock(request, ticket)) => {
                    self.round.batch.consumed.extend(ticket.row);
                    self.deliver(after_lock(id, request), None)?;
                }
                Some(Waiting::Operation(request, ticket)) => {
                    if !self.perform(id, request, ticket)? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Performs an operation, or begins to if it is `async`; `false` if the code of today can't, or it is too late for that.
    fn perform(&mut self, id: &EntityId, request: OperationRequest, ticket: Ticket) -> StoreResult<bool> {
        let Some(resident) = self.entities.get_mut(id) else { return Ok(false) };
        self.new_id_count += 1;
        let new_ids = format!("{}-{:x}", self.new_ids, self.new_id_count);
        let signal = is_signal(&request, &ticket);
        self.watchdog.begin(Target::Entity(id.clone()));
        match resident.entity.perform(request.clone(), signal, &new_ids, &self.handlers, &self.states) {
            Ok(Performed::Done(outcome)) => self.operation_done(id, &request, ticket, outcome)?,
            // Nothing begins any more: it is performed after the next start.
            Ok(Performed::Running(_)) if self.draining.is_some() => {
                resident.queue.put_back(Waiting::Operation(request, ticket));
                return Ok(false);
            }
            Ok(Performed::Running(operation)) => {
                resident.current = Some((request, ticket));
                self.round.work.push(Work::Operation(id.clone(), operation));
            }
            Err(parked) => {
                self.operation_stuck(id, request, ticket, parked);
                return Ok(false);
            }
        }
        Ok(true)
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
        let Some((request, ticket)) = resident.current.take() else { return Ok(()) };
        let outcome = resident.entity.conclude(end);
        self.operation_done(id, &request, ticket, outcome)?;
        self.rouse(id);
        Ok(())
    }

    fn operation_done(
        &mut self,
        id: &EntityId,
        request: &OperationRequest,
        ticket: Ticket,
        outcome: OperationOutcome,
    ) -> StoreResult<()> {
        let OperationOutcome { result, changed, messages } = outcome;
        if let Err(failure) = &result {
            let operation = &*request.operation;
            if is_signal(request, &ticket) {
                // Nobody else gets to know of it.
                tracing::warn!(entity = %id, operation, %failure, "signaled operation failed");
            } else {
                tracing::debug!(entity = %id, operation, %failure, "called operation failed");
            }
        }
        self.round.batch.consumed.extend(ticket.row);
        if let Some(reply) = ticket.reply {
            self.round.release.acks.push(Ack::Result(reply, result.map_err(Error::from_failure), ticket.row));
        }
        if let Some(resident) = self.entities.get_mut(id) {
            if changed {
                resident.updated = self.round.now;
            }
            resident.changed |= changed | resident.parked.take().is_some();
        }
        for (message, due) in messages {
            self.deliver_at(message, due)?;
        }
        Ok(())
    }

    /// Lets an entity wait for fitting code: what waits for it is kept, clients that wait for a result are told.
    fn operation_stuck(&mut self, id: &EntityId, request: OperationRequest, ticket: Ticket, parked: Parked) {
        let Some(resident) = self.entities.get_mut(id) else { return };
        if resident.parked.as_ref() != Some(&parked) {
            tracing::warn!(entity = %id, operation = %request.operation, why = %parked, "entity parked");
            resident.parked = Some(parked);
            resident.changed = true;
        }
        resident.queue.put_back(Waiting::Operation(request, ticket));
        self.tell_clients(id);
    }

    /// Tells clients that wait for a result why there will be none.
    fn tell_clients(&mut self, id: &EntityId) {
        let Some(resident) = self.entities.get_mut(id) else { return };
        let Some(parked) = &resident.parked else { return };
        let kind = if parked.reason == ParkReason::NotRegistered {
            FailureKind::NotRegistered
        } else {
            FailureKind::InvalidState
        };
        for Ticket { row, reply } in resident.queue.take(|ticket| ticket.reply.is_some()) {
            // The client has its answer, so the operation must not be performed later.
            self.round.batch.consumed.extend(row);
            let error = Error::of_kind(kind, parked);
            self.round.release.acks.extend(reply.map(|reply| Ack::Result(reply, Err(error), row)));
        }
    }

    /// Tells clients whose operations came in the round that was not stored: nothing was kept of them.
    pub(super) fn refuse_new_calls(&mut self, error: &StoreError) {
        let new: FxHashSet<_> = self.round.batch.accepted.iter().map(|row| row.number).collect();
        let is_new = |ticket: &Ticket| ticket.row.is_none_or(|row| new.contains(&row));
        for reply in self.take_calls(is_new).into_iter().filter_map(|ticket| ticket.reply) {
            // Whoever has stopped waiting does not get the answer.
            drop(reply.send(Err(error.to_error())));
        }
    }

    /// Leaves those who wait for results of operations to the next life, which has these operations in its store.
    #[cfg(feature = "testing")]
    pub(super) fn leave_calls(&mut self) {
        let waiting = self.take_calls(|_| true);
        let Some((_, harness)) = self.mailbox.harness() else { return };
        let waiting = waiting.into_iter().filter_map(|ticket| Some((ticket.row?, ticket.reply?)));
        // What was performed in the round that was not stored is still in the inbox.
        for (row, reply) in waiting.chain(self.round.release.take_kept()) {
            harness.keep_reply(row, reply);
        }
    }

    /// Takes out what clients wait for.
    fn take_calls(&mut self, wanted: impl Fn(&Ticket) -> bool) -> Vec<Ticket> {
        let wanted = |ticket: &Ticket| ticket.reply.is_some() && wanted(ticket);
        let mut taken = Vec::new();
        for resident in self.entities.values_mut() {
            taken.extend(resident.current.take_if(|(_, ticket)| wanted(ticket)).map(|(_, ticket)| ticket));
            taken.extend(resident.queue.take(wanted));
        }
        taken
    }

    /// Who waits for the result of an operation that the store has kept.
    #[cfg(feature = "testing")]
    fn waiting_for_row(&self, row: i64) -> Option<Reply<Payload>> {
        self.mailbox.harness().and_then(|(_, harness)| harness.take_reply(row))
    }

    /// Puts what has changed of entities, and what still waits for them, into the batch.
    pub(super) fn settle_entities(&mut self) {
        let mut touched = std::mem::take(&mut self.round.touched_entities);
        for id in touched.drain(..) {
            let Some(resident) = self.entities.get_mut(&id) else { continue };
            if let Some(record) = resident.take_changes(&id, self.round.now) {
                if self.round.is_heard {
                    self.round.release.changes.push(Changed::Entity { id: id.clone() });
                }
                self.round.batch.entities.push(record);
            }
            let (next_message, batch) = (&mut self.next_message, &mut self.round.batch);
            let mut kept = false;
            let current = resident.current.iter_mut().map(|(request, ticket)| {
                let message = |to| Message::Operation { to, request: request.clone() };
                (ticket.row.is_none().then(|| message(id.clone())), ticket)
            });
            let waiting = resident.queue.iter_mut().map(|waiting| {
                let message = waiting.slip().row.is_none().then(|| waiting.to_message(&id));
                (message, waiting.slip_mut())
            });
            for (message, ticket) in current.chain(waiting) {
                let Some(message) = message else { continue };
                ticket.row = Some(*next_message);
                batch.accepted.push(InboxRow { number: *next_message, due: None, message });
                *next_message += 1;
                kept = true;
            }
            if kept {
                self.receivers.insert(Target::Entity(id.clone()));
            }
            if resident.is_idle() && (resident.entity.state().is_none() || self.entities.len() > IDLE_IN_MEMORY) {
                self.entities.remove(&id);
            }
        }
        self.round.touched_entities = touched;
    }
}

/// Whether nobody waits for the result.
fn is_signal(request: &OperationRequest, ticket: &Ticket) -> bool {
    request.caller.is_none() && ticket.reply.is_none()
}
