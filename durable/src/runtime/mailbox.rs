//! How everything reaches the partition's thread: one lock, one condition, no polling.

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

#[cfg(feature = "testing")]
use super::harness::{Harness, HeldResult, Quiet};
use super::{activities::Finished, disk::Progress};
use crate::{
    client::{Command, CommandSink, Feed},
    engine::OperationEnd,
    model::{EntityId, Error, FailureKind},
};

/// What waits for the partition.
#[derive(Default)]
pub(super) struct Mailbox {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    /// Whom the partition tells of what it has stored.
    pub(super) feed: Arc<Feed>,
    /// How far what it has stored is on disk.
    pub(super) progress: Progress,
    /// Holds results back, in the number of a life.
    #[cfg(feature = "testing")]
    harness: Option<(u64, Arc<Harness>)>,
}

#[derive(Default)]
struct Waiting {
    mail: Mail,
    /// Why nothing is taken any more.
    closed: Option<Closed>,
    /// What kept the partition from ending in order.
    failed: Option<Closed>,
    shutdown: Option<Shutdown>,
    /// What the partition knows of it.
    shutdown_seen: Option<Shutdown>,
    nudged: bool,
    /// Who wants to know when there is nothing to do.
    #[cfg(feature = "testing")]
    askers: Vec<tokio::sync::oneshot::Sender<Quiet>>,
}

/// All that has arrived since the last look.
#[derive(Default)]
pub(super) struct Mail {
    pub(super) commands: Vec<Command>,
    pub(super) finished: Vec<Finished>,
    pub(super) operations: Vec<(EntityId, Box<OperationEnd>)>,
}

impl Mail {
    pub(super) fn is_empty(&self) -> bool {
        self.commands.is_empty() && self.finished.is_empty() && self.operations.is_empty()
    }
}

/// How the partition is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shutdown {
    /// Finish what runs, start nothing new.
    Drain,
    /// Stop after this round.
    Now,
}

#[derive(Debug, Clone)]
struct Closed {
    kind: FailureKind,
    message: String,
}

impl Mailbox {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn finished(&self, finished: Finished) {
        #[cfg(feature = "testing")]
        if let Some((life, harness)) = &self.harness {
            return harness.hold_now(*life, HeldResult::Activity(finished));
        }
        self.lock().mail.finished.push(finished);
        self.arrived.notify_one();
    }

    pub(super) fn operation_ended(&self, id: EntityId, end: OperationEnd) {
        #[cfg(feature = "testing")]
        if let Some((life, harness)) = &self.harness {
            return harness.hold_now(*life, HeldResult::Operation(id, Box::new(end)));
        }
        self.lock().mail.operations.push((id, Box::new(end)));
        self.arrived.notify_one();
    }

    /// Makes the partition look around although nothing has arrived.
    pub(super) fn nudge(&self) {
        self.lock().nudged = true;
        self.arrived.notify_one();
    }

    pub(super) fn shut_down(&self, how: Shutdown) {
        let mut waiting = self.lock();
        waiting.shutdown = waiting.shutdown.max(Some(how));
        drop(waiting);
        self.arrived.notify_one();
    }

    /// Refuses all commands from here on, with that reason, and gives back those that wait.
    pub(super) fn close(&self, kind: FailureKind, message: impl Into<String>) -> Vec<Command> {
        let mut waiting = self.lock();
        waiting.closed.get_or_insert(Closed { kind, message: message.into() });
        let commands = std::mem::take(&mut waiting.mail.commands);
        #[cfg(feature = "testing")]
        waiting.askers.clear();
        commands
    }

    /// The same after a failure, which [`outcome`](Self::outcome) then tells.
    pub(super) fn fail(&self, kind: FailureKind, message: impl Into<String>) -> Vec<Command> {
        let message = message.into();
        self.lock().failed.get_or_insert(Closed { kind, message: message.clone() });
        self.close(kind, message)
    }

    /// Tells those who listen that nothing more will change; a harness has other lives to come.
    pub(super) fn end_feed(&self) {
        #[cfg(feature = "testing")]
        if self.harness.is_some() {
            return;
        }
        self.feed.end();
    }

    /// Whether the partition ended in order.
    pub(super) fn outcome(&self) -> Result<(), Error> {
        match &self.lock().failed {
            None => Ok(()),
            Some(Closed { kind, message }) => Err(Error::of_kind(*kind, message)),
        }
    }

    /// Leaves it to the harness when results arrive, and tells its feed what changes.
    #[cfg(feature = "testing")]
    pub(super) fn with_harness(harness: Option<Arc<Harness>>) -> Self {
        let Some(harness) = harness else { return Self::default() };
        Self { feed: harness.feed(), harness: Some((harness.life(), harness)), ..Self::default() }
    }

    /// The harness, with the number of this life.
    #[cfg(feature = "testing")]
    pub(super) fn harness(&self) -> Option<&(u64, Arc<Harness>)> {
        self.harness.as_ref()
    }

    /// Lets a result arrive that was held.
    #[cfg(feature = "testing")]
    pub(super) fn release(&self, result: HeldResult) {
        let mut waiting = self.lock();
        match result {
            HeldResult::Activity(finished) => waiting.mail.finished.push(finished),
            HeldResult::Operation(id, end) => waiting.mail.operations.push((id, end)),
        }
        drop(waiting);
        self.arrived.notify_one();
    }

    /// Asks to be told when there is nothing to do.
    #[cfg(feature = "testing")]
    pub(super) fn ask_whether_quiet(&self, asker: tokio::sync::oneshot::Sender<Quiet>) -> Result<(), Error> {
        let mut waiting = self.lock();
        if let Some(Closed { kind, message }) = &waiting.closed {
            return Err(Error::of_kind(*kind, message));
        }
        waiting.askers.push(asker);
        waiting.nudged = true;
        drop(waiting);
        self.arrived.notify_one();
        Ok(())
    }

    /// Takes all the commands at once, or none of them.
    #[cfg(feature = "testing")]
    pub(super) fn post_all(&self, commands: Vec<Command>) -> Result<(), Error> {
        let mut waiting = self.lock();
        if let Some(Closed { kind, message }) = &waiting.closed {
            return Err(Error::of_kind(*kind, message));
        }
        waiting.mail.commands.extend(commands);
        drop(waiting);
        self.arrived.notify_one();
        Ok(())
    }

    /// Answers who has asked, if nothing has arrived.
    #[cfg(feature = "testing")]
    pub(super) fn tell_quiet(&self, quiet: Quiet) {
        let mut waiting = self.lock();
        if waiting.mail.is_empty() {
            for asker in waiting.askers.drain(..) {
                // Whoever has stopped waiting does not get the answer.
                let _ = asker.send(quiet);
            }
        }
    }

    /// Takes all that has arrived into `mail`, which is empty, and waits for nothing.
    pub(super) fn take_now(&self, mail: &mut Mail) {
        // What comes next uses the memory of what came before.
        std::mem::swap(&mut self.lock().mail, mail);
    }

    /// Takes all that has arrived into `mail`, which is empty, waiting for it no longer than that; `None` waits as long
    /// as it takes.
    pub(super) fn take(&self, patience: Option<Duration>, mail: &mut Mail) -> Option<Shutdown> {
        let mut waiting = self.lock();
        let idle = |waiting: &mut Waiting| {
            waiting.mail.is_empty() && waiting.shutdown == waiting.shutdown_seen && !std::mem::take(&mut waiting.nudged)
        };
        waiting = match patience {
            Some(Duration::ZERO) => waiting,
            Some(patience) => {
                self.arrived.wait_timeout_while(waiting, patience, idle).unwrap_or_else(PoisonError::into_inner).0
            }
            None => self.arrived.wait_while(waiting, idle).unwrap_or_else(PoisonError::into_inner),
        };
        waiting.shutdown_seen = waiting.shutdown;
        std::mem::swap(&mut waiting.mail, mail);
        waiting.shutdown
    }
}

impl CommandSink for Mailbox {
    fn post(&self, command: Command) -> Result<(), Error> {
        let mut waiting = self.lock();
        if let Some(Closed { kind, message }) = &waiting.closed {
            return Err(Error::of_kind(*kind, message));
        }
        waiting.mail.commands.push(command);
        drop(waiting);
        self.arrived.notify_one();
        Ok(())
    }

    fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    fn settled(&self) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + '_>> {
        Box::pin(self.progress.settled())
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox").field("commands", &self.lock().mail.commands.len()).finish_non_exhaustive()
    }
}
