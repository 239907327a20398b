//! One activity by itself.

use std::{future::IntoFuture, pin::Pin};

use tokio_util::sync::CancellationToken;

use crate::{
    activity::{Activity, ActivityCall, ActivityContext, Invocation, States},
    model::{InstanceId, InstanceKey, Name},
};

/// Runs an activity by itself, without a runtime, and gives exactly what it returns.
///
/// ```
/// use durable::{prelude::*, testing};
///
/// struct Prices(u64);
///
/// #[activity]
/// async fn price(prices: State<Prices>, count: u64) -> Result<u64> {
///     Ok(prices.0.0 * count)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// assert_eq!(testing::run(price(3)).state(Prices(14)).await?, 42);
/// # Ok(())
/// # }
/// ```
///
/// # Panics
///
/// When it is awaited: the activity needs a state that was not given with [`state`](ActivityRun::state).
pub fn run<A: Activity>(activity: ActivityCall<A>) -> ActivityRun<A> {
    ActivityRun { input: activity.input, states: States::default(), attempt: 1, cancellation: CancellationToken::new() }
}

/// A run of an activity, which is awaited; made by [`run`].
#[must_use = "nothing runs unless this is awaited"]
pub struct ActivityRun<A: Activity> {
    input: A::Input,
    states: States,
    attempt: u32,
    cancellation: CancellationToken,
}

impl<A: Activity> ActivityRun<A> {
    /// Provides application state, as `Runtime::builder().state(..)` does.
    pub fn state<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        self.states.insert(value);
        self
    }

    /// What [`ActivityContext::attempt`] says; 1 if not set.
    pub fn attempt(mut self, attempt: u32) -> Self {
        self.attempt = attempt;
        self
    }

    /// What [`ActivityContext::cancellation`] gives, so that the test can cancel it.
    pub fn cancellation(mut self, token: CancellationToken) -> Self {
        self.cancellation = token;
        self
    }
}

impl<A: Activity> IntoFuture for ActivityRun<A> {
    type Output = Result<A::Output, A::Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { input, states, attempt, cancellation } = self;
        let instance_id = InstanceId::new("test").expect("it is a valid id");
        let name = Name::Borrowed(A::NAME);
        let invocation = Invocation {
            instance_id,
            key: InstanceKey(0),
            generation: 0,
            name,
            id: 0,
            first_id: 0,
            attempt,
            cancellation,
            states,
        };
        Box::pin(A::run(ActivityContext::new(invocation), input))
    }
}

impl<A: Activity> std::fmt::Debug for ActivityRun<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ActivityRun").field(&A::NAME).finish()
    }
}
