//! Which futures an orchestrator may await.

use std::future::IntoFuture;

use crate::orchestration::DurableFuture;

/// What an orchestrator may await.
#[diagnostic::on_unimplemented(
    message = "can't await `{Self}` here: it is not a durable future",
    label = "this result would not be recorded in the history, so a replay could not reproduce it",
    note = "await what `ctx.call(..)`, `ctx.timer(..)` and `ctx.event(..)` give, alone or in `durable::join!`, `select!`, `join_all`",
    note = "other async work belongs in an `#[activity]`; an async helper must be marked `#[deterministic]`"
)]
pub trait Awaitable: Sized {
    /// The same: the bound is what is checked.
    #[doc(hidden)]
    #[inline]
    fn awaited(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<F: IntoFuture<IntoFuture: DurableFuture>> Awaitable for F {}

/// The same check as a method, for the tokens of macros in which no expression can be told from another.
#[doc(hidden)]
pub trait AwaitInMacro: Sized {
    /// The same: the bound is what is checked.
    #[inline]
    fn awaited_durably(self) -> Self
    where
        Self: Awaitable,
    {
        self
    }
}

impl<F> AwaitInMacro for F {}
