//! `ctx.call(..)`: activities, sub-orchestrations and entity operations, with their options.

use std::{fmt, future::IntoFuture, marker::PhantomData, rc::Rc, time::Duration};

use super::{
    Context, OrchestrationCall, Orchestrator,
    context::child_id,
    future::{Block, LocalBoxDurable, Task},
    journal::{Answer, Identity, SharedJournal},
    select::{Either, race},
    timer::Timer,
};
use crate::{
    activity::{Activity, ActivityCall},
    entity::OperationCall,
    model::{
        ApplicationError, Data, Event, Failure, FailureKind, InstanceId, Name, Payload, Retry, StartRequest, Startable,
        TaskId, event::ChildCreated,
    },
};

/// What `ctx.call(..)` takes: a described activity, orchestration or entity operation.
#[diagnostic::on_unimplemented(
    message = "`ctx.call` can't take `{Self}`",
    label = "not the call of an activity, orchestrator or operation",
    note = "a function that does I/O is marked `#[activity]`; one that only computes is called without `ctx.call`"
)]
pub trait Callable {
    /// The call with its options, which is awaited.
    type Call: IntoFuture;

    /// Prepares the call.
    fn call(self, ctx: &Context) -> Self::Call;
}

/// What is decided about trying a call again.
struct Retrying<Seen> {
    policy: Option<Retry>,
    filter: Option<Filter<Seen>>,
}

/// Which failures are worth another attempt.
type Filter<Seen> = Box<dyn Fn(&Seen) -> bool>;

impl<Seen> Retrying<Seen> {
    const fn never() -> Self {
        Self { policy: None, filter: None }
    }

    /// Tries until it succeeds or the policy gives up; `attempt` gets the number of the attempt, from 1.
    async fn run<T, E>(
        self,
        journal: SharedJournal,
        mut attempt: impl AsyncFnMut(u32) -> Result<T, Failure>,
    ) -> Result<T, Seen>
    where
        E: ApplicationError<Seen = Seen>,
    {
        let began = journal.borrow().now();
        let mut failed = 0;
        loop {
            let failure = match attempt(failed + 1).await {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            failed += 1;
            let retryable = failure.retryable;
            let seen = E::seen(failure);
            let elapsed = journal.borrow().now() - began;
            let delay = self.policy.as_ref().and_then(|policy| policy.delay_after(failed, elapsed));
            let Some(delay) = delay.filter(|_| retryable && self.filter.as_ref().is_none_or(|wanted| wanted(&seen)))
            else {
                return Err(seen);
            };
            let due = journal.borrow().now() + delay;
            Timer::new(Rc::clone(&journal), due).await;
        }
    }
}

/// Reads the value of an answer; one that does not fit is a failure that says so.
fn decode<T: Data>(what: &str, name: &str, answer: Answer) -> Result<T, Failure> {
    let payload = answer?;
    T::from_payload(&payload).map_err(|error| {
        let message = format!("the {what} `{name}` returned {payload}, which is not what its caller expects: {error}");
        Failure::new(FailureKind::InvalidPayload, message)
    })
}

fn encode<T: Data>(what: &str, name: &str, input: &T) -> Result<Payload, Failure> {
    input.to_payload().map_err(|error| {
        let message = format!("the argument of the {what} `{name}` can't be serialized: {error}");
        Failure::new(FailureKind::InvalidPayload, message)
    })
}

/// A call of an activity; made by [`Context::call`].
#[must_use = "an activity is scheduled when the call is awaited"]
pub struct CallActivity<A: Activity> {
    journal: SharedJournal,
    input: A::Input,
    retrying: Retrying<<A::Error as ApplicationError>::Seen>,
    timeout: Option<Duration>,
}

#[diagnostic::do_not_recommend]
impl<A: Activity> Callable for ActivityCall<A> {
    type Call = CallActivity<A>;

    fn call(self, ctx: &Context) -> CallActivity<A> {
        CallActivity { journal: ctx.journal(), input: self.input, retrying: Retrying::never(), timeout: None }
    }
}

impl<A: Activity> CallActivity<A> {
    /// Tries again after failures, unless they are marked as not retryable.
    pub fn retry(mut self, policy: Retry) -> Self {
        self.retrying.policy = Some(policy);
        self
    }

    /// Tries again only after failures that `filter` accepts; part of the orchestrator, and so deterministic.
    pub fn retry_if(mut self, filter: impl Fn(&<A::Error as ApplicationError>::Seen) -> bool + 'static) -> Self {
        self.retrying.filter = Some(Box::new(filter));
        self
    }

    /// How long one attempt may run: then it is stopped, and fails with the kind [`FailureKind::TimedOut`].
    pub fn timeout(mut self, duration: Duration) -> Self {
        self.timeout = Some(duration);
        self
    }
}

impl<A: Activity> IntoFuture for CallActivity<A> {
    type Output = Result<A::Output, <A::Error as ApplicationError>::Seen>;
    type IntoFuture = LocalBoxDurable<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { journal, input, retrying, timeout } = self;
        let input = encode("activity", A::NAME, &input);
        Box::pin(Block::new(async move {
            let input = input.map_err(A::Error::seen)?;
            let calls = Rc::clone(&journal);
            let mut first = None;
            retrying
                .run::<_, A::Error>(journal, async |attempt| {
                    let (input, retry_of) = (input.clone(), first);
                    let ask = |id| Event::TaskScheduled {
                        id,
                        name: Name::Borrowed(A::NAME),
                        input,
                        attempt,
                        retry_of,
                        timeout,
                    };
                    let (id, answer) = Task::new(Rc::clone(&calls), ask).await;
                    first.get_or_insert(id);
                    decode("activity", A::NAME, answer)
                })
                .await
        }))
    }
}

/// A call of a sub-orchestration; made by [`Context::call`].
#[must_use = "a sub-orchestration is started when the call is awaited"]
pub struct CallOrchestration<O: Orchestrator> {
    journal: SharedJournal,
    identity: Rc<Identity>,
    description: OrchestrationCall<O>,
    retrying: Retrying<<O::Error as ApplicationError>::Seen>,
    timeout: Option<Duration>,
}

#[diagnostic::do_not_recommend]
impl<O: Orchestrator> Callable for OrchestrationCall<O> {
    type Call = CallOrchestration<O>;

    fn call(self, ctx: &Context) -> CallOrchestration<O> {
        let journal = ctx.journal();
        let identity = Rc::clone(journal.borrow().identity());
        CallOrchestration { journal, identity, description: self, retrying: Retrying::never(), timeout: None }
    }
}

impl<O: Orchestrator> CallOrchestration<O> {
    /// The id of the child; `parent:n` if none is given. Retries of a given id append `~2`, `~3` and so on.
    ///
    /// If an earlier instance with the id of the parent, which was purged or replaced, has left an instance under
    /// `parent:n` that has ended, that makes room. Any other instance with the id makes the call fail.
    pub fn instance_id(mut self, id: impl AsRef<str>) -> Self {
        self.description = self.description.instance_id(id);
        self
    }

    /// The version of the child.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.description = self.description.version(version);
        self
    }

    /// Adds a label to the child.
    pub fn tag(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.description = self.description.tag(name, value);
        self
    }

    /// Tries again after failures, each time with a new child.
    pub fn retry(mut self, policy: Retry) -> Self {
        self.retrying.policy = Some(policy);
        self
    }

    /// Tries again only after failures that `filter` accepts; part of the orchestrator, and so deterministic.
    pub fn retry_if(mut self, filter: impl Fn(&<O::Error as ApplicationError>::Seen) -> bool + 'static) -> Self {
        self.retrying.filter = Some(Box::new(filter));
        self
    }

    /// How long to wait for one attempt: then it fails with the kind [`FailureKind::TimedOut`]. The child goes on.
    pub fn timeout(mut self, duration: Duration) -> Self {
        self.timeout = Some(duration);
        self
    }
}

impl<O: Orchestrator> IntoFuture for CallOrchestration<O> {
    type Output = Result<O::Output, <O::Error as ApplicationError>::Seen>;
    type IntoFuture = LocalBoxDurable<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { journal, identity, description, retrying, timeout } = self;
        let request = description.into_request().map_err(ApplicationError::into_failure);
        Box::pin(Block::new(async move {
            let request = request.map_err(O::Error::seen)?;
            let calls = Rc::clone(&journal);
            retrying
                .run::<_, O::Error>(journal, async |attempt| {
                    let StartRequest { name, input, instance_id, version, tags } = request.clone();
                    let instance_id = instance_id.map(|id| numbered(id, attempt)).transpose()?;
                    let identity = Rc::clone(&identity);
                    let ask = move |id| {
                        let instance_id = instance_id.unwrap_or_else(|| child_id(&identity, id));
                        let child =
                            ChildCreated { id, name, version, instance_id, input, tags, at: None, detached: false };
                        Event::SubOrchestrationInstanceCreated(Box::new(child))
                    };
                    let task = Task::new(Rc::clone(&calls), ask);
                    let task = task.outside_sections("sub-orchestration", Name::Borrowed(O::NAME));
                    let answer = within(&calls, timeout, "sub-orchestration", O::NAME, task).await;
                    decode("sub-orchestration", O::NAME, answer)
                })
                .await
        }))
    }
}

/// The id for a later attempt with a given id.
fn numbered(id: InstanceId, attempt: u32) -> Result<InstanceId, Failure> {
    if attempt == 1 {
        return Ok(id);
    }
    InstanceId::new(format!("{id}~{attempt}"))
        .map_err(|error| Failure::new(FailureKind::InvalidArgument, error.to_string()))
}

/// A call of an operation of an entity; made by [`Context::call`].
#[must_use = "an operation is called when the call is awaited"]
pub struct CallOperation<E, T, X> {
    journal: SharedJournal,
    description: OperationCall<E, T, X>,
    /// The critical section inside which it is called.
    section: Option<TaskId>,
    timeout: Option<Duration>,
    kind: PhantomData<fn() -> (T, X)>,
}

#[diagnostic::do_not_recommend]
impl<E: 'static, T: Data, X: ApplicationError> Callable for OperationCall<E, T, X> {
    type Call = CallOperation<E, T, X>;

    fn call(self, ctx: &Context) -> CallOperation<E, T, X> {
        CallOperation::new(ctx.journal(), self, None)
    }
}

impl<E, T, X> CallOperation<E, T, X> {
    fn new(journal: SharedJournal, description: OperationCall<E, T, X>, section: Option<TaskId>) -> Self {
        Self { journal, description, section, timeout: None, kind: PhantomData }
    }

    /// A call of a locked entity.
    pub(super) fn inside(journal: SharedJournal, description: OperationCall<E, T, X>, section: TaskId) -> Self {
        Self::new(journal, description, Some(section))
    }

    /// How long to wait: then it fails with the kind [`FailureKind::TimedOut`]. The operation may still be performed.
    pub fn timeout(mut self, duration: Duration) -> Self {
        self.timeout = Some(duration);
        self
    }
}

impl<E: 'static, T: Data, X: ApplicationError> IntoFuture for CallOperation<E, T, X> {
    type Output = Result<T, X::Seen>;
    type IntoFuture = LocalBoxDurable<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { journal, description, section, timeout, .. } = self;
        let parts = description.parts().map_err(ApplicationError::into_failure);
        Box::pin(Block::new(async move {
            let (entity, operation, input) = parts.map_err(X::seen)?;
            let name = operation.clone();
            let ask = move |id| Event::EntityOperationCalled { id, entity, operation, input, section };
            let mut task = Task::new(Rc::clone(&journal), ask);
            if section.is_none() {
                task = task.outside_sections("operation", name.clone());
            }
            let answer = within(&journal, timeout, "operation", &name, task).await;
            decode("operation", &name, answer).map_err(X::seen)
        }))
    }
}

/// Awaits one answer, no longer than `timeout` by a durable timer.
async fn within(
    journal: &SharedJournal,
    timeout: Option<Duration>,
    what: &str,
    name: &str,
    task: Task<impl FnOnce(TaskId) -> Event + Unpin>,
) -> Answer {
    let Some(timeout) = timeout else { return task.await.1 };
    let due = journal.borrow().now() + timeout;
    match race(Block::new(task), Timer::new(Rc::clone(journal), due)).await {
        Either::Left((_, answer)) => answer,
        Either::Right(()) => {
            let message = format!("the {what} `{name}` gave no answer within {timeout:?}");
            Err(Failure::new(FailureKind::TimedOut, message))
        }
    }
}

impl<A: Activity> fmt::Debug for CallActivity<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CallActivity").field(&A::NAME).finish()
    }
}

impl<O: Orchestrator> fmt::Debug for CallOrchestration<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CallOrchestration").field(&O::NAME).finish()
    }
}

impl<E, T, X> fmt::Debug for CallOperation<E, T, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CallOperation").field(&self.description).finish()
    }
}
