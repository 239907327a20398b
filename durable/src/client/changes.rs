//! What changes, as it is stored: for dashboards, caches and whoever does not want to ask again and again.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::watch;

use super::{Client, shut_down};
use crate::model::{EntityId, InstanceId, Name, Result, Status};

/// How many changes are remembered, for those who come late or come back.
const REMEMBERED: usize = 4_096;

/// Something that has changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Rises with every change, also across restarts. Not every number occurs.
    pub revision: u64,
    /// What has changed.
    pub what: Changed,
}

/// What has changed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Changed {
    /// An instance was created, has taken a turn, or was parked.
    Instance {
        /// Its id.
        id: InstanceId,
        /// Its orchestrator.
        name: Name,
        /// Its state.
        status: Status,
        /// How many times it has continued as new.
        generation: u32,
        /// Whether it is parked.
        parked: bool,
    },
    /// An instance was removed.
    Purged {
        /// Its id.
        id: InstanceId,
    },
    /// The state of an entity, or who holds it, has changed.
    Entity {
        /// Its id.
        id: EntityId,
    },
    /// Changes have passed that are remembered no longer: what is known of all others has to be read anew.
    Missed,
}

impl Client {
    /// What changes from now on. Several changes of one instance or entity that are stored together come as one.
    ///
    /// Nothing is noted until somebody listens: the first one may be told of [`Changed::Missed`] for what was just being
    /// stored. Whoever listens first and then reads knows all.
    ///
    /// ```
    /// use durable::{client::Changed, prelude::*};
    ///
    /// #[orchestrator]
    /// async fn ship(ctx: &Context, order: u64) -> Result<u64> {
    ///     Ok(order)
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<()> {
    /// # let runtime = Runtime::builder().memory().register(registry![ship]).start().await?;
    /// # let client = runtime.client();
    /// let mut changes = client.changes()?;
    /// client.start(ship(42)).instance_id("ship-42").await?;
    /// let change = changes.next().await.expect("the runtime is running");
    /// assert!(matches!(change.what, Changed::Instance { id, status: Status::Completed, .. } if id.as_str() == "ship-42"));
    /// # runtime.shutdown().await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// This client can only read, or the runtime has ended.
    pub fn changes(&self) -> Result<Changes> {
        let feed = Arc::clone(self.feed()?);
        feed.begin_to_listen();
        let next = feed.state().next;
        Ok(Changes { latest: feed.latest.subscribe(), feed, next })
    }

    /// What has changed since that revision. Begins with [`Changed::Missed`] if that is too long ago.
    ///
    /// # Errors
    ///
    /// This client can only read, or the runtime has ended.
    pub fn changes_since(&self, revision: u64) -> Result<Changes> {
        let changes = self.changes()?;
        Ok(Changes { next: revision.saturating_add(1), ..changes })
    }

    fn feed(&self) -> Result<&Arc<Feed>> {
        self.sink.as_ref().map(|sink| sink.feed()).ok_or_else(shut_down)
    }
}

/// What changes; made by [`Client::changes`].
#[derive(Debug)]
pub struct Changes {
    feed: Arc<Feed>,
    latest: watch::Receiver<u64>,
    /// The revision of the next change to tell, or of a later one.
    next: u64,
}

impl Changes {
    /// The next change; `None` when the runtime has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Change> {
        loop {
            self.latest.mark_unchanged();
            if let Some(change) = self.feed.state().at(self.next) {
                self.next = change.revision + 1;
                return Some(change);
            }
            if self.feed.state().has_ended {
                return None;
            }
            self.latest.changed().await.ok()?;
        }
    }
}

/// The latest changes, and who listens.
#[derive(Debug)]
pub(crate) struct Feed {
    state: Mutex<State>,
    latest: watch::Sender<u64>,
    /// Whether somebody has ever listened: until then nothing is remembered.
    listened: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    changes: VecDeque<Change>,
    /// The first revision that was not forgotten.
    remembered_from: u64,
    next: u64,
    has_ended: bool,
}

impl State {
    /// The first change of that revision or a later one.
    fn at(&self, revision: u64) -> Option<Change> {
        // A revision from the future is one of another database, or from before the database was restored.
        if revision < self.remembered_from || revision > self.next {
            let last = self.remembered_from.max(1) - 1;
            return Some(Change { revision: last, what: Changed::Missed });
        }
        let place = self.changes.partition_point(|change| change.revision < revision);
        self.changes.get(place).cloned()
    }
}

impl Default for Feed {
    fn default() -> Self {
        Self { state: Mutex::default(), latest: watch::Sender::new(0), listened: AtomicBool::new(false) }
    }
}

impl Feed {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets where revisions begin: behind those of all earlier owners of the store. Done again, it changes nothing.
    pub(crate) fn begin(&self, epoch: u64) {
        let mut state = self.state();
        if state.next > 0 {
            return;
        }
        state.next = epoch << 32;
        state.remembered_from = state.next;
    }

    fn begin_to_listen(&self) {
        self.listened.store(true, Ordering::SeqCst);
    }

    /// Whether changes are worth telling.
    pub(crate) fn is_listened_to(&self) -> bool {
        self.listened.load(Ordering::SeqCst)
    }

    /// Tells what was stored together. Of several changes of one thing the last one counts.
    pub(crate) fn publish(&self, changes: Vec<Changed>) {
        let mut state = self.state();
        for what in changes {
            let revision = state.next;
            state.next += 1;
            state.changes.push_back(Change { revision, what });
        }
        while state.changes.len() > REMEMBERED {
            state.changes.pop_front();
            state.remembered_from = state.changes.front().map_or(state.next, |change| change.revision);
        }
        let next = state.next;
        drop(state);
        self.latest.send_replace(next);
    }

    /// Tells that nothing more will change.
    pub(crate) fn end(&self) {
        self.state().has_ended = true;
        self.latest.send_modify(|_| {});
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purged(n: usize) -> Changed {
        Changed::Purged { id: format!("i{n}").parse().unwrap() }
    }

    #[test]
    fn who_comes_back_too_late_is_told_that_something_was_missed() {
        let feed = Feed::default();
        feed.begin(3);
        let first = 3 << 32;
        feed.publish((0..=REMEMBERED).map(purged).collect());
        let state = feed.state();
        assert_eq!(state.at(first), Some(Change { revision: first, what: Changed::Missed }));
        assert_eq!(state.at(first + 1).unwrap().what, purged(1));
        assert_eq!(state.at(first + 1 + REMEMBERED as u64), None);
        assert_eq!(state.at(1 << 32).unwrap().what, Changed::Missed, "that was in another life");
        assert_eq!(state.at(9 << 32).unwrap().what, Changed::Missed, "that has not been yet");
    }
}
