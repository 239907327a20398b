//! What an activity can learn of its surroundings.

use std::{future::Pending, sync::Arc};

use tokio_util::sync::CancellationToken;

use super::{
    described::{CallableFromActivity, Described, never},
    state::{State, States},
};
use crate::model::{InstanceId, InstanceKey, Name, TaskId};

/// One attempt to run an activity.
#[derive(Debug)]
pub(crate) struct Invocation {
    pub(crate) instance_id: InstanceId,
    pub(crate) key: InstanceKey,
    pub(crate) generation: u32,
    pub(crate) name: Name,
    pub(crate) id: TaskId,
    pub(crate) first_id: TaskId,
    pub(crate) attempt: u32,
    pub(crate) cancellation: CancellationToken,
    pub(crate) states: States,
}

/// What an activity can learn of its surroundings; take `ctx: &ActivityContext` as a parameter to get it.
///
/// ```
/// use durable::prelude::*;
///
/// #[activity]
/// async fn charge(ctx: &ActivityContext, cents: u64) -> Result<String> {
///     Ok(format!("charged {cents} once under the key {}", ctx.idempotency_key()))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct ActivityContext {
    invocation: Arc<Invocation>,
}

impl ActivityContext {
    pub(crate) fn new(invocation: Invocation) -> Self {
        Self { invocation: Arc::new(invocation) }
    }

    /// Refused: only orchestrators call and wait.
    #[doc(hidden)]
    pub fn call<C: Described + CallableFromActivity>(&self, _: C) -> Pending<C::Outcome> {
        never::<C>()
    }

    /// The orchestration instance that called the activity.
    pub fn instance_id(&self) -> &InstanceId {
        &self.invocation.instance_id
    }

    /// The durable name of the activity.
    pub fn name(&self) -> &str {
        &self.invocation.name
    }

    /// The number of this attempt under the caller's retry policy, from 1.
    pub fn attempt(&self) -> u32 {
        self.invocation.attempt
    }

    /// A text that is the same for all attempts of this call, also after a crash, and differs for all other calls, also
    /// those of another instance that was given the same id before or later.
    ///
    /// Pass it to services that take an idempotency key, and they carry a repeated request out once.
    pub fn idempotency_key(&self) -> String {
        let Invocation { instance_id, key, generation, first_id, .. } = &*self.invocation;
        format!("{instance_id}:{}:{generation}:{first_id}", key.0)
    }

    /// The number of the call within its orchestration.
    pub fn task_id(&self) -> TaskId {
        self.invocation.id
    }

    /// Cancelled when nobody waits for the result any more, and at the end of the grace period of a shutdown.
    pub fn cancellation(&self) -> &CancellationToken {
        &self.invocation.cancellation
    }

    /// The application state of type `T`.
    ///
    /// # Panics
    ///
    /// It was not provided. Take it as a parameter `State<T>` instead: then its absence is found at start.
    pub fn state<T: Send + Sync + 'static>(&self) -> State<T> {
        self.invocation.states.expect()
    }
}
