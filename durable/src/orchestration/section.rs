//! What an orchestrator can do in a critical section besides calling the locked entities.

use std::{fmt, time::Duration};

use serde::Serialize;
use uuid::Uuid;

use super::{CallActivity, Callable, Context, EventWait, Rng, Timer, lock::Holding};
use crate::{
    activity::{Activity, ActivityCall},
    entity::OperationCall,
    model::{Data, InstanceId, Name, Startable, Timestamp},
};

/// What an orchestrator can do in a critical section besides calling the locked entities; made by
/// [`Context::lock`](super::Context::lock).
///
/// It has all of [`Context`] that waits for no other orchestration and no other entity. As long as it lives, the
/// section lasts.
#[must_use = "what is locked is let go at once; bind the handles and the section"]
pub struct Section<'c> {
    ctx: Context,
    holding: Holding<'c>,
}

/// What can be called in a critical section: activities.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be called in a critical section",
    label = "not the call of an activity",
    note = "a sub-orchestration or another entity could wait for what is locked here: call it before the section or after it",
    note = "a locked entity is called through its handle alone: `account.withdraw(..).await`"
)]
pub trait CallableInSection {
    /// The call with its options, which is awaited.
    type Call;

    #[doc(hidden)]
    fn call_inside(self, ctx: &Context) -> Self::Call;
}

#[diagnostic::do_not_recommend]
impl<A: Activity> CallableInSection for ActivityCall<A> {
    type Call = CallActivity<A>;

    fn call_inside(self, ctx: &Context) -> CallActivity<A> {
        self.call(ctx)
    }
}

impl<'c> Section<'c> {
    pub(super) fn new(holding: Holding<'c>) -> Self {
        Self { ctx: Context::new(holding.journal()), holding }
    }

    #[cfg(feature = "http-client")]
    pub(crate) fn context(&self) -> &Context {
        &self.ctx
    }

    /// Calls an activity. The locked entities stay locked meanwhile.
    pub fn call<C: CallableInSection>(&self, call: C) -> C::Call {
        call.call_inside(&self.ctx)
    }

    /// As [`Context::timer`].
    pub fn timer(&self, duration: Duration) -> Timer {
        self.ctx.timer(duration)
    }

    /// As [`Context::timer_at`].
    pub fn timer_at(&self, time: Timestamp) -> Timer {
        self.ctx.timer_at(time)
    }

    /// As [`Context::event`].
    pub fn event<T: Data>(&self, name: impl Into<Name>) -> EventWait<T> {
        self.ctx.event(name)
    }

    /// As [`Context::signal`], but not for an entity of this section: that would perform it after the section only.
    ///
    /// # Panics
    ///
    /// As [`Context::signal`], or the entity is locked by this section; the orchestration then fails, and nothing is sent.
    #[track_caller]
    pub fn signal<E, T, X>(&self, operation: OperationCall<E, T, X>) {
        self.check_not_locked(&operation);
        self.ctx.signal(operation);
    }

    /// As [`Context::signal_at`], but not for an entity of this section.
    ///
    /// # Panics
    ///
    /// As [`signal`](Self::signal).
    #[track_caller]
    pub fn signal_at<E, T, X>(&self, operation: OperationCall<E, T, X>, time: Timestamp) {
        self.check_not_locked(&operation);
        self.ctx.signal_at(operation, time);
    }

    #[track_caller]
    fn check_not_locked<E, T, X>(&self, operation: &OperationCall<E, T, X>) {
        if let Ok(id) = &operation.entity
            && self.holding.set().contains(id)
        {
            let operation = &operation.operation;
            panic!(
                "`{id}` is locked by this critical section, and a signal would wait for its end: call `{operation}` \
                 through the handle, or signal it after the section"
            );
        }
    }

    /// As [`Context::start`]: the new orchestration is not waited for.
    ///
    /// # Panics
    ///
    /// As [`Context::start`].
    #[track_caller]
    pub fn start(&self, orchestration: impl Startable) -> InstanceId {
        self.ctx.start(orchestration)
    }

    /// As [`Context::start_at`].
    ///
    /// # Panics
    ///
    /// As [`Context::start`].
    #[track_caller]
    pub fn start_at(&self, orchestration: impl Startable, time: Timestamp) -> InstanceId {
        self.ctx.start_at(orchestration, time)
    }

    /// As [`Context::send_event`].
    ///
    /// # Panics
    ///
    /// As [`Context::send_event`].
    #[track_caller]
    pub fn send_event<T: Serialize + ?Sized>(&self, instance_id: impl AsRef<str>, name: impl Into<Name>, payload: &T) {
        self.ctx.send_event(instance_id, name, payload);
    }

    /// As [`Context::now`].
    pub fn now(&self) -> Timestamp {
        self.ctx.now()
    }

    /// As [`Context::new_uuid`].
    pub fn new_uuid(&self) -> Uuid {
        self.ctx.new_uuid()
    }

    /// As [`Context::rng`].
    pub fn rng(&self) -> Rng {
        self.ctx.rng()
    }

    /// As [`Context::random`].
    pub fn random(&self) -> f64 {
        self.ctx.random()
    }

    /// As [`Context::instance_id`].
    pub fn instance_id(&self) -> &InstanceId {
        self.ctx.instance_id()
    }

    /// As [`Context::is_replaying`].
    pub fn is_replaying(&self) -> bool {
        self.ctx.is_replaying()
    }

    /// As [`Context::set_status`].
    ///
    /// # Panics
    ///
    /// As [`Context::set_status`].
    #[track_caller]
    pub fn set_status<T: Serialize + ?Sized>(&self, status: &T) {
        self.ctx.set_status(status);
    }
}

impl fmt::Debug for Section<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Section").field("holding", &self.holding).finish()
    }
}
