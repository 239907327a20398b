//! The partition: one thread that owns all instances and entities, takes turns, and commits them round by round.
//!
//! A round takes all that has arrived, lets every receiver take its turns until nothing is left to do, and commits
//! everything in one transaction. Only then do effects leave: acknowledgements, results, activities. Messages between
//! instances move within the round, so they need no queue in the store, and a crash loses only what nobody was told.

mod commands;
mod endings;
mod entities;
mod eviction;
mod instances;
mod jobs;
mod locks;
mod recovery;
mod release;
mod rewind;
mod round;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use rustc_hash::{FxHashMap, FxHashSet};

#[cfg(test)]
pub(super) use self::release::Ack;
pub(super) use self::release::Release;
use self::{
    endings::Endings,
    entities::{ResidentEntity, Ticket},
    eviction::Eviction,
    instances::{Resident, Slip},
    jobs::Jobs,
    recovery::Recovery,
    round::{Ready, Round},
};
use super::{
    activities::Workers,
    clock::Clock,
    disk::Disk,
    mailbox::{Mail, Mailbox, Shutdown},
    pace::Pace,
    watchdog::Watchdog,
};
use crate::{
    activity::States,
    client::{Command, Ending, Reply},
    model::{EntityId, Error, FailureKind, InstanceId, InstanceKey, Message, Target, Timestamp},
    registry::Handlers,
    store::{Opened, Store, StoreError, StoreResult},
};

/// How long to wait before a commit is tried again, the first and the last time.
const RETRY_COMMIT: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// What can be set about a partition.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) max_async_activities: usize,
    pub(crate) max_blocking_activities: usize,
    pub(crate) max_instances_in_memory: usize,
    pub(crate) max_restarts: u32,
    pub(crate) grace_period: Duration,
    /// How many turns one round takes at most, so that messages that beget messages can't put the commit off for ever.
    pub(crate) turns_per_round: usize,
    /// Whether what the last owner left unfinished is taken up.
    pub(crate) takes_up: bool,
    /// Whether each turn is followed by a replay, which must do the same.
    pub(crate) replay_every_turn: bool,
}

pub(super) struct Partition {
    store: Box<dyn Store>,
    clock: Arc<dyn Clock>,
    handlers: Handlers,
    states: States,
    settings: Settings,
    mailbox: Arc<Mailbox>,
    /// What was taken from the mailbox; empty between rounds.
    mail: Mail,
    workers: Arc<Workers>,
    disk: Disk,
    watchdog: Arc<Watchdog>,
    next_key: i64,
    next_message: i64,
    /// What ids that entities generate begin with.
    new_ids: String,
    new_id_count: u64,
    /// Whether the last owner of the store ended without closing it.
    crashed: bool,
    instances: FxHashMap<InstanceKey, Resident>,
    by_id: FxHashMap<InstanceId, InstanceKey>,
    entities: FxHashMap<EntityId, ResidentEntity>,
    timers: super::timers::Timers,
    /// The earliest due time in the store.
    next_stored: Option<Timestamp>,
    /// Who may have messages in the store's inbox.
    receivers: FxHashSet<Target>,
    jobs: Jobs,
    waiters: FxHashMap<InstanceKey, Vec<Reply<Ending>>>,
    endings: Endings,
    backlog: VecDeque<Command>,
    /// Commands that can be decided only when this round is stored.
    postponed: Vec<Command>,
    round: Round,
    pace: Pace,
    eviction: Eviction,
    recovery: Option<Recovery>,
    draining: Option<Timestamp>,
}

/// Why the loop ended.
enum End {
    /// The store was closed in an orderly way.
    Closed,
    /// It was told to stop at once.
    Stopped,
}

impl Partition {
    #[expect(clippy::too_many_arguments, reason = "called once, by the builder")]
    pub(super) fn new(
        mut store: Box<dyn Store>,
        opened: Opened,
        clock: Arc<dyn Clock>,
        handlers: Handlers,
        states: States,
        settings: Settings,
        mailbox: Arc<Mailbox>,
        workers: Arc<Workers>,
        watchdog: Arc<Watchdog>,
        new_ids: String,
    ) -> StoreResult<Self> {
        let receivers = store.receivers()?;
        let disk = Disk::new(store.defer_sync()?, Arc::clone(&mailbox), Arc::clone(&workers))?;
        Ok(Self {
            next_stored: store.next_due()?,
            recovery: settings.takes_up.then(|| Recovery::new(receivers.clone())),
            receivers: receivers.into_iter().collect(),
            store,
            clock,
            handlers,
            states,
            jobs: Jobs::new(settings.max_async_activities, settings.max_blocking_activities),
            settings,
            mailbox,
            mail: Mail::default(),
            workers,
            disk,
            watchdog,
            next_key: opened.next_key.0,
            next_message: opened.next_message,
            new_ids,
            new_id_count: 0,
            crashed: !opened.closed_cleanly,
            instances: FxHashMap::default(),
            by_id: FxHashMap::default(),
            entities: FxHashMap::default(),
            timers: super::timers::Timers::default(),
            waiters: FxHashMap::default(),
            endings: Endings::default(),
            backlog: VecDeque::new(),
            postponed: Vec::new(),
            // Before all times, also those before 1970.
            round: Round { now: Timestamp::from_micros(i64::MIN), ..Round::default() },
            pace: Pace::new(),
            eviction: Eviction::default(),
            draining: None,
        })
    }

    /// Works until it is shut down, or until the store fails for good.
    pub(super) fn run(mut self) {
        let ended = self.work();
        // What was stored is on disk, and its answers have left, before anybody is told of an end.
        let settled = self.disk.finish();
        let (kind, message) = match settled.and(ended) {
            Ok(End::Closed) => (FailureKind::Unavailable, "the runtime has shut down".to_owned()),
            Ok(End::Stopped) => (FailureKind::Unavailable, "the runtime was dropped".to_owned()),
            Err(error) => {
                tracing::error!(%error, "the store failed; nothing more is acknowledged, restart the program");
                self.refuse_new_calls(&error);
                #[cfg(feature = "testing")]
                self.leave_calls();
                self.round.refuse(&error);
                (FailureKind::Store, error.to_string())
            }
        };
        #[cfg(feature = "testing")]
        self.leave_calls();
        let waiting = if kind == FailureKind::Store {
            self.mailbox.fail(kind, &*message)
        } else {
            self.mailbox.close(kind, &*message)
        };
        // Nobody has begun with these.
        let taken = self.mail.commands.drain(..).chain(self.backlog.drain(..)).chain(self.postponed.drain(..));
        taken.chain(waiting).for_each(|command| command.refuse(&Error::of_kind(kind, &message)));
        self.jobs.cancel_all();
        self.workers.stop();
    }

    fn work(&mut self) -> StoreResult<End> {
        loop {
            #[cfg(feature = "testing")]
            self.tell_quiet();
            match self.mailbox.take(self.patience(), &mut self.mail) {
                Some(Shutdown::Now) => return Ok(End::Stopped),
                Some(Shutdown::Drain) if self.draining.is_none() => self.begin_draining(),
                Some(Shutdown::Drain) | None => {}
            }
            self.round()?;
            if self.drained() {
                failpoint!("drain.end");
                self.disk.finish()?;
                self.store.close()?;
                return Ok(End::Closed);
            }
        }
    }

    /// One round: from what has arrived to what is stored and done.
    ///
    /// What arrives meanwhile shares the commit, if the round has not taken longer than commits take: so a partition with
    /// little to do commits at once, and one with much to do spends no more than half its time on commits.
    fn round(&mut self) -> StoreResult<()> {
        self.pace.begin_round();
        self.round.begin(self.clock.now(), &self.settings, self.mailbox.feed.is_listened_to());
        self.take_in()?;
        // What recovery brings in and is due takes its turn in the same round, so that a crash can be told to be its fault.
        self.recover()?;
        self.fire_timers()?;
        self.carry_out_commands()?;
        self.take_turns()?;
        while self.round.has_room() && self.pace.allows_more() {
            self.mailbox.take_now(&mut self.mail);
            if self.mail.is_empty() {
                break;
            }
            self.round.advance(self.clock.now());
            self.take_in()?;
            self.carry_out_commands()?;
            self.take_turns()?;
        }
        self.watchdog.end();
        self.finish_round()?;
        self.backlog.extend(self.postponed.drain(..));
        Ok(())
    }

    /// Hands over what has finished, and puts commands behind those that wait.
    fn take_in(&mut self) -> StoreResult<()> {
        let mut mail = std::mem::take(&mut self.mail);
        for finished in mail.finished.drain(..) {
            self.activity_finished(finished)?;
        }
        for (id, end) in mail.operations.drain(..) {
            self.operation_ended(&id, *end)?;
        }
        self.backlog.extend(mail.commands.drain(..));
        self.mail = mail;
        Ok(())
    }

    fn carry_out_commands(&mut self) -> StoreResult<()> {
        while self.round.commands_left > 0 {
            let Some(command) = self.backlog.pop_front() else { break };
            self.round.commands_left -= 1;
            self.command(command)?;
        }
        Ok(())
    }

    fn take_turns(&mut self) -> StoreResult<()> {
        while self.round.turns_left > 0 {
            match self.round.ready.pop_front() {
                Some(Ready::Instance(key)) => self.take_turn(key)?,
                Some(Ready::Entity(id)) => self.perform_operations(&id)?,
                None => break,
            }
            self.round.turns_left -= 1;
        }
        Ok(())
    }

    /// Hands a message to its receiver; `row` is its number in the inbox, if it was kept there.
    fn deliver(&mut self, message: Message, row: Option<i64>) -> StoreResult<()> {
        match message {
            Message::Event { to, generation, key, event } => {
                self.deliver_event(to, Slip { generation, key, row }, event)
            }
            Message::Operation { to, request } => self.deliver_operation(&to, request, Ticket { row, reply: None }),
            Message::Lock { to, request } => self.deliver_lock(&to, request, row),
            Message::Unlock { to, request } => {
                self.round.batch.consumed.extend(row);
                self.release_locks(to, request)
            }
        }
    }

    /// Hands a message over now, or keeps it until it is due.
    fn deliver_at(&mut self, message: Message, due: Option<Timestamp>) -> StoreResult<()> {
        match due.filter(|due| *due > self.round.now) {
            None => self.deliver(message, None),
            Some(due) => {
                self.accept(message, Some(due));
                Ok(())
            }
        }
    }

    /// Keeps a message in the inbox of the store, and gives its number.
    fn accept(&mut self, message: Message, due: Option<Timestamp>) -> i64 {
        let number = self.next_message;
        self.next_message += 1;
        match due {
            Some(due) => self.next_stored = Some(self.next_stored.map_or(due, |next| next.min(due))),
            None => drop(self.receivers.insert(message.target())),
        }
        self.round.batch.accepted.push(crate::model::InboxRow { number, due, message });
        number
    }

    /// Whether there is something to do without anything arriving.
    fn is_busy(&self) -> bool {
        self.recovery.is_some() || !self.backlog.is_empty() || !self.round.ready.is_empty()
    }

    /// When the next thing is due.
    fn next_due(&self) -> Option<Timestamp> {
        [self.timers.next(), self.next_stored, self.draining].into_iter().flatten().min()
    }

    /// How long to wait for mail.
    fn patience(&self) -> Option<Duration> {
        if self.is_busy() {
            return Some(Duration::ZERO);
        }
        self.next_due().and_then(|due| self.clock.until(due))
    }

    /// Tells those who have asked that there is nothing to do.
    #[cfg(feature = "testing")]
    fn tell_quiet(&mut self) {
        let due = self.next_due();
        if self.is_busy() || due.is_some_and(|due| due <= self.clock.now()) {
            return;
        }
        let operations = self.entities.values().filter(|entity| entity.is_busy()).count();
        self.mailbox.tell_quiet(super::Quiet { due, running: self.jobs.running() + operations });
    }

    fn fire_timers(&mut self) -> StoreResult<()> {
        let now = self.round.now;
        while let Some((key, id)) = self.timers.pop(now) {
            self.timer_fired(key, id)?;
        }
        if self.next_stored.is_some_and(|due| due <= now) {
            self.wake_stored(now)?;
        }
        Ok(())
    }

    /// Begins an orderly end: nothing new is taken or run, what runs may finish.
    fn begin_draining(&mut self) {
        failpoint!("drain.begin");
        self.mailbox.close(FailureKind::Unavailable, "the runtime is shutting down");
        self.draining = Some(self.clock.now() + self.settings.grace_period);
        self.jobs.stop();
    }

    /// Whether an orderly end has come: nothing runs any more, or the time for it is over.
    fn drained(&self) -> bool {
        let Some(deadline) = self.draining else { return false };
        let busy = self.jobs.running() > 0 || self.entities.values().any(ResidentEntity::is_busy);
        let idle = !busy && self.round.ready.is_empty() && self.backlog.is_empty();
        idle || self.clock.now() >= deadline
    }

    /// Stores the round, however often that has to be tried while there is no space.
    fn commit(&mut self) -> StoreResult<()> {
        let mut delay = RETRY_COMMIT.0;
        loop {
            match self.pace.measure(|| self.store.commit(&self.round.batch)) {
                Ok(()) => return Ok(()),
                Err(error) if error.is_transient() => self.commit_failed(&error, delay)?,
                Err(error) => return Err(error),
            }
            delay = (delay * 2).min(RETRY_COMMIT.1);
        }
    }

    /// Tells those who wait that the store does not take anything at the moment, and waits a little.
    fn commit_failed(&mut self, error: &StoreError, delay: Duration) -> StoreResult<()> {
        tracing::error!(%error, ?delay, "the store does not take the round; it is kept and tried again");
        self.round.refuse(error);
        for command in self.backlog.drain(..).chain(self.postponed.drain(..)) {
            command.refuse(&error.to_error());
        }
        let until = self.clock.now() + delay;
        loop {
            let left = self.clock.until(until).unwrap_or(delay);
            let shutdown = self.mailbox.take(Some(left.max(Duration::from_micros(1))), &mut self.mail);
            for command in self.mail.commands.drain(..) {
                command.refuse(&error.to_error());
            }
            // What has finished is kept in memory, and taken up when the store works again.
            self.round.late.append(&mut self.mail.finished);
            self.round.late_operations.append(&mut self.mail.operations);
            if shutdown.is_some() {
                return Err(StoreError::Full { place: "the store".to_owned(), reason: error.to_string() });
            }
            if left.is_zero() || self.clock.now() >= until {
                return Ok(());
            }
        }
    }
}
