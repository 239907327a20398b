//! Waiting for external events.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use super::{
    future::{Block, DurableFuture},
    journal::SharedJournal,
    select::{Either, race},
    timer::Timer,
};
use crate::model::{Data, Error, FailureKind, Name, Payload, Result};

/// Waits for an event; made by [`Context::event`](super::Context::event).
///
/// Events of one name are given to who waits in the order of arrival, to the oldest waiter first. Those that nobody
/// waits for are kept. Dropping the future ends the waiting and loses no event.
#[must_use = "waiting begins when the future is awaited"]
pub struct EventWait<T> {
    journal: SharedJournal,
    name: Name,
    waiter: Option<u64>,
    read: fn(&Payload) -> serde_json::Result<T>,
}

impl<T: Data> EventWait<T> {
    pub(super) fn new(journal: SharedJournal, name: Name) -> Self {
        Self { journal, name, waiter: None, read: T::from_payload }
    }

    /// Waits no longer than that: then the result is an error of kind [`FailureKind::TimedOut`].
    pub fn timeout(self, duration: Duration) -> impl DurableFuture<Output = Result<T>> {
        let fire_at = self.journal.borrow().now() + duration;
        let timer = Timer::new(SharedJournal::clone(&self.journal), fire_at);
        let message = format!("no event `{}` within {duration:?}", self.name);
        Block::new(async move {
            match race(self, timer).await {
                Either::Left(event) => event,
                Either::Right(()) => Err(Error::of_kind(FailureKind::TimedOut, message)),
            }
        })
    }
}

impl<T> Future for EventWait<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<T>> {
        let this = &mut *self;
        let mut journal = this.journal.borrow_mut();
        let waiter = *this.waiter.get_or_insert_with(|| journal.wait_for_event(&this.name));
        let Some(payload) = journal.poll_event(&this.name, waiter) else { return Poll::Pending };
        this.waiter = None;
        Poll::Ready((this.read)(&payload).map_err(|error| {
            let message = format!("event `{}` carries {payload}, which is not what is awaited: {error}", this.name);
            Error::of_kind(FailureKind::InvalidPayload, message)
        }))
    }
}

impl<T> DurableFuture for EventWait<T> {}

impl<T> Drop for EventWait<T> {
    fn drop(&mut self) {
        if let Some(waiter) = self.waiter {
            self.journal.borrow_mut().stop_waiting(&self.name, waiter);
        }
    }
}

impl<T> std::fmt::Debug for EventWait<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventWait").field("name", &self.name).finish_non_exhaustive()
    }
}
