//! What an operation of an entity can do besides changing its state.

use std::{
    future::Pending,
    sync::{Mutex, PoisonError},
};

use super::OperationCall;
use crate::{
    activity::{CallableFromOperation, Described, State, States, never},
    model::{EntityId, InstanceId, Message, OperationRequest, StartRequest, Startable, Timestamp},
};

/// What an operation asked for; thrown away when it fails.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    /// Messages, in the order in which they were sent.
    pub(crate) messages: Vec<(Message, Option<Timestamp>)>,
    /// Orchestrations to start, with their ids and the time if that is later.
    pub(crate) starts: Vec<(InstanceId, StartRequest, Option<Timestamp>)>,
    /// Whether the entity is to be removed.
    pub(crate) delete: bool,
}

/// What an operation of an entity can do besides changing its state; take `ctx: &EntityContext` as a parameter.
///
/// Messages and starts leave together with the new state, and only if the operation succeeds.
/// An entity can't call and wait: two entities could wait for each other for ever. It can signal.
#[derive(Debug)]
pub struct EntityContext {
    id: EntityId,
    operation: String,
    exists: bool,
    signal: bool,
    new_ids: Box<str>,
    states: States,
    outgoing: Mutex<Outgoing>,
}

impl EntityContext {
    pub(crate) fn new(
        id: EntityId,
        operation: &str,
        exists: bool,
        signal: bool,
        new_ids: &str,
        states: States,
    ) -> Self {
        let outgoing = Mutex::new(Outgoing::default());
        Self { id, operation: operation.to_owned(), exists, signal, new_ids: new_ids.into(), states, outgoing }
    }

    /// Refused: an operation does not wait for others.
    #[doc(hidden)]
    pub fn call<C: Described + CallableFromOperation>(&self, _: C) -> Pending<C::Outcome> {
        never::<C>()
    }

    /// The id of the entity.
    pub fn id(&self) -> &EntityId {
        &self.id
    }

    /// The key of the entity.
    pub fn key(&self) -> &str {
        self.id.key()
    }

    /// The name of the operation.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Whether the entity had a state before this operation.
    pub fn has_state(&self) -> bool {
        self.exists
    }

    /// Whether nobody waits for the result of the operation.
    pub fn is_signal(&self) -> bool {
        self.signal
    }

    /// Sends an operation to an entity, which may be this one. One-way, in order, exactly once.
    ///
    /// # Panics
    ///
    /// The key of the entity is no valid id, or the argument can't be serialized; the operation then fails.
    #[track_caller]
    pub fn signal<E, T, X>(&self, operation: OperationCall<E, T, X>) {
        self.send(operation, None);
    }

    /// The same, to be delivered at that time or a little later. It survives the deletion of this entity.
    ///
    /// # Panics
    ///
    /// As [`signal`](Self::signal).
    #[track_caller]
    pub fn signal_at<E, T, X>(&self, operation: OperationCall<E, T, X>, time: Timestamp) {
        self.send(operation, Some(time));
    }

    #[track_caller]
    fn send<E, T, X>(&self, operation: OperationCall<E, T, X>, time: Option<Timestamp>) {
        let (to, operation, input) = operation.parts().unwrap_or_else(|error| panic!("{error}"));
        let message = Message::Operation { to, request: OperationRequest::signal(operation, input) };
        self.with(|outgoing| outgoing.messages.push((message, time)));
    }

    /// Starts an orchestration without waiting for it, and returns its id.
    ///
    /// # Panics
    ///
    /// The given id is not valid, or the argument can't be serialized; the operation then fails.
    #[track_caller]
    pub fn start(&self, orchestration: impl Startable) -> InstanceId {
        self.start_child(orchestration, None)
    }

    /// The same, to begin at that time or a little later; until then the new instance is pending.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start).
    #[track_caller]
    pub fn start_at(&self, orchestration: impl Startable, time: Timestamp) -> InstanceId {
        self.start_child(orchestration, Some(time))
    }

    #[track_caller]
    fn start_child(&self, orchestration: impl Startable, at: Option<Timestamp>) -> InstanceId {
        let mut request = orchestration.into_request().unwrap_or_else(|error| panic!("{error}"));
        self.with(|outgoing| {
            let id = request.instance_id.take().unwrap_or_else(|| {
                let generated = format!("{}-{}", self.new_ids, outgoing.starts.len());
                InstanceId::new(generated).expect("a UUID and a number are a valid id")
            });
            outgoing.starts.push((id.clone(), request, at));
            id
        })
    }

    /// Removes the entity when this operation succeeds. The next operation begins with the default state.
    pub fn delete(&self) {
        self.with(|outgoing| outgoing.delete = true);
    }

    /// The application state of type `T`.
    ///
    /// # Panics
    ///
    /// It was not provided. Take it as a parameter `State<T>` instead: then its absence is found at start.
    pub fn state<T: Send + Sync + 'static>(&self) -> State<T> {
        self.states.expect()
    }

    /// What the ids that the operation generates are made of.
    pub(crate) fn new_ids(&self) -> &str {
        &self.new_ids
    }

    pub(crate) fn into_outgoing(self) -> Outgoing {
        self.outgoing.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, change: impl FnOnce(&mut Outgoing) -> T) -> T {
        change(&mut self.outgoing.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
