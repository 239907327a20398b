//! The first of several: winners are decided by the order of the history, ties by the order of declaration.

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    combine::Children,
    future::{Block, DurableFuture},
    timer::Timer,
};
use crate::model::{Error, FailureKind, Result};

super::twins! { race select_all timeout }

/// Which of two came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first.
    Left(A),
    /// The second.
    Right(B),
}

/// Waits for the first of two futures; the other one is dropped, which cancels it.
///
/// ```
/// use durable::prelude::*;
/// use std::time::Duration;
///
/// #[orchestrator]
/// async fn approval(ctx: &Context) -> Result<bool> {
///     let three_days = Duration::from_secs(3 * 24 * 3600);
///     match durable::race(ctx.event::<bool>("approved"), ctx.timer(three_days)).await {
///         Either::Left(answer) => answer,
///         Either::Right(()) => Ok(false),
///     }
/// }
/// ```
pub fn race<A, B>(a: A, b: B) -> Race<A::IntoFuture, B::IntoFuture>
where
    A: IntoFuture<IntoFuture: DurableFuture>,
    B: IntoFuture<IntoFuture: DurableFuture>,
{
    Race { both: Some((Box::pin(a.into_future()), Box::pin(b.into_future()))) }
}

/// The future of [`race`].
#[must_use = "a race begins when it is awaited"]
pub struct Race<A, B> {
    both: Option<Both<A, B>>,
}

type Both<A, B> = (Pin<Box<A>>, Pin<Box<B>>);

impl<A: DurableFuture, B: DurableFuture> Future for Race<A, B> {
    type Output = Either<A::Output, B::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some((a, b)) = &mut self.both else { return Poll::Pending };
        let winner = match a.as_mut().poll(cx) {
            Poll::Ready(a) => Either::Left(a),
            Poll::Pending => match b.as_mut().poll(cx) {
                Poll::Ready(b) => Either::Right(b),
                Poll::Pending => return Poll::Pending,
            },
        };
        // The loser is cancelled now, not when this future happens to be dropped.
        self.both = None;
        Poll::Ready(winner)
    }
}

impl<A: DurableFuture, B: DurableFuture> DurableFuture for Race<A, B> {}

impl<A, B> fmt::Debug for Race<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Race").field("decided", &self.both.is_none()).finish()
    }
}

/// Waits for the first of many futures, and gives its position and result; the others are dropped, which cancels them.
///
/// Over no futures at all it never completes.
pub fn select_all<I>(futures: I) -> SelectAll<<I::Item as IntoFuture>::IntoFuture>
where
    I: IntoIterator<Item: IntoFuture<IntoFuture: DurableFuture>>,
{
    SelectAll { children: Children::new(futures) }
}

/// The future of [`select_all`].
#[must_use = "futures begin when they are awaited"]
pub struct SelectAll<F: Future> {
    children: Children<F>,
}

impl<F: DurableFuture> Future for SelectAll<F> {
    type Output = (usize, F::Output);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut winner = None;
        self.children.poll(cx, |index, output| {
            winner = Some((index, output));
            false
        });
        match winner {
            None => Poll::Pending,
            Some(winner) => {
                self.children.clear();
                Poll::Ready(winner)
            }
        }
    }
}

impl<F: DurableFuture> DurableFuture for SelectAll<F> {}

impl<F: Future> fmt::Debug for SelectAll<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SelectAll").field(&self.children.pending()).finish()
    }
}

/// Waits for a future no longer than a timer: then the result is an error of kind [`FailureKind::TimedOut`].
///
/// ```
/// use durable::prelude::*;
/// use std::time::Duration;
///
/// #[activity]
/// async fn ask(question: String) -> Result<String> {
///     Ok(question)
/// }
///
/// #[orchestrator]
/// async fn impatient(ctx: &Context) -> Result<String> {
///     let answer = ctx.call(ask("Well?".into()));
///     durable::timeout(ctx.timer(Duration::from_secs(5)), answer).await?
/// }
/// ```
pub fn timeout<F>(timer: Timer, future: F) -> Timeout<F::IntoFuture>
where
    F: IntoFuture<IntoFuture: DurableFuture>,
{
    let due = timer.due();
    let message = format!("not done by {due}");
    Timeout { race: race(future, timer), message }
}

/// The future of [`timeout`].
#[must_use = "a future begins when it is awaited"]
pub struct Timeout<F> {
    race: Race<F, Timer>,
    message: String,
}

impl<F: DurableFuture> Future for Timeout<F> {
    type Output = Result<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match Pin::new(&mut self.race).poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Either::Left(output)) => Poll::Ready(Ok(output)),
            Poll::Ready(Either::Right(())) => {
                Poll::Ready(Err(Error::of_kind(FailureKind::TimedOut, std::mem::take(&mut self.message))))
            }
        }
    }
}

impl<F: DurableFuture> DurableFuture for Timeout<F> {}

impl<F> fmt::Debug for Timeout<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Timeout").field(&self.race).finish()
    }
}

/// The same future, known to be durable: what the macros put around the futures that they are given. That it is a
/// block leaves nothing for the compiler to complain of a second time.
#[doc(hidden)]
pub fn into_durable<F: IntoFuture<IntoFuture: DurableFuture>>(future: F) -> Block<F::IntoFuture> {
    Block::new(future.into_future())
}

/// Waits for the first of several futures, and runs the code behind its arrow; the others are dropped, which cancels
/// them.
///
/// Branches are `pattern = future => expression`, separated by commas. They are polled in their order, and the winner
/// is decided by the order of the history: unlike `tokio::select!`, nothing is random.
///
/// ```
/// use durable::prelude::*;
/// use std::time::Duration;
///
/// #[orchestrator]
/// async fn approval(ctx: &Context) -> Result<String> {
///     durable::select! {
///         by = ctx.event::<String>("approved") => Ok(format!("approved by {}", by?)),
///         why = ctx.event::<String>("rejected") => Ok(format!("rejected: {}", why?)),
///         () = ctx.timer(Duration::from_secs(3600)) => Ok("nobody answered".to_owned()),
///     }
/// }
/// ```
#[macro_export]
macro_rules! select {
    (@futures $future:expr) => { $crate::__private::into_durable($future) };
    (@futures $future:expr, $($rest:expr),+) => { $crate::race($future, $crate::select!(@futures $($rest),+)) };
    (@branches $value:expr; ($pattern:pat, $handler:expr)) => { match $value { $pattern => $handler } };
    (@branches $value:expr; ($pattern:pat, $handler:expr) $($rest:tt)+) => {
        match $value {
            $crate::Either::Left($pattern) => $handler,
            $crate::Either::Right(rest) => $crate::select!(@branches rest; $($rest)+),
        }
    };
    ($($pattern:pat = $future:expr => $handler:expr),+ $(,)?) => {
        $crate::select!(@branches $crate::select!(@futures $($future),+).await; $(($pattern, $handler))+)
    };
}
