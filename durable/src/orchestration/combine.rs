//! All of several: `join!`, `try_join!`, `join_all`, `try_join_all`. Futures are polled in the order of declaration.

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    future::DurableFuture,
    journal::{SharedJournal, current_journal},
};
use crate::model::Error;

super::twins! { join_all try_join_all }

/// Many futures of one type, of which only those with news are polled.
pub(super) struct Children<F: Future> {
    futures: Vec<Option<Pin<Box<F>>>>,
    pending: usize,
    group: Option<(SharedJournal, u32)>,
}

impl<F: DurableFuture> Children<F> {
    pub(super) fn new<I>(futures: I) -> Self
    where
        I: IntoIterator<Item: IntoFuture<IntoFuture = F, Output = F::Output>>,
    {
        let futures: Vec<_> = futures.into_iter().map(|future| Some(Box::pin(future.into_future()))).collect();
        Self { pending: futures.len(), futures, group: None }
    }

    /// Polls those that may be ready, in their order, until `next` says `false` to an output.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, mut next: impl FnMut(usize, F::Output) -> bool) {
        let all = |count: usize| (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
        let candidates: Vec<u32> = if let Some((journal, group)) = &self.group {
            journal.borrow_mut().take_ready(*group)
        } else {
            self.group = current_journal().map(|journal| {
                let group = journal.borrow_mut().new_group();
                (journal, group)
            });
            all(self.futures.len())
        };
        for index in candidates {
            let Some(slot) = self.futures.get_mut(index as usize) else { continue };
            let Some(future) = slot else { continue };
            let outer = self.group.as_ref().map(|(journal, group)| journal.borrow_mut().enter(*group, index));
            let polled = future.as_mut().poll(cx);
            if let (Some((journal, _)), Some(outer)) = (&self.group, outer) {
                journal.borrow_mut().leave(outer);
            }
            if let Poll::Ready(output) = polled {
                *slot = None;
                self.pending -= 1;
                if !next(index as usize, output) {
                    return;
                }
            }
        }
    }
}

impl<F: Future> Children<F> {
    pub(super) fn pending(&self) -> usize {
        self.pending
    }

    /// Drops what has not completed, in the order of declaration.
    pub(super) fn clear(&mut self) {
        self.pending = 0;
        self.futures.iter_mut().for_each(|slot| *slot = None);
    }
}

impl<F: Future> Drop for Children<F> {
    fn drop(&mut self) {
        if let Some((journal, group)) = &self.group {
            journal.borrow_mut().remove_group(*group);
        }
    }
}

/// Waits for all futures, and gives their results in the order of the futures.
///
/// The cost of one result does not grow with the number of futures.
///
/// ```
/// use durable::prelude::*;
///
/// #[activity]
/// async fn square(n: u64) -> Result<u64> {
///     Ok(n * n)
/// }
///
/// #[orchestrator]
/// async fn sum_of_squares(ctx: &Context, up_to: u64) -> Result<u64> {
///     let squares = durable::join_all((1..=up_to).map(|n| ctx.call(square(n)))).await;
///     squares.into_iter().sum()
/// }
/// ```
pub fn join_all<I>(futures: I) -> JoinAll<<I::Item as IntoFuture>::IntoFuture>
where
    I: IntoIterator<Item: IntoFuture<IntoFuture: DurableFuture>>,
{
    let children = Children::new(futures);
    JoinAll { outputs: (0..children.pending()).map(|_| None).collect(), children }
}

/// The future of [`join_all`].
#[must_use = "futures begin when they are awaited"]
pub struct JoinAll<F: Future> {
    children: Children<F>,
    outputs: Vec<Option<F::Output>>,
}

impl<F: Future> Unpin for JoinAll<F> {}

impl<F: DurableFuture> Future for JoinAll<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { children, outputs } = &mut *self;
        children.poll(cx, |index, output| {
            if let Some(slot) = outputs.get_mut(index) {
                *slot = Some(output);
            }
            true
        });
        if children.pending() > 0 {
            return Poll::Pending;
        }
        Poll::Ready(std::mem::take(outputs).into_iter().flatten().collect())
    }
}

impl<F: DurableFuture> DurableFuture for JoinAll<F> {}

impl<F: Future> fmt::Debug for JoinAll<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinAll").field("pending", &self.children.pending()).finish_non_exhaustive()
    }
}

/// Waits for all futures until one fails, and gives their values in the order of the futures, or the first error.
///
/// After an error the others are dropped, which cancels them.
pub fn try_join_all<I, T, E>(futures: I) -> TryJoinAll<<I::Item as IntoFuture>::IntoFuture, T>
where
    I: IntoIterator<Item: IntoFuture<Output = Result<T, E>, IntoFuture: DurableFuture>>,
{
    let children = Children::new(futures);
    TryJoinAll { values: (0..children.pending()).map(|_| None).collect(), children }
}

/// The future of [`try_join_all`].
#[must_use = "futures begin when they are awaited"]
pub struct TryJoinAll<F: Future, T> {
    children: Children<F>,
    values: Vec<Option<T>>,
}

impl<F: Future, T> Unpin for TryJoinAll<F, T> {}

impl<F: DurableFuture<Output = Result<T, E>>, T, E> Future for TryJoinAll<F, T> {
    type Output = Result<Vec<T>, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { children, values } = &mut *self;
        let mut failed = None;
        children.poll(cx, |index, output| match output {
            Ok(value) => {
                if let Some(slot) = values.get_mut(index) {
                    *slot = Some(value);
                }
                true
            }
            Err(error) => {
                failed = Some(error);
                false
            }
        });
        if let Some(error) = failed {
            children.clear();
            return Poll::Ready(Err(error));
        }
        if children.pending() > 0 {
            return Poll::Pending;
        }
        Poll::Ready(Ok(std::mem::take(values).into_iter().flatten().collect()))
    }
}

impl<F: DurableFuture<Output = Result<T, E>>, T, E> DurableFuture for TryJoinAll<F, T> {}

impl<F: Future, T> fmt::Debug for TryJoinAll<F, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TryJoinAll").field("pending", &self.children.pending()).finish_non_exhaustive()
    }
}

/// A future that keeps its output.
pub(super) enum MaybeDone<F: Future> {
    /// Not completed.
    Pending(Pin<Box<F>>),
    /// Completed.
    Done(Option<F::Output>),
}

impl<F: DurableFuture> MaybeDone<F> {
    fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        if let Self::Pending(future) = self {
            match future.as_mut().poll(cx) {
                Poll::Pending => return false,
                Poll::Ready(output) => *self = Self::Done(Some(output)),
            }
        }
        true
    }

    fn take(&mut self) -> Option<F::Output> {
        match self {
            Self::Pending(_) => None,
            Self::Done(output) => output.take(),
        }
    }
}

/// Both of two futures.
pub struct Join<A: Future, B: Future> {
    a: MaybeDone<A>,
    b: MaybeDone<B>,
}

impl<A: DurableFuture, B: DurableFuture> Join<A, B> {
    /// The head of a list of futures and the rest of it.
    pub fn new(a: impl IntoFuture<IntoFuture = A, Output = A::Output>, b: B) -> Self {
        Self { a: MaybeDone::Pending(Box::pin(a.into_future())), b: MaybeDone::Pending(Box::pin(b)) }
    }
}

impl<A: Future, B: Future> Unpin for Join<A, B> {}

impl<A: Future, B: Future> fmt::Debug for Join<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Join")
    }
}

impl<A: DurableFuture, B: DurableFuture> Future for Join<A, B> {
    type Output = (A::Output, B::Output);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (a, b) = (self.a.poll(cx), self.b.poll(cx));
        if !(a && b) {
            return Poll::Pending;
        }
        match (self.a.take(), self.b.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            _ => Poll::Pending,
        }
    }
}

impl<A: DurableFuture, B: DurableFuture> DurableFuture for Join<A, B> {}

/// Both of two futures, or the first error.
pub struct TryJoin<A: Future, B: Future> {
    both: Option<(MaybeDone<A>, MaybeDone<B>)>,
}

impl<A: DurableFuture, B: DurableFuture> TryJoin<A, B> {
    /// The head of a list of futures and the rest of it.
    pub fn new(a: impl IntoFuture<IntoFuture = A, Output = A::Output>, b: B) -> Self {
        Self { both: Some((MaybeDone::Pending(Box::pin(a.into_future())), MaybeDone::Pending(Box::pin(b)))) }
    }
}

impl<A: Future, B: Future> Unpin for TryJoin<A, B> {}

impl<A: Future, B: Future> fmt::Debug for TryJoin<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TryJoin")
    }
}

impl<A, B, T, E, U> Future for TryJoin<A, B>
where
    A: DurableFuture<Output = Result<T, E>>,
    B: DurableFuture<Output = Result<U, Error>>,
    E: Into<Error>,
{
    type Output = Result<(T, U), Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some((a, b)) = &mut self.both else { return Poll::Pending };
        let error = match (a.poll(cx), a) {
            (true, MaybeDone::Done(Some(Err(_)))) => true,
            (a_done, _) => match (b.poll(cx), b) {
                (true, MaybeDone::Done(Some(Err(_)))) => true,
                (b_done, _) if a_done && b_done => false,
                _ => return Poll::Pending,
            },
        };
        let Some((mut a, mut b)) = self.both.take() else { return Poll::Pending };
        let (a, b) = (a.take(), b.take());
        match (error, a, b) {
            (_, Some(Err(error)), _) => Poll::Ready(Err(error.into())),
            (_, _, Some(Err(error))) => Poll::Ready(Err(error)),
            (_, Some(Ok(a)), Some(Ok(b))) => Poll::Ready(Ok((a, b))),
            _ => Poll::Pending,
        }
    }
}

impl<A, B, T, E, U> DurableFuture for TryJoin<A, B>
where
    A: DurableFuture<Output = Result<T, E>>,
    B: DurableFuture<Output = Result<U, Error>>,
    E: Into<Error>,
{
}

/// Turns nested pairs into a tuple.
pub trait Flatten {
    /// The tuple.
    type Flat;
    /// Turns them.
    fn flatten(self) -> Self::Flat;
}

macro_rules! flatten {
    ($(($($name:ident)+) => $nested:tt;)+) => { $(
        impl<$($name),+> Flatten for flatten!(@nest $($name)+) {
            type Flat = ($($name,)+);
            #[expect(non_snake_case, reason = "one name serves as type and as variable")]
            fn flatten(self) -> Self::Flat {
                let flatten!(@nest $($name)+) = self;
                ($($name,)+)
            }
        }
    )+ };
    (@nest $head:ident) => { ($head, ()) };
    (@nest $head:ident $($rest:ident)+) => { ($head, flatten!(@nest $($rest)+)) };
}

flatten! {
    (A) => (); (A B) => (); (A B C) => (); (A B C D) => (); (A B C D E) => (); (A B C D E F) => ();
    (A B C D E F G) => (); (A B C D E F G H) => (); (A B C D E F G H I) => (); (A B C D E F G H I J) => ();
    (A B C D E F G H I J K) => (); (A B C D E F G H I J K L) => ();
}

/// Awaits up to twelve durable futures at once, and gives the tuple of their results.
///
/// ```
/// use durable::prelude::*;
///
/// #[activity]
/// async fn price(article: String) -> Result<u64> {
///     Ok(article.len() as u64)
/// }
///
/// #[orchestrator]
/// async fn both(ctx: &Context) -> Result<u64> {
///     let (tea, milk) = durable::join!(ctx.call(price("tea".into())), ctx.call(price("milk".into())));
///     Ok(tea? + milk?)
/// }
/// ```
#[macro_export]
macro_rules! join {
    (@nest) => { ::core::future::ready(()) };
    (@nest $future:expr, $($rest:expr,)*) => { $crate::__private::Join::new($future, $crate::join!(@nest $($rest,)*)) };
    ($($future:expr),+ $(,)?) => {
        $crate::__private::Flatten::flatten($crate::join!(@nest $($future,)+).await)
    };
}

/// Awaits up to twelve durable futures of `Result`s at once, and gives the tuple of their values, or the first error.
///
/// The error types may differ: the error is a [`durable::Error`](crate::Error), into which all of them turn. After an
/// error the other futures are dropped, which cancels them.
///
/// ```
/// use durable::prelude::*;
///
/// #[activity]
/// async fn price(article: String) -> Result<u64> {
///     Ok(article.len() as u64)
/// }
///
/// #[orchestrator]
/// async fn both(ctx: &Context) -> Result<u64> {
///     let (tea, milk) = durable::try_join!(ctx.call(price("tea".into())), ctx.call(price("milk".into())))?;
///     Ok(tea + milk)
/// }
/// ```
#[macro_export]
macro_rules! try_join {
    (@nest) => { ::core::future::ready(::core::result::Result::Ok(())) };
    (@nest $future:expr, $($rest:expr,)*) => {
        $crate::__private::TryJoin::new($future, $crate::try_join!(@nest $($rest,)*))
    };
    ($($future:expr),+ $(,)?) => {
        $crate::try_join!(@nest $($future,)+).await.map($crate::__private::Flatten::flatten)
    };
}
