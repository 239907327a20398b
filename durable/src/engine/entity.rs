//! One entity: performs operations one at a time, each of which succeeds as a whole or leaves no trace.

use std::{future::Future, pin::Pin};

use crate::{
    activity::States,
    entity::{AnyEntity, Dispatched, EntityContext, Outgoing},
    model::{
        EntityId, Event, Failure, FailureKind, Message, OperationRequest, Parent, ParkReason, Parked, Payload,
        Timestamp, event::Started,
    },
    panic::{self, Catch},
    registry::{EntityHandler, Handlers},
};

use super::turn::derived_id;

/// An entity in memory.
pub(crate) struct Entity {
    id: EntityId,
    /// The state after the last operation that succeeded.
    state: Option<Payload>,
    /// The same as a value; read from `state` when it is needed.
    value: Option<Box<dyn AnyEntity>>,
}

/// What became of an operation.
pub(crate) enum Performed {
    /// It is done.
    Done(OperationOutcome),
    /// It is `async`: the future performs it, and [`Entity::conclude`] takes what the future gives.
    Running(RunningOperation),
}

/// An `async` operation on its way; the value of the entity is inside until it is done.
pub(crate) type RunningOperation = Pin<Box<dyn Future<Output = OperationEnd> + Send>>;

/// What an `async` operation leaves behind.
pub(crate) struct OperationEnd {
    value: Box<dyn AnyEntity>,
    ctx: EntityContext,
    request: OperationRequest,
    reads: bool,
    result: Result<Payload, Failure>,
}

/// What an operation changed.
#[derive(Debug, PartialEq)]
pub(crate) struct OperationOutcome {
    /// What it returned.
    pub(crate) result: Result<Payload, Failure>,
    /// Whether the state is another one now.
    pub(crate) changed: bool,
    /// Messages to others, and the answer to the caller, with the time of their delivery if that is later.
    pub(crate) messages: Vec<(Message, Option<Timestamp>)>,
}

impl Entity {
    /// The entity with its stored state.
    pub(crate) fn new(id: EntityId, state: Option<Payload>) -> Self {
        Self { id, state, value: None }
    }

    /// The state after the last operation that succeeded.
    pub(crate) fn state(&self) -> Option<&Payload> {
        self.state.as_ref()
    }

    /// Performs an operation, or begins to if it is `async`. Nobody waits for the result of a `signal`; `new_ids` is what ids that it generates are made of.
    ///
    /// # Errors
    ///
    /// No code for the entity is registered, or its state can't be read by it. The operation was not performed.
    pub(crate) fn perform(
        &mut self,
        request: OperationRequest,
        signal: bool,
        new_ids: &str,
        handlers: &Handlers,
        states: &States,
    ) -> Result<Performed, Parked> {
        let Some(handler) = handlers.entity(self.id.name()) else {
            let name = self.id.name();
            let message =
                format!("no entity `{name}` is registered; add it to `registry![..]`, and its operations go on");
            return Err(Parked { reason: ParkReason::NotRegistered, message });
        };
        let ctx = EntityContext::new(
            self.id.clone(),
            &request.operation,
            self.state.is_some(),
            signal,
            new_ids,
            states.clone(),
        );
        let Some(operation) = handler.operation(&request.operation) else {
            return Ok(Performed::Done(self.unlisted(&handler, ctx, &request)));
        };
        let mut value = match self.value.take() {
            Some(value) => value,
            None => (handler.load)(self.state.as_ref()).map_err(|error| self.unreadable(&error))?,
        };
        let dispatched = panic::catch(|| match value.dispatch(&ctx, &request.operation, &request.input) {
            Dispatched::Done(result) => Some(result),
            // Nothing of it has run; it begins anew where its future may own the value.
            Dispatched::Running(_) => None,
            Dispatched::Unknown => Some(Err(no_such_operation(&handler, &self.id, &request))),
        });
        let result = match dispatched {
            Ok(None) => {
                let reads = operation.reads;
                return Ok(Performed::Running(Box::pin(run(value, ctx, request, reads))));
            }
            Ok(Some(result)) => result,
            Err(failure) => Err(failure),
        };
        let end = OperationEnd { value, ctx, request, reads: operation.reads, result };
        Ok(Performed::Done(self.conclude(end)))
    }

    /// Takes over what an operation left behind: its state and messages if it succeeded, nothing otherwise.
    pub(crate) fn conclude(&mut self, end: OperationEnd) -> OperationOutcome {
        let OperationEnd { value, ctx, request, reads, result } = end;
        let encoded = result.and_then(|result| {
            let state = if reads { None } else { Some(panic::catch(|| value.encode()).and_then(encoded)?) };
            Ok((result, state))
        });
        let (result, state) = match encoded {
            Ok(done) => done,
            // Rolled back: the value is read again from the last state, and nothing that was sent leaves.
            Err(failure) => return answer(&request, Err(failure), false, Vec::new()),
        };
        let new_ids = ctx.new_ids().to_owned();
        let Outgoing { messages, starts, delete } = ctx.into_outgoing();
        let mut outgoing = messages;
        outgoing.extend(starts.into_iter().enumerate().map(|(n, (to, request, at))| {
            let started = Started {
                name: request.name,
                version: request.version,
                input: request.input,
                execution_id: derived_id(&new_ids, &format!("execution {n}")),
                parent: Some(Parent { instance_id: self.id.to_string(), task_id: None, generation: 0, key: None }),
                tags: request.tags,
                scheduled_at: at,
                carried: Vec::new(),
            };
            let event = Event::ExecutionStarted(Box::new(started));
            (Message::event(to, event), None)
        }));
        let before = self.state.take();
        if delete {
            self.state = None;
        } else {
            self.state = state.or_else(|| before.clone());
            self.value = Some(value);
        }
        answer(&request, Ok(result), self.state != before, outgoing)
    }

    /// An operation that the code does not have: `delete` works for all entities.
    fn unlisted(
        &mut self,
        handler: &EntityHandler,
        ctx: EntityContext,
        request: &OperationRequest,
    ) -> OperationOutcome {
        drop(ctx);
        if request.operation == "delete" {
            self.value = None;
            let existed = self.state.take().is_some();
            return answer(request, Ok(Payload::null()), existed, Vec::new());
        }
        answer(request, Err(no_such_operation(handler, &self.id, request)), false, Vec::new())
    }

    fn unreadable(&self, error: &serde_json::Error) -> Parked {
        let message = format!(
            "the state of `{}` can't be read by the code of today: {error}; deploy code that reads it (serde defaults \
             help), and its operations go on",
            self.id
        );
        Parked { reason: ParkReason::Unreadable, message }
    }
}

/// Performs an `async` operation.
async fn run(
    mut value: Box<dyn AnyEntity>,
    ctx: EntityContext,
    request: OperationRequest,
    reads: bool,
) -> OperationEnd {
    let result = match panic::catch(|| value.dispatch(&ctx, &request.operation, &request.input)) {
        Ok(Dispatched::Running(future)) => Catch::new(future).await.and_then(|result| result),
        Ok(Dispatched::Done(result)) => result,
        Ok(Dispatched::Unknown) => Err(Failure::new(FailureKind::NotRegistered, "the operation has disappeared")),
        Err(failure) => Err(failure),
    };
    OperationEnd { value, ctx, request, reads, result }
}

fn encoded(state: serde_json::Result<Payload>) -> Result<Payload, Failure> {
    state.map_err(|error| Failure::new(FailureKind::InvalidPayload, format!("the state can't be serialized: {error}")))
}

fn no_such_operation(handler: &EntityHandler, id: &EntityId, request: &OperationRequest) -> Failure {
    let known: Vec<_> = handler.operations.iter().map(|operation| operation.name).collect();
    let message = format!(
        "the entity `{}` has no operation `{}`; it has: {}, delete",
        id.name(),
        request.operation,
        known.join(", ")
    );
    Failure { retryable: false, ..Failure::new(FailureKind::NotRegistered, message) }
}

/// The outcome, with the answer to the caller before the other messages.
fn answer(
    request: &OperationRequest,
    result: Result<Payload, Failure>,
    changed: bool,
    outgoing: Vec<(Message, Option<Timestamp>)>,
) -> OperationOutcome {
    let mut messages = Vec::with_capacity(outgoing.len() + 1);
    if let Some(caller) = &request.caller {
        let id = caller.id;
        let event = match result.clone() {
            Ok(result) => Event::EntityOperationCompleted { id, result },
            Err(failure) => Event::EntityOperationFailed { id, failure: Box::new(failure) },
        };
        messages.push((Message::answer(caller, event), None));
    }
    messages.extend(outgoing);
    OperationOutcome { result, changed, messages }
}
