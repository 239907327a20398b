//! Durable futures: what an orchestrator may await.

use std::{
    future::{Future, Ready},
    ops::DerefMut,
    pin::Pin,
    task::{Context, Poll},
};

use super::journal::{Answer, SharedJournal};
use crate::model::{Event, Name, TaskId};

/// A future whose result is recorded in the history, so that a replay sees the same.
///
/// Activities, children, timers, events and entity calls give such futures, and the combinators of this crate keep
/// the property. The trait is a promise; nothing but this crate should implement it.
#[diagnostic::on_unimplemented(
    message = "can't await `{Self}` here: it is not a durable future",
    label = "this result would not be recorded in the history, so a replay could not reproduce it",
    note = "await what `ctx.call(..)`, `ctx.timer(..)` and `ctx.event(..)` give, alone or in `durable::join!`, `select!`, `join_all`",
    note = "other async work belongs in an `#[activity]`; an async helper must be marked `#[deterministic]`"
)]
#[must_use = "a durable future does nothing unless it is awaited"]
pub trait DurableFuture: Future {}

/// A durable future of any kind, in a box.
pub type LocalBoxDurable<'a, T> = Pin<Box<dyn DurableFuture<Output = T> + 'a>>;

impl<P> DurableFuture for Pin<P> where P: DerefMut<Target: DurableFuture> {}
impl<F: DurableFuture + Unpin + ?Sized> DurableFuture for Box<F> {}
impl<F: DurableFuture + Unpin + ?Sized> DurableFuture for &mut F {}
impl<T> DurableFuture for Ready<T> {}

pin_project_lite::pin_project! {
    /// An async block all of whose awaits are durable.
    #[derive(Debug)]
    pub struct Block<F> {
        #[pin]
        future: F,
    }
}

impl<F: Future> Block<F> {
    /// Declares the block durable. The macros do so after they have checked its awaits.
    #[doc(hidden)]
    pub fn new(future: F) -> Self {
        Self { future }
    }
}

impl<F: Future> Future for Block<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}

impl<F: Future> DurableFuture for Block<F> {}

/// Something with one answer: asked for when it is first polled, abandoned when it is dropped before the answer.
pub(crate) struct Task<A> {
    journal: SharedJournal,
    state: TaskState<A>,
    /// What it waits for and its name, if that must not be awaited in a critical section.
    outside: Option<(&'static str, Name)>,
}

enum TaskState<A> {
    Unasked(Option<A>),
    Asked(TaskId),
    Done,
}

impl<A: FnOnce(TaskId) -> Event + Unpin> Task<A> {
    pub(crate) fn new(journal: SharedJournal, ask: A) -> Self {
        Self { journal, state: TaskState::Unasked(Some(ask)), outside: None }
    }

    /// Something that must not be awaited in a critical section, since it may wait for what is locked there.
    pub(crate) fn outside_sections(mut self, what: &'static str, name: Name) -> Self {
        self.outside = Some((what, name));
        self
    }
}

impl<A: FnOnce(TaskId) -> Event + Unpin> Future for Task<A> {
    type Output = (TaskId, Answer);

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut journal = this.journal.borrow_mut();
        match &mut this.state {
            TaskState::Unasked(ask) => {
                let Some(ask) = ask.take() else { return Poll::Pending };
                let id = match &this.outside {
                    None => journal.ask_and_wait(|id, _| ask(id)),
                    Some((what, name)) => {
                        if let Err(failure) = journal.check_outside_section(what, name) {
                            this.state = TaskState::Done;
                            return Poll::Ready((0, Err(failure)));
                        }
                        journal.ask_and_wait_outside(|id, _| ask(id))
                    }
                };
                this.state = TaskState::Asked(id);
                Poll::Pending
            }
            TaskState::Asked(id) => {
                let id = *id;
                match journal.poll_answer(id) {
                    None => Poll::Pending,
                    Some(answer) => {
                        this.state = TaskState::Done;
                        Poll::Ready((id, answer))
                    }
                }
            }
            TaskState::Done => Poll::Pending,
        }
    }
}

impl<A> Drop for Task<A> {
    fn drop(&mut self) {
        if let TaskState::Asked(id) = self.state {
            self.journal.borrow_mut().abandon(id);
        }
    }
}
