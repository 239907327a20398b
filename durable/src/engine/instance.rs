//! One orchestration instance: takes turns, and is rebuilt from its history.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    execution::{Ended, Execution, Polled},
    mismatch,
    turn::{ActivityTask, Turn, derived_id, lock, release},
};
use crate::{
    model::{
        EntityId, Event, Failure, FailureKind, InstanceId, InstanceRecord, LockSet, Message, ParkReason, Parked,
        Payload, Segment, Status, TaskId, Timestamp, WaitingFor, event::Started,
    },
    registry::Handlers,
};

/// Something that the orchestrator waits for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Open {
    /// An activity.
    Activity,
    /// A timer, due at that time.
    Timer(Timestamp),
    /// A sub-orchestration.
    Child(InstanceId),
    /// An operation of an entity.
    Operation(EntityId),
    /// The locks of a critical section.
    Locks(LockSet),
}

/// An orchestration instance in memory.
pub(crate) struct Instance {
    /// What stores keep of it.
    pub(crate) record: InstanceRecord,
    execution: Option<Execution>,
    execution_id: String,
    /// The number of the next event.
    sequence: u64,
    now: Timestamp,
    open: FxHashMap<TaskId, Open>,
    /// The critical sections that have their locks.
    sections: FxHashMap<TaskId, LockSet>,
    /// Those of a rewound instance that get their locks back: the code, which believes that it has them, waits so long.
    relocking: FxHashSet<TaskId>,
    /// What arrived while it was suspended, and is recorded but not yet given to the code.
    held: Vec<Event>,
}

/// Where a replay came to its end.
#[cfg_attr(not(feature = "testing"), expect(dead_code, reason = "a runtime only wants to know why"))]
pub(crate) struct Departure {
    /// Why.
    pub(crate) parked: Parked,
    /// In which segment of the history, counted from 0.
    pub(crate) segment: usize,
    /// What the code asked for there, as far as it came.
    pub(crate) found: Vec<Event>,
}

/// What the code did with the events of one turn.
struct Progress {
    recorded: Vec<Event>,
    asked: Vec<Event>,
    consumed: usize,
    abandoned: Vec<TaskId>,
    record_changed: bool,
    ended: Option<Ended>,
    terminated: Option<(String, bool)>,
}

impl Instance {
    /// An instance that has taken no turn of its generation yet.
    pub(crate) fn new(record: InstanceRecord) -> Self {
        Self {
            now: record.updated,
            record,
            execution: None,
            execution_id: String::new(),
            sequence: 0,
            open: FxHashMap::default(),
            sections: FxHashMap::default(),
            relocking: FxHashSet::default(),
            held: Vec::new(),
        }
    }

    /// Takes one turn: hands the arrived events to the code, one after the other, and records what it asks for.
    ///
    /// `None` if nothing was worth recording: all events were late or repeated; then all of them are used up.
    ///
    /// # Errors
    ///
    /// The code can't go on. Nothing happened; the instance must be rebuilt before it takes another turn.
    pub(crate) fn turn<'e>(
        &mut self,
        arrived: impl IntoIterator<Item = &'e Event, IntoIter: ExactSizeIterator>,
        now: Timestamp,
        handlers: &Handlers,
    ) -> Result<Option<Turn>, Parked> {
        let progress = self.advance(arrived.into_iter(), now, handlers, false)?;
        if progress.recorded.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.conclude(progress)))
    }

    /// Rebuilds an instance from the history of its generation; with it come the activities that have not ended.
    ///
    /// # Errors
    ///
    /// The code of today does not fit the history, or is not registered.
    pub(crate) fn rebuild(
        record: InstanceRecord,
        history: Vec<Segment>,
        handlers: &Handlers,
    ) -> Result<(Self, Vec<ActivityTask>), Parked> {
        Self::replay(record, history, handlers).map_err(|departure| departure.parked)
    }

    /// The same, for those who want to know where it failed.
    ///
    /// # Errors
    ///
    /// As [`rebuild`](Self::rebuild), with the place in the history.
    pub(crate) fn replay(
        record: InstanceRecord,
        history: Vec<Segment>,
        handlers: &Handlers,
    ) -> Result<(Self, Vec<ActivityTask>), Departure> {
        let mut instance = Self::new(InstanceRecord { status: Status::Running, ..record.clone() });
        if !history.is_empty() {
            // The times of the turns come from the history.
            instance.now = Timestamp::from_micros(i64::MIN);
        }
        let mut activities = Vec::new();
        for (at, segment) in history.into_iter().enumerate() {
            let mut found = Vec::new();
            if let Err(parked) = instance.repeat(segment, handlers, &mut found) {
                return Err(Departure { parked, segment: at, found });
            }
            activities.extend(found.iter().filter_map(|event| ActivityTask::of(event, &record)));
        }
        // Whether it is suspended, its history knows: what was decided while it was parked is still to be read.
        let is_of_history = [instance.record.status, record.status].contains(&Status::Suspended);
        let status = if is_of_history { instance.record.status } else { record.status };
        instance.record = InstanceRecord { status, ..record };
        activities.retain(|task| instance.open.contains_key(&task.id));
        Ok((instance, activities))
    }

    /// Takes a recorded turn again. What the code asks for is put into `found`, also if it can't go on.
    fn repeat(&mut self, segment: Segment, handlers: &Handlers, found: &mut Vec<Event>) -> Result<(), Parked> {
        let Segment { sequence, at, mut events, .. } = segment;
        if sequence != self.sequence {
            return Err(unreadable(&self.record, &format!("event {} is missing", self.sequence)));
        }
        let asked_from = events.iter().position(Event::is_asked_for).unwrap_or(events.len());
        let asked = events.split_off(asked_from);
        let mut progress = self.advance(events.iter(), at, handlers, true).inspect_err(|_| {
            *found = self.execution.as_mut().map(Execution::take_asked).unwrap_or_default();
        })?;
        *found = progress.take_asked();
        if progress.recorded.len() != events.len() {
            let what = format!("segment {sequence} holds events that can't have arrived");
            return Err(unreadable(&self.record, &what));
        }
        mismatch::compare(&self.record.name, &asked, found, sequence + events.len() as u64)?;
        self.note_open(found, &progress.abandoned);
        self.sequence += (events.len() + asked.len()) as u64;
        Ok(())
    }

    /// An instance whose code can't be run, made of its history alone: it can only be terminated. Without a history
    /// that can be read, its last events get numbers that no history reaches.
    pub(crate) fn unrunnable(record: InstanceRecord, history: Option<&[Segment]>) -> Self {
        const BEYOND: u64 = 1 << 40;
        let mut instance = Self::new(record);
        if history.is_none() {
            instance.sequence = BEYOND;
        }
        for segment in history.unwrap_or_default() {
            instance.sequence = segment.sequence + segment.events.len() as u64;
            for event in &segment.events {
                if event.is_asked_for() {
                    instance.note_open(std::slice::from_ref(event), &[]);
                } else {
                    instance.accepts(event);
                }
            }
        }
        instance
    }

    /// Whether the code has begun.
    pub(crate) fn has_begun(&self) -> bool {
        self.execution.is_some()
    }

    /// Whether its first start is still to come, if it may come: it may be suspended until then.
    pub(crate) fn is_pending(&self) -> bool {
        self.execution.is_none() && matches!(self.record.status, Status::Pending | Status::Suspended)
    }

    /// What the code waits for, except external events.
    pub(crate) fn open(&self) -> &FxHashMap<TaskId, Open> {
        &self.open
    }

    /// What the code waits for; `history` says what it has asked for.
    pub(crate) fn waiting_for(&self, history: &[Segment]) -> Vec<WaitingFor> {
        let asked = history.iter().flat_map(|segment| &segment.events);
        let open = asked.filter(|event| event.asks().is_some_and(|id| self.open.contains_key(&id)));
        let events = self.execution.as_ref().map(Execution::awaited_events).unwrap_or_default();
        open.cloned().map(WaitingFor::Answer).chain(events.into_iter().map(WaitingFor::Event)).collect()
    }

    /// Asks others once more for what the events have asked for.
    pub(crate) fn ask_again(&self, asked: &[Event]) -> Vec<(Message, Option<Timestamp>)> {
        let InstanceRecord { key, generation, .. } = self.record;
        let mut turn =
            Turn::new(Segment { key, generation, sequence: self.sequence, at: self.now, events: Vec::new() });
        turn.carry_out(asked, &self.record, &self.execution_id, &self.sections);
        turn.messages
    }

    /// Asks for the locks of its critical sections once more: they were let go when it failed.
    pub(crate) fn ask_for_locks(&self) -> Vec<(Message, Option<Timestamp>)> {
        let mut sections: Vec<_> = self.sections.iter().collect();
        sections.sort_unstable_by_key(|(section, _)| **section);
        sections.into_iter().filter_map(|(section, set)| lock(&self.record, *section, set)).collect()
    }

    /// Whether it waits for an activity, so that recovery must look at it.
    pub(crate) fn awaits_activity(&self) -> bool {
        self.open.values().any(|open| *open == Open::Activity)
    }

    /// The earliest timer that it waits for.
    pub(crate) fn earliest_timer(&self) -> Option<Timestamp> {
        let due = |open: &Open| if let Open::Timer(due) = open { Some(*due) } else { None };
        self.open.values().filter_map(due).min()
    }

    /// Hands the arrived events to the code; used for turns and for replays, so that both do the same.
    fn advance<'e>(
        &mut self,
        arrived: impl ExactSizeIterator<Item = &'e Event>,
        now: Timestamp,
        handlers: &Handlers,
        replaying: bool,
    ) -> Result<Progress, Parked> {
        self.now = now.max(self.now);
        if let Some(execution) = &mut self.execution {
            execution.begin_turn(self.now, replaying);
        }
        let mut progress = Progress {
            // Most turns ask for one thing.
            recorded: Vec::with_capacity(arrived.len() + 1),
            asked: Vec::new(),
            consumed: 0,
            abandoned: Vec::new(),
            record_changed: false,
            ended: None,
            terminated: None,
        };
        for event in arrived {
            progress.consumed += 1;
            if !self.accepts(event) {
                continue;
            }
            progress.recorded.push(event.clone());
            match event {
                Event::ExecutionSuspended { .. } => {
                    self.record.status = Status::Suspended;
                    progress.record_changed = true;
                }
                Event::ExecutionResumed { .. } => {
                    self.record.status = Status::Running;
                    progress.record_changed = true;
                    self.give_held(&mut progress)?;
                }
                Event::ExecutionRewound { .. } => progress.record_changed = true,
                Event::EntityLockGranted { id } if self.relocking.remove(id) => self.give_held(&mut progress)?,
                Event::ExecutionTerminated { reason, recursive } => {
                    progress.terminated = Some((reason.clone(), *recursive));
                }
                Event::ExecutionStarted(started) => {
                    self.begin(started, handlers, replaying, &mut progress)?;
                }
                held if self.is_holding() => self.held.push(held.clone()),
                Event::TaskCompleted { .. }
                | Event::TaskFailed { .. }
                | Event::SubOrchestrationInstanceCompleted { .. }
                | Event::SubOrchestrationInstanceFailed { .. }
                | Event::TimerFired { .. }
                | Event::EventRaised { .. }
                | Event::EntityOperationCompleted { .. }
                | Event::EntityOperationFailed { .. }
                | Event::EntityLockGranted { .. } => self.give(event.clone(), &mut progress)?,
                // Never accepted: nobody sends what an orchestrator asks for.
                Event::TaskScheduled { .. }
                | Event::SubOrchestrationInstanceCreated(_)
                | Event::TimerCreated { .. }
                | Event::EventSent { .. }
                | Event::EntityOperationCalled { .. }
                | Event::EntityOperationSignaled { .. }
                | Event::EntityLockRequested { .. }
                | Event::EntityUnlockSent { .. }
                | Event::ContinueAsNew { .. }
                | Event::ExecutionCompleted { .. } => {}
            }
            if progress.ended.is_some() || progress.terminated.is_some() {
                break;
            }
        }
        if let Some(execution) = &mut self.execution {
            progress.asked = execution.take_asked();
            progress.abandoned = execution.take_abandoned();
            if let Some(status) = execution.take_custom_status() {
                self.record.custom_status = Some(status);
                progress.record_changed = true;
            }
        }
        Ok(progress)
    }

    /// Whether the event is news: not late, not repeated.
    fn accepts(&mut self, event: &Event) -> bool {
        match event {
            Event::TaskCompleted { id, .. }
            | Event::TaskFailed { id, .. }
            | Event::SubOrchestrationInstanceCompleted { id, .. }
            | Event::SubOrchestrationInstanceFailed { id, .. }
            | Event::EntityOperationCompleted { id, .. }
            | Event::EntityOperationFailed { id, .. }
            | Event::TimerFired { id } => self.open.remove(id).is_some(),
            Event::EntityLockGranted { id } => match self.open.remove(id) {
                Some(Open::Locks(set)) => self.sections.insert(*id, set).is_none(),
                _ => false,
            },
            Event::ExecutionStarted(_) => self.execution.is_none(),
            Event::EventRaised { .. } => self.execution.is_some(),
            Event::ExecutionSuspended { .. } => self.execution.is_some() && self.record.status != Status::Suspended,
            Event::ExecutionResumed { .. } => self.record.status == Status::Suspended,
            Event::ExecutionTerminated { .. } => true,
            Event::ExecutionRewound { .. } => {
                for (id, set) in self.sections.drain() {
                    self.relocking.insert(id);
                    self.open.insert(id, Open::Locks(set));
                }
                self.execution.is_some()
            }
            Event::TaskScheduled { .. }
            | Event::SubOrchestrationInstanceCreated(_)
            | Event::TimerCreated { .. }
            | Event::EventSent { .. }
            | Event::EntityOperationCalled { .. }
            | Event::EntityOperationSignaled { .. }
            | Event::EntityLockRequested { .. }
            | Event::EntityUnlockSent { .. }
            | Event::ContinueAsNew { .. }
            | Event::ExecutionCompleted { .. } => false,
        }
    }

    fn begin(
        &mut self,
        started: &Started,
        handlers: &Handlers,
        replaying: bool,
        progress: &mut Progress,
    ) -> Result<(), Parked> {
        let Some(handler) = handlers.orchestrator(&started.name) else {
            return Err(not_registered(&started.name, handlers));
        };
        self.record.status = Status::Running;
        progress.record_changed = true;
        self.execution_id.clone_from(&started.execution_id);
        match Execution::begin(handler, &self.record, started) {
            Err(failure) => progress.ended = Some(Ended::Failed(failure)),
            Ok(mut execution) => {
                execution.begin_turn(self.now, replaying);
                self.execution = Some(execution);
                self.poll(progress)?;
            }
        }
        Ok(())
    }

    /// Whether what arrives is kept from the code for now.
    fn is_holding(&self) -> bool {
        self.record.status == Status::Suspended || !self.relocking.is_empty()
    }

    /// Gives the code what was kept from it, if nothing keeps it any more.
    fn give_held(&mut self, progress: &mut Progress) -> Result<(), Parked> {
        if self.is_holding() {
            return Ok(());
        }
        let mut held = std::mem::take(&mut self.held).into_iter();
        while progress.ended.is_none()
            && let Some(event) = held.next()
        {
            self.give(event, progress)?;
        }
        // What this generation does not get is for the next one.
        self.held.extend(held);
        Ok(())
    }

    fn give(&mut self, event: Event, progress: &mut Progress) -> Result<(), Parked> {
        if let Some(execution) = &mut self.execution
            && progress.ended.is_none()
        {
            execution.apply(event);
            self.poll(progress)?;
        }
        Ok(())
    }

    fn poll(&mut self, progress: &mut Progress) -> Result<(), Parked> {
        if let Some(execution) = &mut self.execution
            && let Polled::Ended(ended) = execution.poll()?
        {
            progress.ended = Some(ended);
        }
        Ok(())
    }

    /// Keeps the books on what the code waits for.
    fn note_open(&mut self, asked: &[Event], abandoned: &[TaskId]) {
        for event in asked {
            let (id, open) = match event {
                Event::TaskScheduled { id, .. } => (*id, Open::Activity),
                Event::TimerCreated { id, fire_at } => (*id, Open::Timer(*fire_at)),
                Event::SubOrchestrationInstanceCreated(child) if !child.detached => {
                    (child.id, Open::Child(child.instance_id.clone()))
                }
                Event::EntityOperationCalled { id, entity, .. } => (*id, Open::Operation(entity.clone())),
                Event::EntityLockRequested { id, lock_set } => (*id, Open::Locks(lock_set.clone())),
                Event::EntityUnlockSent { section, .. } => {
                    self.sections.remove(section);
                    continue;
                }
                Event::ExecutionStarted(_)
                | Event::TaskCompleted { .. }
                | Event::TaskFailed { .. }
                | Event::SubOrchestrationInstanceCreated(_)
                | Event::SubOrchestrationInstanceCompleted { .. }
                | Event::SubOrchestrationInstanceFailed { .. }
                | Event::TimerFired { .. }
                | Event::EventSent { .. }
                | Event::EventRaised { .. }
                | Event::EntityOperationSignaled { .. }
                | Event::EntityOperationCompleted { .. }
                | Event::EntityOperationFailed { .. }
                | Event::EntityLockGranted { .. }
                | Event::ExecutionSuspended { .. }
                | Event::ExecutionResumed { .. }
                | Event::ExecutionRewound { .. }
                | Event::ExecutionTerminated { .. }
                | Event::ContinueAsNew { .. }
                | Event::ExecutionCompleted { .. } => continue,
            };
            self.open.insert(id, open);
        }
        for id in abandoned {
            self.open.remove(id);
            // Granted in the same turn, but later.
            self.sections.remove(id);
        }
    }

    /// Makes of the progress what is to be stored and done, and brings the record up to date.
    fn conclude(&mut self, mut progress: Progress) -> Turn {
        let mut asked = progress.take_asked();
        let Progress { mut recorded, consumed, abandoned, ended, terminated, record_changed: progress_changed, .. } =
            progress;
        let sequence = self.sequence;
        self.sequence += (recorded.len() + asked.len()) as u64;
        let mut turn = Turn::new(Segment {
            key: self.record.key,
            generation: self.record.generation,
            sequence,
            at: self.now,
            events: Vec::new(),
        });
        turn.consumed = consumed;
        turn.record_changed = progress_changed || ended.is_some() || terminated.is_some();

        turn.carry_out(&asked, &self.record, &self.execution_id, &self.sections);
        turn.messages.extend(self.withdrawn(&asked, &abandoned));

        // Before the books are brought up to date: what was asked for in this very turn and dropped is not in them.
        for id in &abandoned {
            match self.open.get(id) {
                Some(Open::Timer(due)) => turn.canceled_timers.push((*due, *id)),
                Some(Open::Activity) => turn.canceled_activities.push(*id),
                Some(Open::Child(_) | Open::Operation(_) | Open::Locks(_)) | None => {}
            }
        }
        self.note_open(&asked, &abandoned);
        recorded.append(&mut asked);
        turn.segment.events = recorded;
        turn.timers.retain(|(_, id)| self.open.contains_key(id));
        turn.activities.retain(|task| self.open.contains_key(&task.id));

        if ended.is_some() || terminated.is_some() {
            self.end(ended, terminated, &mut turn);
        }
        self.record.updated = self.now;
        turn
    }

    /// Lets go the locks whose section the code has dropped before it knew that it had them.
    fn withdrawn(&self, asked: &[Event], abandoned: &[TaskId]) -> Vec<(Message, Option<Timestamp>)> {
        let before = abandoned.iter().filter_map(|id| match (self.open.get(id), self.sections.get(id)) {
            (Some(Open::Locks(set)), _) | (_, Some(set)) => release(&self.record, *id, set),
            _ => None,
        });
        let now = asked.iter().filter_map(|event| {
            let Event::EntityLockRequested { id, lock_set } = event else { return None };
            if abandoned.contains(id) { release(&self.record, *id, lock_set) } else { None }
        });
        before.chain(now).collect()
    }

    /// Closes what is still open, and says how it goes on from here.
    fn end(&mut self, ended: Option<Ended>, terminated: Option<(String, bool)>, turn: &mut Turn) {
        turn.timers.clear();
        turn.activities.clear();
        let recursive = terminated.as_ref().filter(|(_, recursive)| *recursive).map(|(reason, _)| reason.clone());
        for (id, open) in std::mem::take(&mut self.open) {
            match open {
                Open::Timer(due) => turn.canceled_timers.push((due, id)),
                Open::Activity => turn.canceled_activities.push(id),
                Open::Child(to) => {
                    if let Some(reason) = recursive.clone() {
                        let event = Event::ExecutionTerminated { reason, recursive: true };
                        turn.messages.push((Message::event(to, event), None));
                    }
                }
                Open::Operation(_) => {}
                Open::Locks(set) => {
                    self.sections.insert(id, set);
                }
            }
        }
        // Whether it returned, failed, was terminated or continues as new: no lock outlives the generation.
        let mut sections: Vec<_> = std::mem::take(&mut self.sections).into_iter().collect();
        sections.sort_unstable_by_key(|(section, _)| *section);
        turn.messages.extend(sections.iter().filter_map(|(section, set)| release(&self.record, *section, set)));
        turn.canceled_timers.sort_unstable();
        turn.canceled_activities.sort_unstable();
        self.relocking.clear();
        self.execution = None;
        self.record.status = match (terminated, ended) {
            (Some(_), _) => Status::Terminated,
            (None, Some(Ended::ContinuedAsNew { input, version, unread: mut carried })) => {
                carried.extend(std::mem::take(&mut self.held).into_iter().filter_map(|held| {
                    if let Event::EventRaised { name, input } = held { Some((name, input)) } else { None }
                }));
                turn.next_generation = Some(Box::new(self.next_generation(input, version, carried)));
                Status::Running
            }
            (None, Some(Ended::Failed(_))) => Status::Failed,
            (None, Some(Ended::Completed(_)) | None) => Status::Completed,
        };
        self.record.awake = !self.record.status.is_terminal();
    }

    /// How the next generation begins.
    fn next_generation(
        &mut self,
        input: Payload,
        version: Option<String>,
        carried: Vec<(crate::model::Name, Payload)>,
    ) -> Started {
        self.sequence = 0;
        self.record.generation += 1;
        if version.is_some() {
            self.record.version = version;
        }
        Started {
            name: self.record.name.clone(),
            version: self.record.version.clone(),
            input,
            execution_id: derived_id(&self.execution_id, "next generation"),
            parent: self.record.parent.clone(),
            tags: self.record.tags.clone(),
            scheduled_at: None,
            carried,
        }
    }
}

impl Progress {
    /// All that the code asked for, with the end of the generation as the last.
    fn take_asked(&mut self) -> Vec<Event> {
        let mut asked = std::mem::take(&mut self.asked);
        asked.reserve_exact(usize::from(self.ended.is_some() || self.terminated.is_some()));
        let end = match (&self.terminated, &self.ended) {
            (Some((reason, _)), _) => Some(completed(
                Status::Terminated,
                None,
                Some(Failure::new(FailureKind::Terminated, format!("terminated: {reason}"))),
            )),
            (None, Some(Ended::Completed(result))) => Some(completed(Status::Completed, Some(result.clone()), None)),
            (None, Some(Ended::Failed(failure))) => Some(completed(Status::Failed, None, Some(failure.clone()))),
            (None, Some(Ended::ContinuedAsNew { input, version, .. })) => {
                Some(Event::ContinueAsNew { input: input.clone(), version: version.clone() })
            }
            (None, None) => None,
        };
        asked.extend(end);
        asked
    }
}

fn completed(status: Status, result: Option<Payload>, failure: Option<Failure>) -> Event {
    Event::ExecutionCompleted { status, result, failure: failure.map(Box::new) }
}

fn not_registered(name: &str, handlers: &Handlers) -> Parked {
    let known = handlers.orchestrator_names().join(", ");
    let message = format!(
        "no orchestrator `{name}` is registered (registered: {}); add it to `registry![..]`, and the instance goes on",
        if known.is_empty() { "none" } else { &known }
    );
    Parked { reason: ParkReason::NotRegistered, message }
}

fn unreadable(record: &InstanceRecord, what: &str) -> Parked {
    let message = format!("the history of `{}` can't be replayed: {what}", record.id);
    Parked { reason: ParkReason::Unreadable, message }
}
