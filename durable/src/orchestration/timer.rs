//! Durable timers.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use super::{future::DurableFuture, journal::SharedJournal};
use crate::model::{Event, TaskId, Timestamp};

/// Completes at a time; made by [`Context::timer`](super::Context::timer).
///
/// It is set when it is first polled, never early, and cancelled when it is dropped. A timer that is due already
/// completes in the next turn.
#[must_use = "a timer does nothing unless awaited"]
pub struct Timer {
    journal: SharedJournal,
    fire_at: Timestamp,
    id: Option<TaskId>,
    fired: bool,
}

impl Timer {
    pub(super) fn new(journal: SharedJournal, fire_at: Timestamp) -> Self {
        Self { journal, fire_at, id: None, fired: false }
    }

    /// When it is due.
    pub fn due(&self) -> Timestamp {
        self.fire_at
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if this.fired {
            return Poll::Ready(());
        }
        let mut journal = this.journal.borrow_mut();
        match this.id {
            None => {
                let fire_at = this.fire_at;
                this.id = Some(journal.ask_and_wait(|id, _| Event::TimerCreated { id, fire_at }));
                Poll::Pending
            }
            Some(id) => {
                if journal.poll_answer(id).is_none() {
                    Poll::Pending
                } else {
                    this.fired = true;
                    Poll::Ready(())
                }
            }
        }
    }
}

impl DurableFuture for Timer {}

impl Drop for Timer {
    fn drop(&mut self) {
        if let (Some(id), false) = (self.id, self.fired) {
            self.journal.borrow_mut().abandon(id);
        }
    }
}

impl std::fmt::Debug for Timer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Timer").field("due", &self.fire_at).field("fired", &self.fired).finish_non_exhaustive()
    }
}
