//! What the author of an activity touches.

mod context;
mod described;
mod state;

use std::{fmt, future::Future};

pub use context::ActivityContext;
pub(crate) use context::Invocation;
pub(crate) use described::never;
pub use described::{CallableFromActivity, CallableFromOperation, Described};
pub use state::{State, StateType, States};

use crate::model::{ApplicationError, Data};

/// Code that may do anything: I/O, clocks, randomness. `#[activity]` implements this for a function.
///
/// An activity runs at least once; its result is recorded and consumed once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an activity",
    note = "an activity is a function marked `#[activity]`"
)]
pub trait Activity: Sized + Send + 'static {
    /// The durable name: what the history calls it.
    const NAME: &'static str;
    /// Whether it blocks its thread, and so must run off the async threads.
    const BLOCKING: bool;
    /// Whether it begins only when all that led to it is on disk.
    const PERSIST_FIRST: bool = false;
    /// The application state that it needs.
    const STATES: &'static [StateType];
    /// Its argument: `()` for none, the type for one, a tuple for several.
    type Input: Data;
    /// The value of success.
    type Output: Data;
    /// The error.
    type Error: ApplicationError;

    /// Runs it.
    fn run(ctx: ActivityContext, input: Self::Input) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send;
}

/// An activity with its argument: what calling a function marked `#[activity]` makes.
///
/// It does nothing by itself; `ctx.call(..)` schedules it.
#[must_use = "this only describes an activity; pass it to `ctx.call(..)` and await that"]
pub struct ActivityCall<A: Activity> {
    pub(crate) input: A::Input,
}

impl<A: Activity> ActivityCall<A> {
    /// Describes a run of the activity with that argument.
    pub fn new(input: A::Input) -> Self {
        Self { input }
    }
}

impl<A: Activity> Described for ActivityCall<A> {
    type Outcome = Result<A::Output, <A::Error as ApplicationError>::Seen>;
}

impl<A: Activity> fmt::Debug for ActivityCall<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ActivityCall").field(&A::NAME).finish()
    }
}
