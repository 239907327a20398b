//! What an orchestrator can do.

use std::{fmt, rc::Rc, time::Duration};

use serde::Serialize;
use uuid::Uuid;

use super::{
    OrchestrationCall, Orchestrator,
    call::Callable,
    event::EventWait,
    future::{Block, DurableFuture},
    journal::{Identity, SharedJournal},
    rng::Rng,
    timer::Timer,
};
use crate::{
    entity::OperationCall,
    model::{
        Data, Event, InstanceId, Name, Parent, Payload, StartRequest, Startable, Tags, Timestamp, event::ChildCreated,
    },
};

/// What an orchestrator can do: the first parameter of every function marked `#[orchestrator]`.
///
/// All that it gives is recorded, so that a replay sees the same. It can't be sent to another thread.
pub struct Context {
    journal: SharedJournal,
    identity: Rc<Identity>,
}

impl Context {
    pub(crate) fn new(journal: SharedJournal) -> Self {
        let identity = Rc::clone(journal.borrow().identity());
        Self { journal, identity }
    }

    /// Calls an activity, a sub-orchestration or an operation of an entity, and gives a durable future of its result.
    ///
    /// The work begins when the future is first polled. Dropping it unfinished tells a running activity to stop, and
    /// drops its late result; a sub-orchestration goes on by itself.
    ///
    /// ```
    /// use durable::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[activity]
    /// async fn charge(card: String, cents: u64) -> Result<String> {
    ///     Ok(format!("{cents} from {card}"))
    /// }
    ///
    /// #[orchestrator]
    /// async fn pay(ctx: &Context, card: String) -> Result<String> {
    ///     let retry = Retry::exponential(5, Duration::from_secs(1));
    ///     ctx.call(charge(card, 4_200)).retry(retry).timeout(Duration::from_secs(30)).await
    /// }
    /// ```
    pub fn call<C: Callable>(&self, call: C) -> C::Call {
        call.call(self)
    }

    /// Sends an operation to an entity without waiting for its result: one-way, in order, exactly once.
    ///
    /// # Panics
    ///
    /// The key of the entity is no valid id, or the argument can't be serialized; the orchestration then fails.
    #[track_caller]
    pub fn signal<E, T, X>(&self, operation: OperationCall<E, T, X>) {
        self.send_signal(operation, None);
    }

    /// The same, to be delivered at that time or a little later.
    ///
    /// # Panics
    ///
    /// As [`signal`](Self::signal).
    #[track_caller]
    pub fn signal_at<E, T, X>(&self, operation: OperationCall<E, T, X>, time: Timestamp) {
        self.send_signal(operation, Some(time));
    }

    #[track_caller]
    fn send_signal<E, T, X>(&self, operation: OperationCall<E, T, X>, at: Option<Timestamp>) {
        let (entity, operation, input) = operation.parts().unwrap_or_else(|error| panic!("{error}"));
        let mut journal = self.journal.borrow_mut();
        journal.ask(|id, _| Event::EntityOperationSignaled { id, entity, operation, input, at });
    }

    /// Starts an orchestration without waiting for it, and returns its id.
    ///
    /// If an instance with that id exists, nothing happens: nobody waits for the answer.
    ///
    /// # Panics
    ///
    /// The given id is not valid, or the argument can't be serialized; the orchestration then fails.
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
        let request = orchestration.into_request().unwrap_or_else(|error| panic!("{error}"));
        let mut journal = self.journal.borrow_mut();
        let mut started = None;
        journal.ask(|id, identity| {
            let StartRequest { name, input, instance_id, version, tags } = request;
            let instance_id = instance_id.unwrap_or_else(|| child_id(identity, id));
            started = Some(instance_id.clone());
            Event::SubOrchestrationInstanceCreated(Box::new(ChildCreated {
                id,
                name,
                version,
                instance_id,
                input,
                tags,
                at,
                detached: true,
            }))
        });
        started.expect("`ask` calls its closure once")
    }

    /// Completes after that duration. Durations of any length are fine; the timer outlives the process.
    pub fn timer(&self, duration: Duration) -> Timer {
        self.timer_at(self.now() + duration)
    }

    /// Completes at that time, or in the next turn if it is past.
    pub fn timer_at(&self, time: Timestamp) -> Timer {
        Timer::new(Rc::clone(&self.journal), time)
    }

    /// Waits for an event of that name that a client or another instance raises for this one.
    ///
    /// Events that arrive before anybody waits are kept. One whose payload is no `T` is an error for who waits.
    pub fn event<T: Data>(&self, name: impl Into<Name>) -> EventWait<T> {
        EventWait::new(Rc::clone(&self.journal), name.into())
    }

    /// Raises an event for another instance. If that has ended or does not exist, nothing happens.
    ///
    /// # Panics
    ///
    /// `instance_id` is no valid id, or the payload can't be serialized; the orchestration then fails.
    #[track_caller]
    pub fn send_event<T: Serialize + ?Sized>(&self, instance_id: impl AsRef<str>, name: impl Into<Name>, payload: &T) {
        let instance_id = InstanceId::new(instance_id).unwrap_or_else(|error| panic!("{error}"));
        let input = encode(payload, "the payload of an event");
        let name = name.into();
        self.journal.borrow_mut().ask(|id, _| Event::EventSent { id, instance_id, name, input });
    }

    /// Ends this generation and begins a new one of the same instance with another argument and an empty history.
    ///
    /// The future never completes, so nothing after it runs: write `return ctx.continue_as_new(..).await`. Open
    /// timers and activities are cancelled. Events that were not read are carried over in their order. Each
    /// generation is committed before the next begins.
    ///
    /// ```
    /// use durable::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[orchestrator]
    /// async fn every_hour(ctx: &Context, round: u64) -> Result<()> {
    ///     ctx.timer(Duration::from_secs(3600)).await;
    ///     ctx.continue_as_new(every_hour(round + 1)).await
    /// }
    /// ```
    ///
    /// # Panics
    ///
    /// The argument can't be serialized, or it is another orchestrator; the orchestration then fails.
    #[track_caller]
    pub fn continue_as_new<O: Orchestrator, T>(
        &self,
        next: OrchestrationCall<O>,
    ) -> impl DurableFuture<Output = T> + use<O, T> {
        let request = next.into_request().unwrap_or_else(|error| panic!("{error}"));
        let name = &self.identity.name;
        assert!(request.name == *name, "`{name}` can't continue as `{}`: that is another orchestrator", request.name);
        let journal = Rc::clone(&self.journal);
        Block::new(async move {
            journal.borrow_mut().continue_as_new(request.input, request.version);
            std::future::pending().await
        })
    }

    /// The time of this turn, which is recorded. It stands still between two awaits, and never goes back.
    pub fn now(&self) -> Timestamp {
        self.journal.borrow().now()
    }

    /// A new UUID (version 5) that a replay repeats. It differs from all others, also those of other instances.
    pub fn new_uuid(&self) -> Uuid {
        self.journal.borrow_mut().new_uuid()
    }

    /// A random generator that a replay repeats; each call gives another one.
    pub fn rng(&self) -> Rng {
        Rng::new(self.journal.borrow_mut().new_seed())
    }

    /// A random number from 0.0 up to, not including, 1.0, that a replay repeats.
    pub fn random(&self) -> f64 {
        self.rng().next_f64()
    }

    /// The id of this instance.
    pub fn instance_id(&self) -> &InstanceId {
        &self.identity.instance_id
    }

    /// The name of the orchestrator.
    pub fn name(&self) -> &str {
        &self.identity.name
    }

    /// The version that this instance was started with.
    pub fn version(&self) -> Option<&str> {
        self.identity.version.as_deref()
    }

    /// How many times this instance has continued as new.
    pub fn generation(&self) -> u32 {
        self.identity.generation
    }

    /// Who started this instance, if another orchestration or an entity did.
    pub fn parent(&self) -> Option<&Parent> {
        self.identity.parent.as_ref()
    }

    /// The labels of this instance.
    pub fn tags(&self) -> &Tags {
        &self.identity.tags
    }

    /// Whether the code is only repeating what is in the history. Needed for little: `tracing` is silent then anyway.
    pub fn is_replaying(&self) -> bool {
        self.journal.borrow().is_replaying()
    }

    /// Sets what clients see as the custom status of this instance, from the end of this turn on.
    ///
    /// # Panics
    ///
    /// The value can't be serialized; the orchestration then fails.
    #[track_caller]
    pub fn set_status<T: Serialize + ?Sized>(&self, status: &T) {
        let status = encode(status, "the custom status");
        self.journal.borrow_mut().set_custom_status(status);
    }

    pub(crate) fn journal(&self) -> SharedJournal {
        Rc::clone(&self.journal)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("instance_id", self.instance_id()).field("now", &self.now()).finish()
    }
}

#[track_caller]
fn encode<T: Serialize + ?Sized>(value: &T, what: &str) -> Payload {
    Payload::encode(value).unwrap_or_else(|error| panic!("{what} can't be serialized: {error}"))
}

/// The id of a child that was given none: the parent's and a number; a UUID where that would be too long.
pub(super) fn child_id(identity: &Identity, id: u64) -> InstanceId {
    let parent = &identity.instance_id;
    let readable = match identity.generation {
        0 => format!("{parent}:{id}"),
        generation => format!("{parent}:{generation}.{id}"),
    };
    if readable.len() <= 200
        && let Ok(id) = InstanceId::new(&readable)
    {
        return id;
    }
    let unique = Uuid::new_v5(&identity.execution_id, format!("child {id}").as_bytes());
    InstanceId::new(unique.simple().to_string()).expect("a UUID is a valid id")
}
