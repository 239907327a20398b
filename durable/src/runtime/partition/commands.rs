//! What clients ask for, decided one after the other.

use super::{
    Partition,
    entities::Ticket,
    instances::{Found, Slip},
    release::Ack,
};
use crate::{
    client::{Command, Ending, IfExists, Reply, Signal, Start},
    engine::Instance,
    model::{
        Error, Event, FailureKind, InstanceId, InstanceKey, Message, OperationRequest, Result, Status, WaitingFor,
        event::Started,
    },
    store::{StoreResult, Which},
};

impl Command {
    /// Answers with an error.
    pub(super) fn refuse(self, error: &Error) {
        fn answer<T>(reply: Reply<T>, error: &Error) {
            // Whoever has stopped waiting does not get the answer.
            drop(reply.send(Err(Error::from_failure(error.failure().clone()))));
        }
        match self {
            Self::Start { reply, .. } => answer(reply, error),
            Self::Raise { reply, .. }
            | Self::Suspend { reply, .. }
            | Self::Resume { reply, .. }
            | Self::Terminate { reply, .. }
            | Self::Purge { reply, .. }
            | Self::Signal { reply, .. }
            | Self::SignalAll { reply, .. } => answer(reply, error),
            Self::PurgeAll { reply, .. } | Self::CleanEntities { reply } => answer(reply, error),
            Self::Wait { reply, .. } => answer(reply, error),
            Self::Call { reply, .. } => answer(reply, error),
            Self::Rewind { reply, .. } => answer(reply, error),
            Self::Explain { reply, .. } => answer(reply, error),
        }
    }
}

impl Partition {
    pub(super) fn command(&mut self, command: Command) -> StoreResult<()> {
        match command {
            Command::Start { start, reply } => self.start(start, reply),
            Command::Raise { to, name, input, reply } => {
                let done = self.raise(&to, Event::EventRaised { name, input })?;
                self.acknowledge(reply, done);
                Ok(())
            }
            // It was scheduled, parked or changed in this round: first that must be stored.
            Command::Suspend { ref to, .. } | Command::Resume { ref to, .. } | Command::Terminate { ref to, .. }
                if self.round.outside.contains_key(to) =>
            {
                self.postponed.push(command);
                Ok(())
            }
            Command::Suspend { to, reason, reply } => {
                let event = Event::ExecutionSuspended { reason };
                let done = self.change(&to, event, &[Status::Running, Status::Pending], "suspended")?;
                self.acknowledge(reply, done);
                Ok(())
            }
            Command::Resume { to, reason, reply } => {
                let event = Event::ExecutionResumed { reason };
                let done = self.change(&to, event, &[Status::Suspended], "resumed")?;
                self.acknowledge(reply, done);
                Ok(())
            }
            Command::Terminate { to, reason, recursive, reply } => {
                let done = self.terminate(&to, Event::ExecutionTerminated { reason, recursive })?;
                self.acknowledge(reply, done);
                Ok(())
            }
            Command::Rewind { id, reason, dry_run, reply } => self.rewind(id, reason, dry_run, reply),
            Command::Purge { id, reply } => self.purge(id, reply),
            Command::PurgeAll { keys, reply } => self.purge_all(&keys, reply),
            Command::Explain { id, reply } => self.explain(&id, reply),
            Command::Wait { id, reply } => self.wait(&id, reply),
            Command::Signal { signal, reply } => {
                self.signal(signal)?;
                self.round.release.acks.push(Ack::Done(reply));
                Ok(())
            }
            Command::SignalAll { signals, reply } => {
                signals.into_iter().try_for_each(|signal| self.signal(signal))?;
                self.round.release.acks.push(Ack::Done(reply));
                Ok(())
            }
            Command::Call { to, operation, input, reply } => {
                let request = OperationRequest::signal(operation, input);
                self.deliver_operation(&to, request, Ticket { row: None, reply: Some(reply) })
            }
            Command::CleanEntities { reply } => {
                let count = self.release_orphans()?;
                self.round.release.acks.push(Ack::Counted(reply, count));
                Ok(())
            }
        }
    }

    fn signal(&mut self, signal: Signal) -> StoreResult<()> {
        let Signal { to, operation, input, at } = signal;
        self.deliver_at(Message::Operation { to, request: OperationRequest::signal(operation, input) }, at)
    }

    /// Answers when the round is stored, or with the error at once.
    fn acknowledge(&mut self, reply: Reply<()>, done: Result<()>) {
        match done {
            Ok(()) => self.round.release.acks.push(Ack::Done(reply)),
            Err(error) => drop(reply.send(Err(error))),
        }
    }

    fn start(&mut self, start: Box<Start>, reply: Reply<InstanceId>) -> StoreResult<()> {
        let id = start.id.clone();
        let found = if start.id_is_new { Found::Unknown } else { self.find(&id)? };
        match (found, start.if_exists) {
            (Found::Unknown, _) => {}
            (_, IfExists::Error) => {
                let message = format!("there is an instance `{id}` already; choose another id, or `if_exists`");
                drop(reply.send(Err(Error::of_kind(FailureKind::AlreadyExists, message))));
                return Ok(());
            }
            (_, IfExists::Attach) => {
                self.round.release.acks.push(Ack::Started(reply, id));
                return Ok(());
            }
            (Found::Ended(key), IfExists::Replace | IfExists::ReplaceEnded) if !self.instances.contains_key(&key) => {
                self.remove_ended(key, &id);
            }
            (Found::Live(_) | Found::Parked(_), IfExists::ReplaceEnded) => {
                let message =
                    format!("the instance `{id}` has not ended; terminate it first, or use `IfExists::Replace`");
                drop(reply.send(Err(Error::of_kind(FailureKind::AlreadyExists, message))));
                return Ok(());
            }
            // It must have ended, and that must be stored, before it can be replaced.
            (found, IfExists::Replace | IfExists::ReplaceEnded) => {
                let event =
                    Event::ExecutionTerminated { reason: "replaced by a new start".to_owned(), recursive: false };
                self.terminate_found(found, event)?;
                self.postponed.push(Command::Start { start, reply });
                return Ok(());
            }
        }
        let Start { request, execution_id, at, .. } = *start;
        let started = Started {
            name: request.name,
            version: request.version,
            input: request.input,
            execution_id,
            parent: None,
            tags: request.tags,
            scheduled_at: at.filter(|at| *at > self.round.now),
            carried: Vec::new(),
        };
        self.create(id.clone(), started);
        self.round.release.acks.push(Ack::Started(reply, id));
        Ok(())
    }

    fn raise(&mut self, to: &InstanceId, event: Event) -> StoreResult<Result<()>> {
        Ok(match self.find(to)? {
            Found::Unknown => Err(not_found(to)),
            Found::Ended(_) => Err(ended(to)),
            Found::Live(key) => {
                self.enqueue(key, event, Slip::default());
                Ok(())
            }
            Found::Parked(record) => {
                self.accept(Message::event(record.id, event), None);
                Ok(())
            }
        })
    }

    /// Suspends or resumes.
    fn change(&mut self, to: &InstanceId, event: Event, from: &[Status], verb: &str) -> StoreResult<Result<()>> {
        let status = match self.find(to)? {
            Found::Unknown => return Ok(Err(not_found(to))),
            Found::Ended(_) => return Ok(Err(ended(to))),
            Found::Parked(record) if from.contains(&record.status) => {
                self.change_parked(record, event)?;
                return Ok(Ok(()));
            }
            Found::Parked(record) => Some(record.status),
            Found::Live(key) => {
                let instance = self.instances.get(&key).map(|resident| &resident.instance);
                let status = instance.map(|instance| instance.record.status);
                if status.is_some_and(|status| from.contains(&status)) {
                    // Decided at once, so that a second command of this round sees it.
                    if instance.is_some_and(Instance::is_pending) {
                        self.hold_start(key, matches!(event, Event::ExecutionSuspended { .. }));
                    } else {
                        self.enqueue(key, event, Slip::default());
                        self.take_turn(key)?;
                    }
                    return Ok(Ok(()));
                }
                status
            }
        };
        let status = status.map_or("gone", Status::as_str);
        Ok(Err(Error::of_kind(FailureKind::InvalidState, format!("`{to}` can't be {verb}: it is {status}"))))
    }

    fn terminate(&mut self, to: &InstanceId, event: Event) -> StoreResult<Result<()>> {
        let found = self.find(to)?;
        match found {
            Found::Unknown => Ok(Err(not_found(to))),
            Found::Ended(_) => Ok(Err(ended(to))),
            Found::Live(_) | Found::Parked(_) => self.terminate_found(found, event).map(Ok),
        }
    }

    fn terminate_found(&mut self, found: Found, event: Event) -> StoreResult<()> {
        match found {
            Found::Live(key) => {
                self.enqueue(key, event, Slip::default());
                Ok(())
            }
            Found::Parked(record) => self.terminate_parked(record, event),
            Found::Ended(_) | Found::Unknown => Ok(()),
        }
    }

    fn purge(&mut self, id: InstanceId, reply: Reply<()>) -> StoreResult<()> {
        let error = match self.find(&id)? {
            Found::Unknown => not_found(&id),
            Found::Live(_) | Found::Parked(_) => Error::of_kind(
                FailureKind::InvalidState,
                format!("`{id}` has not ended; terminate it before purging it"),
            ),
            // It has ended in this round: first that must be stored.
            Found::Ended(key) if self.instances.contains_key(&key) => {
                self.postponed.push(Command::Purge { id, reply });
                return Ok(());
            }
            Found::Ended(key) => {
                failpoint!("instance.purged");
                self.endings.remove(&id);
                self.note_purge(&id);
                self.round.batch.purged.push(key);
                self.round.release.acks.push(Ack::Done(reply));
                return Ok(());
            }
        };
        drop(reply.send(Err(error)));
        Ok(())
    }

    fn purge_all(&mut self, keys: &[InstanceKey], reply: Reply<u64>) -> StoreResult<()> {
        let mut count = 0;
        for key in keys {
            let ended = self.store.instance(Which::Key(*key))?.filter(|record| record.status.is_terminal());
            if let Some(record) = ended.filter(|_| !self.round.batch.purged.contains(key)) {
                self.note_purge(&record.id);
                self.round.batch.purged.push(*key);
                count += 1;
            }
        }
        self.endings.clear();
        self.round.release.acks.push(Ack::Counted(reply, count));
        Ok(())
    }

    /// Tells what an instance waits for. One that is not in memory is brought in: only its code knows.
    fn explain(&mut self, id: &InstanceId, reply: Reply<Vec<WaitingFor>>) -> StoreResult<()> {
        let waiting = match self.find(id)? {
            Found::Unknown => {
                drop(reply.send(Err(not_found(id))));
                return Ok(());
            }
            Found::Ended(_) | Found::Parked(_) => Vec::new(),
            Found::Live(key) => {
                let history = self.store.history(key)?;
                let waiting = self.instances.get(&key).map(|resident| resident.instance.waiting_for(&history));
                waiting.unwrap_or_default()
            }
        };
        self.round.release.acks.push(Ack::Explained(reply, waiting));
        Ok(())
    }

    fn wait(&mut self, id: &InstanceId, reply: Reply<Ending>) -> StoreResult<()> {
        if let Some(ending) = self.endings.get(id) {
            self.round.release.acks.push(Ack::Ended(vec![reply], ending.clone()));
            return Ok(());
        }
        // Waiting for an instance is no reason to bring it into memory.
        let key = match self.by_id.get(id) {
            Some(key) => *key,
            None => match self.store.instance(Which::Id(id))? {
                None => {
                    drop(reply.send(Err(not_found(id))));
                    return Ok(());
                }
                Some(record) if record.status.is_terminal() => {
                    self.round.release.acks.push(Ack::Ended(vec![reply], Ending::Stored));
                    return Ok(());
                }
                Some(record) => record.key,
            },
        };
        self.waiters.entry(key).or_default().push(reply);
        Ok(())
    }
}

fn not_found(id: &InstanceId) -> Error {
    Error::of_kind(FailureKind::NotFound, format!("there is no instance `{id}`"))
}

fn ended(id: &InstanceId) -> Error {
    Error::of_kind(FailureKind::InvalidState, format!("the instance `{id}` has ended"))
}
