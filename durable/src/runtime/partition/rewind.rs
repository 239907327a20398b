//! Failed instances that go on from before their failure.

use super::{
    Partition,
    instances::{Found, Freshness, Slip},
    release::Ack,
};
use crate::{
    client::{Command, Reply},
    engine::{ActivityTask, Instance, Open, Rewind},
    model::{
        Error, Event, FailureKind, InstanceId, InstanceKey, InstanceRecord, Message, Result, RewindPlan, Status,
        event::ChildCreated,
    },
    store::{StoreError, StoreResult, Which},
};

/// All that is needed to rewind an instance, and with it its children.
struct Planned {
    instance: Instance,
    cut: u64,
    arrives: Vec<Event>,
    activities: Vec<ActivityTask>,
    /// What it asks for once more.
    repeated: Vec<Event>,
    kept: usize,
    dropped: usize,
    children: Vec<Planned>,
}

impl Partition {
    pub(super) fn rewind(
        &mut self,
        id: InstanceId,
        reason: String,
        dry_run: bool,
        reply: Reply<RewindPlan>,
    ) -> StoreResult<()> {
        let planned = match self.find(&id)? {
            Found::Unknown => Err(Error::of_kind(FailureKind::NotFound, format!("there is no instance `{id}`"))),
            Found::Live(_) | Found::Parked(_) => Err(not_failed(&id, "has not ended")),
            // It has ended in this round: first that must be stored.
            Found::Ended(key) if self.instances.contains_key(&key) => {
                self.postponed.push(Command::Rewind { id, reason, dry_run, reply });
                return Ok(());
            }
            Found::Ended(key) => match self.store.instance(Which::Key(key))? {
                Some(record) if record.status == Status::Failed => self.plan_rewind(record, &reason)?,
                Some(record) => Err(not_failed(&id, &format!("has ended as {}", record.status))),
                None => Err(Error::of_kind(FailureKind::NotFound, format!("there is no instance `{id}`"))),
            },
        };
        match planned {
            Err(error) => drop(reply.send(Err(error))),
            Ok(planned) => {
                let plan = planned.to_plan();
                if !dry_run {
                    self.apply_rewind(planned)?;
                }
                self.round.release.acks.push(Ack::Planned(reply, Box::new(plan)));
            }
        }
        Ok(())
    }

    /// Works out what is to be done, and changes nothing.
    fn plan_rewind(&mut self, mut record: InstanceRecord, reason: &str) -> StoreResult<Result<Planned>> {
        let history = match self.store.history(record.key) {
            Ok(history) => history,
            Err(StoreError::Corrupt { what, .. }) => return Ok(Err(Error::of_kind(FailureKind::InvalidState, what))),
            Err(error) => return Err(error),
        };
        let Rewind { kept, cut, dropped, arrives } = Rewind::of(history, reason);
        let events: Vec<Event> = kept.iter().flat_map(|segment| &segment.events).cloned().collect();
        record.awake = true;
        record.status = if kept.is_empty() { Status::Pending } else { Status::Running };
        let rebuilt = if kept.is_empty() {
            Ok((Instance::new(record), Vec::new()))
        } else {
            Instance::rebuild(record, kept, &self.handlers)
        };
        let (instance, mut activities) = match rebuilt {
            Ok(rebuilt) => rebuilt,
            Err(parked) => return Ok(Err(Error::of_kind(FailureKind::InvalidState, parked))),
        };
        let repeated = Rewind::unanswered(&events, &arrives, instance.open());
        activities.retain(|task| repeated.iter().any(|event| is_activity(event, task.id)));
        let mut planned =
            Planned { instance, cut, arrives, activities, repeated, kept: events.len(), dropped, children: Vec::new() };
        let children: Vec<ChildCreated> = planned.repeated.iter().filter_map(child).cloned().collect();
        for child in children {
            let record = self.store.instance(Which::Id(&child.instance_id))?;
            let failed = record.filter(|record| record.status == Status::Failed && planned.is_parent_of(record));
            // One that is in memory goes on already.
            if let Some(record) = failed.filter(|record| !self.instances.contains_key(&record.key)) {
                match self.plan_rewind(record, reason)? {
                    Ok(child) => planned.children.push(child),
                    Err(error) => {
                        let id = &planned.instance.record.id;
                        return Ok(Err(error.context(format!("`{id}` can't be rewound because of its child"))));
                    }
                }
            }
        }
        Ok(Ok(planned))
    }

    /// Rewinds an instance, and those of its children of whose failure it failed; all in one commit.
    fn apply_rewind(&mut self, planned: Planned) -> StoreResult<()> {
        let Planned { instance, cut, arrives, activities, repeated, children, .. } = planned;
        let key = instance.record.key;
        failpoint!("instance.rewound");
        self.endings.remove(&instance.record.id);
        self.round.batch.cut.push((key, cut));
        for (task, open) in instance.open() {
            if let Open::Timer(due) = open {
                self.timers.set(*due, key, *task);
            }
        }
        let (waits, others): (Vec<Event>, Vec<Event>) = repeated.into_iter().partition(|event| child(event).is_some());
        let mut messages = instance.ask_again(&others);
        messages.extend(instance.ask_for_locks());
        self.insert(instance, Freshness::Changed);
        for event in arrives {
            self.enqueue(key, event, Slip::default());
        }
        // From here on it can be answered.
        for child in children {
            self.apply_rewind(child)?;
        }
        for event in waits {
            self.ask_child_again(key, &event)?;
        }
        for (message, due) in messages {
            self.deliver_at(message, due)?;
        }
        self.take_turn(key)?;
        for task in activities {
            if self.instances.get(&key).is_some_and(|resident| resident.instance.open().contains_key(&task.id)) {
                self.add_job(key, task, None);
            }
        }
        Ok(())
    }

    /// Sees to it that a child answers. One that was terminated or is gone begins anew; one that has succeeded, when
    /// nobody waited for it any more, does not.
    fn ask_child_again(&mut self, parent: InstanceKey, asked: &Event) -> StoreResult<()> {
        let (Some(child), Some(resident)) = (child(asked), self.instances.get(&parent)) else { return Ok(()) };
        let (id, task) = (child.instance_id.clone(), child.id);
        let parent_record = resident.instance.record.clone();
        let start = resident.instance.ask_again(std::slice::from_ref(asked));
        match self.find(&id)? {
            // It goes on by itself, or was rewound just now.
            Found::Live(_) | Found::Parked(_) => return Ok(()),
            Found::Ended(key) if self.instances.contains_key(&key) => return Ok(()),
            Found::Ended(key) => {
                let record = self.store.instance(Which::Key(key))?;
                if record.is_some_and(|record| is_child(&record, &parent_record)) {
                    let details = self.store.catalog().instance(&id)?;
                    if let Some(result) = details.and_then(|details| details.output) {
                        let event = Event::SubOrchestrationInstanceCompleted { id: task, result };
                        self.enqueue(parent, event, Slip::default());
                        return Ok(());
                    }
                    self.endings.remove(&id);
                    self.note_purge(&id);
                    self.round.batch.purged.push(key);
                    for (message, _) in start {
                        if let Message::Event { to, event: Event::ExecutionStarted(started), .. } = message {
                            self.create(to, *started);
                        }
                    }
                    return Ok(());
                }
            }
            Found::Unknown => {}
        }
        // If the id belongs to somebody else, the parent is told so once more.
        start.into_iter().try_for_each(|(message, due)| self.deliver_at(message, due))
    }
}

impl Planned {
    fn to_plan(&self) -> RewindPlan {
        RewindPlan {
            instance_id: self.instance.record.id.clone(),
            kept: self.kept,
            dropped: self.dropped,
            repeated: self.repeated.clone(),
            children: self.children.iter().map(Self::to_plan).collect(),
        }
    }

    fn is_parent_of(&self, record: &InstanceRecord) -> bool {
        is_child(record, &self.instance.record)
    }
}

fn not_failed(id: &InstanceId, what: &str) -> Error {
    Error::of_kind(FailureKind::InvalidState, format!("`{id}` can't be rewound: it {what}; only what has failed can"))
}

fn child(event: &Event) -> Option<&ChildCreated> {
    if let Event::SubOrchestrationInstanceCreated(child) = event { Some(child) } else { None }
}

fn is_activity(event: &Event, task: u64) -> bool {
    matches!(event, Event::TaskScheduled { id, .. } if *id == task)
}

/// Whether the instance answers to that parent.
fn is_child(record: &InstanceRecord, parent: &InstanceRecord) -> bool {
    record.parent.as_ref().is_some_and(|link| {
        link.instance_id == parent.id.as_str()
            && link.key.is_none_or(|key| key == parent.key)
            && link.generation == parent.generation
            && link.task_id.is_some()
    })
}
