//! Why only orchestrators call and wait, said by the compiler.

use std::future::Pending;

/// A description of work, and what would come of it.
#[doc(hidden)]
pub trait Described {
    /// What awaiting a call of it gives.
    type Outcome;
}

/// What an activity may call: nothing.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an activity can't call `{Self}`: only orchestrators call and wait",
    label = "an activity is tried again as a whole, and remembers no result",
    note = "make both calls in an `#[orchestrator]`, or share a plain function"
)]
pub trait CallableFromActivity {}

/// What an operation may call: nothing.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an operation can't call `{Self}`: it may only signal entities and start orchestrations",
    label = "a call waits for an answer, and two entities could wait for each other for ever",
    note = "use `ctx.signal(..)`, or `ctx.start(..)` an orchestration that calls"
)]
pub trait CallableFromOperation {}

/// What a call that is refused would give.
pub(crate) fn never<C: Described>() -> Pending<C::Outcome> {
    std::future::pending()
}
