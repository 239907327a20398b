//! Instances in memory: finding, creating, handing events over, taking turns, parking.

use super::{
    Partition,
    round::{Ready, Round},
};
use crate::{
    client::Ending,
    engine::{ActivityTask, Instance, Open, Turn},
    model::{
        Event, Failure, FailureKind, InstanceId, InstanceKey, InstanceRecord, Message, Parent, ParkReason, Parked,
        Status, Target, TaskId, Timestamp, Wake, event::Started,
    },
    store::{StoreError, StoreResult, Which},
};

/// An instance in memory, with the events that wait for it.
pub(super) struct Resident {
    pub(super) instance: Instance,
    pub(super) queue: Vec<(Event, Slip)>,
    /// Whether it is among those who have something to do.
    ready: bool,
    pub(super) freshness: Freshness,
    /// The last round that it took part in.
    pub(super) used: u64,
}

impl Resident {
    /// Sees to it that it is asked for a turn in this round.
    fn make_ready(&mut self, key: InstanceKey, round: &mut Round) {
        if self.used != round.number || !self.ready {
            self.used = round.number;
            round.touched.push(key);
        }
        if !std::mem::replace(&mut self.ready, true) {
            round.ready.push_back(Ready::Instance(key));
        }
    }

    /// Its status as soon as it has read what waits for it; what has not begun reads nothing.
    fn decided_status(&self) -> Status {
        let mut status = self.instance.record.status;
        for (event, _) in self.queue.iter().filter(|_| self.instance.has_begun()) {
            if matches!(event, Event::ExecutionSuspended { .. }) {
                status = Status::Suspended;
            } else if matches!(event, Event::ExecutionResumed { .. }) {
                status = Status::Running;
            }
        }
        status
    }
}

/// What is known of a waiting event besides itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slip {
    /// The only generation that may receive it.
    pub(super) generation: Option<u32>,
    /// The only instance of that id that may receive it.
    pub(super) key: Option<InstanceKey>,
    /// Its number in the inbox of the store.
    pub(super) row: Option<i64>,
}

/// How the record in memory relates to the one in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    New,
    Changed,
    Stored,
}

/// Where an instance is.
#[expect(clippy::large_enum_variant, reason = "lives for one statement; a box would cost every message an allocation")]
pub(super) enum Found {
    /// In memory, and not ended.
    Live(InstanceKey),
    /// Taking no turns: parked, or scheduled for later in this very round.
    Parked(InstanceRecord),
    /// It has ended, perhaps in this round.
    Ended(InstanceKey),
    /// There is no such instance.
    Unknown,
}

impl Partition {
    /// Finds an instance by its id, and brings it into memory if it has not ended.
    pub(super) fn find(&mut self, id: &InstanceId) -> StoreResult<Found> {
        if let Some(key) = self.by_id.get(id) {
            return Ok(self.find_resident(*key));
        }
        if let Some(record) = self.round.outside.get(id) {
            return Ok(Found::Parked(record.clone()));
        }
        let record = self.store.instance(Which::Id(id))?;
        self.bring_in(record)
    }

    fn find_by_key(&mut self, key: InstanceKey) -> StoreResult<Found> {
        if self.instances.contains_key(&key) {
            return Ok(self.find_resident(key));
        }
        let outside = self.round.outside.values().find(|record| record.key == key).cloned();
        if let Some(record) = outside {
            Ok(Found::Parked(record))
        } else {
            let record = self.store.instance(Which::Key(key))?;
            self.bring_in(record)
        }
    }

    fn find_resident(&self, key: InstanceKey) -> Found {
        let ended = self.instances.get(&key).is_none_or(|resident| resident.instance.record.status.is_terminal());
        if ended { Found::Ended(key) } else { Found::Live(key) }
    }

    fn bring_in(&mut self, record: Option<InstanceRecord>) -> StoreResult<Found> {
        match record {
            None => Ok(Found::Unknown),
            Some(record) if record.status.is_terminal() => Ok(Found::Ended(record.key)),
            Some(record) if record.parked.is_some() => Ok(Found::Parked(record)),
            Some(record) => self.load(record),
        }
    }

    /// Brings a stored instance into memory by replaying its history; one that can't be replayed is parked.
    pub(super) fn load(&mut self, mut record: InstanceRecord) -> StoreResult<Found> {
        let key = record.key;
        self.unmark(key);
        let was_parked = record.parked.take();
        let was_asleep = !std::mem::replace(&mut record.awake, true);
        let rebuilt = match self.store.history(key) {
            Ok(history) if history.is_empty() => Ok((Instance::new(record.clone()), Vec::new())),
            Ok(history) => Instance::rebuild(record.clone(), history, &self.handlers),
            Err(StoreError::Corrupt { what, .. }) => Err(Parked { reason: ParkReason::Unreadable, message: what }),
            Err(error) => return Err(error),
        };
        let (instance, activities) = match rebuilt {
            Ok(rebuilt) => rebuilt,
            Err(parked) => {
                let unchanged = was_parked.as_ref() == Some(&parked);
                record.parked = Some(parked);
                if !unchanged {
                    log_parked(&record);
                    self.note_change(&record);
                    self.round.batch.updated.push(record.clone());
                }
                return Ok(Found::Parked(record));
            }
        };
        let changed = was_asleep || was_parked.is_some();
        if was_asleep && let Some(due) = instance.earliest_timer() {
            self.round.batch.woken.push(Wake { due, key });
        }
        for (id, open) in instance.open() {
            if let Open::Timer(due) = open {
                self.timers.set(*due, key, *id);
            }
        }
        let id = record.id.clone();
        self.insert(instance, if changed { Freshness::Changed } else { Freshness::Stored });
        self.enqueue_kept(key, &id)?;
        self.resume_activities(key, activities)?;
        Ok(self.instances.get(&key).map_or(Found::Unknown, |_| Found::Live(key)))
    }

    /// Lets those activities run that this process has not begun.
    fn resume_activities(&mut self, key: InstanceKey, activities: Vec<ActivityTask>) -> StoreResult<()> {
        let unknown: Vec<_> =
            activities.into_iter().filter(|task| !self.jobs.knows(key, task.generation, task.id)).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let begun = if self.crashed { self.store.deliveries(key)? } else { Vec::new() };
        for task in unknown {
            let count = begun.iter().find(|begun| begun.id == task.id && begun.generation == task.generation);
            let count = count.map_or(0, |begun| begun.count);
            if self.crashed && count >= self.settings.max_restarts {
                self.poisoned(key, &task, count);
            } else {
                self.add_job(key, task, self.crashed.then_some(count));
            }
        }
        Ok(())
    }

    /// Gives up an activity during which the process has died again and again.
    fn poisoned(&mut self, key: InstanceKey, task: &ActivityTask, count: u32) {
        let message = format!(
            "the activity `{}` was given up: the process died while it ran, and died again {count} times when it was \
             begun again; its argument is {}",
            task.name, task.input
        );
        tracing::error!(instance = %task.instance_id, activity = %task.name, count, "activity given up as poisoned");
        let event = Event::TaskFailed { id: task.id, failure: Box::new(Failure::new(FailureKind::Poisoned, message)) };
        self.round.batch.delivered.push((key, task.id));
        self.enqueue(key, event, Slip { generation: Some(task.generation), ..Slip::default() });
    }

    /// Hands over what the store has kept for an instance.
    fn enqueue_kept(&mut self, key: InstanceKey, id: &InstanceId) -> StoreResult<()> {
        let target = Target::Instance(id.clone());
        if !self.receivers.remove(&target) {
            return Ok(());
        }
        for row in self.store.inbox(&target)? {
            self.receivers.insert(target.clone());
            if let Message::Event { generation, key: wanted, event, .. } = row.message {
                self.enqueue(key, event, Slip { generation, key: wanted, row: Some(row.number) });
            }
        }
        Ok(())
    }

    pub(super) fn insert(&mut self, instance: Instance, freshness: Freshness) {
        let InstanceRecord { key, ref id, .. } = instance.record;
        self.by_id.insert(id.clone(), key);
        let resident = Resident { instance, queue: Vec::new(), ready: false, freshness, used: self.round.number };
        self.instances.insert(key, resident);
        self.round.touched.push(key);
    }

    /// Creates an instance, and lets it begin in this round or at its time.
    pub(super) fn create(&mut self, id: InstanceId, started: Started) {
        let key = InstanceKey(self.next_key);
        self.next_key += 1;
        self.endings.remove(&id);
        let scheduled = started.scheduled_at.filter(|at| *at > self.round.now);
        let record = InstanceRecord {
            key,
            id: id.clone(),
            name: started.name.clone(),
            version: started.version.clone(),
            status: Status::Pending,
            generation: 0,
            created: self.round.now,
            updated: self.round.now,
            parent: started.parent.clone(),
            tags: started.tags.clone(),
            custom_status: None,
            parked: None,
            awake: scheduled.is_none(),
        };
        let event = Event::ExecutionStarted(Box::new(started));
        if scheduled.is_some() {
            self.note_change(&record);
            self.round.batch.created.push(record.clone());
            self.round.outside.insert(id.clone(), record);
            self.accept(Message::Event { to: id, generation: Some(0), key: Some(key), event }, scheduled);
        } else {
            self.insert(Instance::new(record), Freshness::New);
            self.enqueue(key, event, Slip { generation: Some(0), ..Slip::default() });
        }
    }

    pub(super) fn deliver_event(&mut self, to: InstanceId, slip: Slip, event: Event) -> StoreResult<()> {
        let found = self.find(&to)?;
        if let (Event::ExecutionStarted(started), None) = (&event, slip.generation) {
            self.round.batch.consumed.extend(slip.row);
            match found {
                Found::Unknown => self.create(to, (**started).clone()),
                Found::Ended(key) if self.is_left_behind(key, &to, started)? => {
                    if self.instances.contains_key(&key) {
                        // It has ended in this round: first that must be stored.
                        self.accept(Message::event(to, event), Some(self.round.now));
                    } else {
                        self.remove_ended(key, &to);
                        self.create(to, (**started).clone());
                    }
                }
                Found::Live(_) | Found::Parked(_) | Found::Ended(_) => self.refuse_child(&to, started)?,
            }
            return Ok(());
        }
        let receiver = match &found {
            Found::Live(key) => Some(*key),
            Found::Parked(record) => Some(record.key),
            Found::Ended(_) | Found::Unknown => None,
        };
        // Another instance may have the id by now.
        if receiver.is_none_or(|key| slip.key.is_some_and(|wanted| wanted != key)) {
            self.round.batch.consumed.extend(slip.row);
            return self.refuse_grant(&to, &event);
        }
        self.hand_over(found, event, slip);
        Ok(())
    }

    fn hand_over(&mut self, found: Found, event: Event, slip: Slip) {
        match found {
            Found::Live(key) => self.enqueue(key, event, slip),
            Found::Parked(record) => {
                if slip.row.is_none() {
                    let Slip { generation, key, .. } = slip;
                    self.accept(Message::Event { to: record.id, generation, key, event }, None);
                }
            }
            Found::Ended(_) | Found::Unknown => self.round.batch.consumed.extend(slip.row),
        }
    }

    /// Whether an instance has the id that it would have been given as a child, and its parent was another instance with
    /// the id of today's: then that was replaced, or purged and started anew, and what it left behind makes room.
    fn is_left_behind(&mut self, key: InstanceKey, id: &InstanceId, started: &Started) -> StoreResult<bool> {
        let Some(parent) = &started.parent else { return Ok(false) };
        if !id.as_str().strip_prefix(&parent.instance_id).is_some_and(|rest| rest.starts_with(':')) {
            return Ok(false);
        }
        let former = match self.instances.get(&key) {
            Some(resident) => resident.instance.record.parent.clone(),
            None => self.store.instance(Which::Key(key))?.and_then(|record| record.parent),
        };
        Ok(former.is_some_and(|former| former.instance_id == parent.instance_id && former.key != parent.key))
    }

    /// Removes an instance whose end is stored, so that its id is free.
    pub(super) fn remove_ended(&mut self, key: InstanceKey, id: &InstanceId) {
        self.note_purge(id);
        self.round.batch.purged.push(key);
        self.waiters.remove(&key);
    }

    /// Tells the parent that its child could not be started, because the id is taken.
    fn refuse_child(&mut self, child: &InstanceId, started: &Started) -> StoreResult<()> {
        let Some(Parent { instance_id, task_id: Some(id), generation, key }) = &started.parent else { return Ok(()) };
        let Ok(to) = InstanceId::new(instance_id) else { return Ok(()) };
        let message = format!("the sub-orchestration can't be started as `{child}`: an instance with that id exists");
        let failure = Box::new(Failure::new(FailureKind::AlreadyExists, message));
        let event = Event::SubOrchestrationInstanceFailed { id: *id, failure };
        self.deliver_event(to, Slip { generation: Some(*generation), key: *key, row: None }, event)
    }

    /// Puts an event into the queue of an instance in memory.
    pub(super) fn enqueue(&mut self, key: InstanceKey, event: Event, slip: Slip) {
        let Some(resident) = self.instances.get_mut(&key) else { return };
        if resident.queue.capacity() == 0 {
            // Most instances wait for one thing at a time.
            resident.queue.reserve_exact(1);
        }
        resident.queue.push((event, slip));
        resident.make_ready(key, &mut self.round);
    }

    /// Hands an event to an instance that is known by its key.
    pub(super) fn deliver_to_key(
        &mut self,
        key: InstanceKey,
        generation: Option<u32>,
        event: Event,
    ) -> StoreResult<()> {
        let found = self.find_by_key(key)?;
        self.hand_over(found, event, Slip { generation, ..Slip::default() });
        Ok(())
    }

    pub(super) fn timer_fired(&mut self, key: InstanceKey, id: TaskId) -> StoreResult<()> {
        failpoint!("timer.fired");
        self.deliver_to_key(key, None, Event::TimerFired { id })
    }

    /// Looks at what is due in the store: sleeping instances and kept messages.
    pub(super) fn wake_stored(&mut self, now: Timestamp) -> StoreResult<()> {
        const AT_ONCE: usize = 1_000;
        self.round.took_stored = true;
        for wake in self.store.wakes(now, AT_ONCE)? {
            self.round.batch.woken.push(wake);
            // Loading sets its timers; those that are due fire in the next round.
            self.find_by_key(wake.key)?;
        }
        for row in self.store.due(now, AT_ONCE)? {
            // From here on it is a message without a due time; if it can't be used up at once it is kept as such.
            self.round.batch.consumed.push(row.number);
            self.deliver(row.message, None)?;
        }
        Ok(())
    }

    /// Lets an instance take a turn with all that waits for it.
    pub(super) fn take_turn(&mut self, key: InstanceKey) -> StoreResult<()> {
        let Some(resident) = self.instances.get_mut(&key) else { return Ok(()) };
        resident.ready = false;
        if resident.used != self.round.number {
            resident.used = self.round.number;
            self.round.touched.push(key);
        }
        let instance = &mut resident.instance;
        let mut queue = std::mem::take(&mut resident.queue);
        let (ended, generation) = (instance.record.status.is_terminal(), instance.record.generation);
        queue.retain(|(_, slip)| {
            let wanted = !ended && slip.generation.is_none_or(|wanted| wanted == generation);
            if !wanted {
                self.round.batch.consumed.extend(slip.row);
            }
            wanted
        });
        if !instance.has_begun() {
            let starts = |event: &Event| matches!(event, Event::ExecutionStarted(_));
            let ends = |event: &Event| matches!(event, Event::ExecutionTerminated { .. });
            let start = queue.iter().position(|(event, _)| starts(event));
            let end = queue.iter().position(|(event, _)| ends(event));
            let first = if instance.record.status == Status::Suspended {
                end
            } else if generation == 0 {
                start.or(end)
            } else {
                // Termination wins over continue-as-new, or an instance that only continues could never be ended.
                end.or(start)
            };
            match first {
                None => {
                    resident.queue = queue;
                    return Ok(());
                }
                Some(at) => {
                    let first = queue.remove(at);
                    queue.insert(0, first);
                }
            }
        }
        let (status, custom_status) = (instance.record.status, instance.record.custom_status.clone());
        let before = self.settings.replay_every_turn.then(|| instance.record.clone());
        self.watchdog.begin(Target::Instance(instance.record.id.clone()));
        match instance.turn(queue.iter().map(|(event, _)| event), self.round.now, &self.handlers) {
            Ok(None) => {
                self.round.batch.consumed.extend(queue.drain(..).filter_map(|(_, slip)| slip.row));
                resident.queue = queue;
            }
            Ok(Some(turn)) => {
                if let Some(before) = before
                    && let Err(parked) = self.replay(&before, &turn)?
                {
                    if let Some(resident) = self.instances.get_mut(&key) {
                        resident.instance.record = before;
                        resident.queue = queue;
                    }
                    self.park(key, parked);
                    return Ok(());
                }
                self.carry_out(key, turn, queue)?;
            }
            Err(parked) => {
                instance.record.status = status;
                instance.record.custom_status = custom_status;
                resident.queue = queue;
                self.park(key, parked);
            }
        }
        Ok(())
    }

    /// Replays an instance from its history, with the turn that it has just taken; `before` is what it was before that.
    fn replay(&mut self, before: &InstanceRecord, turn: &Turn) -> StoreResult<Result<(), Parked>> {
        let mut history = self.store.history(before.key)?;
        if let Some((_, from)) = self.round.batch.cut.iter().find(|(key, _)| *key == before.key) {
            history.retain(|segment| segment.sequence < *from);
        }
        let of_round = self.round.batch.segments.iter().filter(|segment| segment.key == before.key);
        history.extend(of_round.cloned());
        history.push(turn.segment.clone());
        Ok(Instance::rebuild(before.clone(), history, &self.handlers).map(drop))
    }

    /// Suspends or resumes an instance that has not begun. No history tells of it, as there is none yet.
    pub(super) fn hold_start(&mut self, key: InstanceKey, hold: bool) {
        let Some(resident) = self.instances.get_mut(&key) else { return };
        let record = &mut resident.instance.record;
        record.status = if hold { Status::Suspended } else { Status::Pending };
        record.updated = self.round.now;
        if resident.freshness == Freshness::Stored {
            resident.freshness = Freshness::Changed;
        }
        let record = record.clone();
        resident.make_ready(key, &mut self.round);
        self.note_change(&record);
    }

    /// Puts what a turn decided into the batch and into the hands of others.
    fn carry_out(&mut self, key: InstanceKey, turn: Turn, mut queue: Vec<(Event, Slip)>) -> StoreResult<()> {
        let Turn {
            segment,
            consumed,
            messages,
            activities,
            timers,
            canceled_activities,
            canceled_timers,
            record_changed,
            next_generation,
        } = turn;
        let Some(resident) = self.instances.get_mut(&key) else { return Ok(()) };
        if record_changed && resident.freshness == Freshness::Stored {
            resident.freshness = Freshness::Changed;
        }
        self.round.batch.consumed.extend(queue.drain(..consumed).filter_map(|(_, slip)| slip.row));
        let old_generation = segment.generation;
        if let Some(started) = next_generation {
            failpoint!("generation.next");
            let generation = Some(resident.instance.record.generation);
            let start = (Event::ExecutionStarted(started), Slip { generation, ..Slip::default() });
            queue.insert(0, start);
            resident.queue = queue;
            // Each generation is stored before the next begins.
            resident.ready = true;
            self.round.next.push(Ready::Instance(key));
            self.round.batch.truncated.push((key, resident.instance.record.generation));
            self.round.batch.segments.retain(|segment| segment.key != key);
        } else {
            if resident.instance.record.status.is_terminal() {
                self.round.batch.consumed.extend(queue.drain(..).filter_map(|(_, slip)| slip.row));
                let ending = match segment.events.last() {
                    Some(Event::ExecutionCompleted { status, result, failure }) => {
                        Ending::Now { status: *status, result: result.clone(), failure: failure.as_deref().cloned() }
                    }
                    _ => Ending::Stored,
                };
                self.round.endings.push((key, resident.instance.record.id.clone(), ending));
            }
            // Empty, but it keeps its memory.
            resident.queue = queue;
            self.round.batch.segments.push(segment);
        }
        if self.round.is_heard
            && let Some(record) = self.instances.get(&key).map(|resident| resident.instance.record.clone())
        {
            self.note_change(&record);
        }
        for (due, id) in timers {
            self.timers.set(due, key, id);
        }
        for (due, id) in canceled_timers {
            self.timers.cancel(due, key, id);
        }
        for id in canceled_activities {
            self.jobs.cancel(key, old_generation, id, &mut self.round);
        }
        for task in activities {
            self.add_job(key, task, None);
        }
        for (message, due) in messages {
            self.deliver_at(message, due)?;
        }
        Ok(())
    }

    /// Lets an activity run when there is room; one that is not registered waits until it is.
    pub(super) fn add_job(&mut self, key: InstanceKey, task: ActivityTask, crashes: Option<u32>) {
        match self.handlers.activity(&task.name) {
            Some(handler) => self.jobs.add(key, task, handler, crashes),
            None => self.park(key, no_such_activity(&task.name)),
        }
    }

    /// Takes an instance out of memory until fitting code is deployed; what waits for it is kept.
    fn park(&mut self, key: InstanceKey, parked: Parked) {
        if !self.instances.contains_key(&key) {
            return;
        }
        self.keep_queue(key);
        let Some(resident) = self.instances.remove(&key) else { return };
        let status = resident.decided_status();
        let Resident { instance, freshness, .. } = resident;
        for (id, open) in instance.open() {
            if let Open::Timer(due) = open {
                self.timers.cancel(*due, key, *id);
            }
        }
        let record = InstanceRecord { parked: Some(parked), status, awake: true, ..instance.record.clone() };
        self.by_id.remove(&record.id);
        self.round.outside.insert(record.id.clone(), record.clone());
        log_parked(&record);
        self.note_change(&record);
        match freshness {
            Freshness::New => self.round.batch.created.push(record),
            Freshness::Changed | Freshness::Stored => self.round.batch.updated.push(record),
        }
    }

    /// Suspends or resumes a parked instance. Its code learns of that when it goes on, after all that waits already; what
    /// has not begun has nothing to learn.
    pub(super) fn change_parked(&mut self, mut record: InstanceRecord, event: Event) -> StoreResult<()> {
        let has_begun = match self.store.history(record.key) {
            Ok(history) => !history.is_empty(),
            Err(StoreError::Corrupt { .. }) => true,
            Err(error) => return Err(error),
        };
        record.status = match (matches!(event, Event::ExecutionSuspended { .. }), has_begun) {
            (true, _) => Status::Suspended,
            (false, true) => Status::Running,
            (false, false) => Status::Pending,
        };
        record.updated = self.round.now;
        if has_begun {
            let (to, key) = (record.id.clone(), Some(record.key));
            self.accept(Message::Event { to, generation: None, key, event }, None);
        }
        self.note_change(&record);
        self.round.batch.updated.push(record.clone());
        self.round.outside.insert(record.id.clone(), record);
        Ok(())
    }

    /// Ends a parked instance, whose code can't be run.
    pub(super) fn terminate_parked(&mut self, mut record: InstanceRecord, event: Event) -> StoreResult<()> {
        let (key, id) = (record.key, record.id.clone());
        record.parked = None;
        self.unmark(key);
        self.round.outside.remove(&id);
        let (instance, is_readable) = match self.store.history(key) {
            Ok(history) => (Instance::unrunnable(record, Some(&history)), true),
            Err(StoreError::Corrupt { .. }) => (Instance::unrunnable(record, None), false),
            Err(error) => return Err(error),
        };
        self.insert(instance, Freshness::Changed);
        self.enqueue(key, event, Slip::default());
        // Before it sees what waits for it: that may be its start.
        self.take_turn(key)?;
        self.enqueue_kept(key, &id)?;
        self.take_turn(key)?;
        if !is_readable {
            // What it holds is not known from its history.
            self.release_all_of(&id)?;
        }
        Ok(())
    }
}

fn no_such_activity(name: &str) -> Parked {
    let message = format!("no activity `{name}` is registered; add it to `registry![..]`, and the instance goes on");
    Parked { reason: ParkReason::NotRegistered, message }
}

fn log_parked(record: &InstanceRecord) {
    let why = record.parked.as_ref().map(|parked| parked.message.as_str()).unwrap_or_default();
    tracing::warn!(instance = %record.id, orchestrator = %record.name, why, "instance parked");
}
