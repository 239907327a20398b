//! What the author of an orchestrator touches: the context, durable futures, and their combinators.

mod call;
mod combine;
mod context;
mod description;
mod event;
mod future;
pub(crate) mod journal;
mod lock;
mod lockable;
mod rng;
mod section;
mod select;
mod timer;

use std::future::Future;

/// Types of the names of functions: what the mark of `#[deterministic]` is on.
macro_rules! twins {
    ($($function:ident)*) => { $(
        #[doc(hidden)]
        #[expect(non_camel_case_types, reason = "it has the name of a function")]
        #[derive(Debug)]
        pub struct $function {}
    )* };
}
pub(crate) use twins;

pub use call::{CallActivity, CallOperation, CallOrchestration, Callable};
pub use combine::{JoinAll, TryJoinAll, join_all, try_join_all};
pub use context::Context;
pub use description::OrchestrationCall;
pub use event::EventWait;
pub use future::{Block, DurableFuture, LocalBoxDurable};
pub use lock::{Holding, Locking};
pub use lockable::{CallLocked, Lockable, Locked, LockedEntity};
pub use rng::Rng;
pub use section::{CallableInSection, Section};
pub use select::{Either, Race, SelectAll, Timeout, race, select_all, timeout};
pub use timer::Timer;

pub use combine::{Flatten, Join, TryJoin};
pub use select::into_durable;

use crate::model::{ApplicationError, Data};

/// Plain async code that composes activities, children, timers, events and entities. `#[orchestrator]` implements this.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an orchestrator",
    note = "an orchestrator is an `async fn` marked `#[orchestrator]`"
)]
pub trait Orchestrator: Sized + 'static {
    /// The durable name: what the history calls it.
    const NAME: &'static str;
    /// Its argument: `()` for none, the type for one, a tuple for several.
    type Input: Data;
    /// The value of success.
    type Output: Data;
    /// The error.
    type Error: ApplicationError;

    /// Runs it.
    fn run(ctx: Context, input: Self::Input) -> impl Future<Output = Result<Self::Output, Self::Error>>;
}
