//! Polls the code of an orchestrator: the executor for Rust futures in this process.

use std::{
    cell::RefCell,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
};

use tracing::subscriber::{NoSubscriber, with_default};
use uuid::Uuid;

use crate::{
    guard,
    model::{Event, Failure, InstanceRecord, Name, ParkReason, Parked, Payload, TaskId, Timestamp, event::Started},
    orchestration::journal::{Identity, Journal, SharedJournal, with_journal},
    panic,
    registry::{BoxedOrchestration, OrchestratorHandler},
};

/// The code of one generation of an instance, between two awaits.
pub(super) struct Execution {
    journal: SharedJournal,
    future: Option<BoxedOrchestration>,
    waker: Waker,
    /// Shared with the waker only: whoever else holds it wants to be woken by something that is not in the history.
    probe: Arc<Probe>,
}

struct Probe;

impl Wake for Probe {
    fn wake(self: Arc<Self>) {}
}

/// How the code came out of a poll.
pub(super) enum Polled {
    /// It waits for something durable.
    Waiting,
    /// It is through.
    Ended(Ended),
}

/// How a generation ended.
pub(super) enum Ended {
    Completed(Payload),
    Failed(Failure),
    ContinuedAsNew { input: Payload, version: Option<String>, unread: Vec<(Name, Payload)> },
}

impl Execution {
    /// Begins a generation; nothing runs before the first [`poll`](Self::poll). An argument that the code can't take
    /// is a failure.
    pub(super) fn begin(
        handler: OrchestratorHandler,
        record: &InstanceRecord,
        started: &Started,
    ) -> Result<Self, Failure> {
        let identity = Identity {
            instance_id: record.id.clone(),
            name: started.name.clone(),
            version: started.version.clone(),
            generation: record.generation,
            execution_id: execution_uuid(record, started),
            parent: started.parent.clone(),
            tags: started.tags.clone(),
        };
        let journal = Rc::new(RefCell::new(Journal::new(identity, started.carried.clone())));
        let future = panic::catch(|| (handler.begin)(&journal, &started.input))??;
        let probe = Arc::new(Probe);
        Ok(Self { journal, future: Some(future), waker: guard::waker(Arc::clone(&probe)), probe })
    }

    /// Begins a turn.
    pub(super) fn begin_turn(&mut self, now: Timestamp, replaying: bool) {
        self.journal.borrow_mut().begin(now, replaying);
    }

    /// Hands over one event that has arrived.
    pub(super) fn apply(&mut self, event: Event) {
        let mut journal = self.journal.borrow_mut();
        match event {
            Event::TaskCompleted { id, result }
            | Event::SubOrchestrationInstanceCompleted { id, result }
            | Event::EntityOperationCompleted { id, result } => journal.answer(id, Ok(result)),
            Event::TaskFailed { id, failure }
            | Event::SubOrchestrationInstanceFailed { id, failure }
            | Event::EntityOperationFailed { id, failure } => journal.answer(id, Err(*failure)),
            Event::TimerFired { id } | Event::EntityLockGranted { id } => journal.answer(id, Ok(Payload::null())),
            Event::EventRaised { name, input } => journal.raise(name, input),
            Event::ExecutionStarted(_)
            | Event::TaskScheduled { .. }
            | Event::SubOrchestrationInstanceCreated(_)
            | Event::TimerCreated { .. }
            | Event::EventSent { .. }
            | Event::EntityOperationCalled { .. }
            | Event::EntityOperationSignaled { .. }
            | Event::EntityLockRequested { .. }
            | Event::EntityUnlockSent { .. }
            | Event::ExecutionSuspended { .. }
            | Event::ExecutionResumed { .. }
            | Event::ExecutionRewound { .. }
            | Event::ExecutionTerminated { .. }
            | Event::ContinueAsNew { .. }
            | Event::ExecutionCompleted { .. } => {}
        }
    }

    /// Runs the code until it waits or ends. Silent while replaying: what it logs was logged before.
    pub(super) fn poll(&mut self) -> Result<Polled, Parked> {
        let Some(future) = &mut self.future else { return Ok(Polled::Waiting) };
        let mut cx = Context::from_waker(&self.waker);
        let poll = || with_journal(&self.journal, || panic::catch(|| future.as_mut().poll(&mut cx)));
        let replaying = self.journal.borrow().is_replaying();
        let poll = || guard::watch(poll);
        let (polled, trapped) = if replaying { with_default(NoSubscriber::default(), poll) } else { poll() };
        let ended = match (polled, trapped) {
            (Err(failure), _) if failure.message.contains("there is no reactor running") => {
                // What tokio says to whoever polls its timers and sockets outside of it.
                let at = failure.location.map(|location| format!(" at {location}")).unwrap_or_default();
                return Err(self.awaits(&format!("a timer or I/O of tokio{at}")));
            }
            (_, Some(done)) => return Err(self.not_durable(&done)),
            (Ok(Poll::Ready(Ok(result))), None) => Ended::Completed(result),
            (Err(failure) | Ok(Poll::Ready(Err(failure))), None) => Ended::Failed(failure),
            (Ok(Poll::Pending), None) => {
                if !self.journal.borrow().continues_as_new() {
                    return self.check_durable().map(|()| Polled::Waiting);
                }
                self.drop_code();
                let mut journal = self.journal.borrow_mut();
                let (input, version) = journal.take_continue_as_new().unwrap_or_default();
                Ended::ContinuedAsNew { input, version, unread: journal.take_unread() }
            }
        };
        self.drop_code();
        Ok(Polled::Ended(ended))
    }

    /// Refuses a wait that nothing in the history will ever end.
    fn check_durable(&self) -> Result<(), Parked> {
        if self.journal.borrow().waiting() == 0 {
            let at = guard::kept_at().unwrap_or_default();
            Err(self.awaits(&format!("nothing that is durable{at}, and so waits for ever")))
        } else if Arc::strong_count(&self.probe) > 2 {
            let at = guard::kept_at().unwrap_or_default();
            Err(self.awaits(&format!("something that is not durable{at}, such as a tokio or futures primitive")))
        } else {
            Ok(())
        }
    }

    fn awaits(&self, what: &str) -> Parked {
        self.not_durable(&format!(
            "awaits {what}: await only what `ctx` gives and the combinators of `durable`; \
             I/O, sleeping and channels belong in an activity"
        ))
    }

    fn not_durable(&self, what: &str) -> Parked {
        let message = format!("the orchestrator `{}` {what}", self.journal.borrow().identity().name);
        Parked { reason: ParkReason::NotDurable, message }
    }

    /// Drops the future; what its destructors abandon counts, what they panic does not.
    fn drop_code(&mut self) {
        if let Some(future) = self.future.take() {
            let journal = Rc::clone(&self.journal);
            drop(with_journal(&journal, || panic::catch(|| drop(future))));
        }
    }

    /// The names of the events that the code waits for.
    pub(super) fn awaited_events(&self) -> Vec<Name> {
        self.journal.borrow().awaited_events()
    }

    /// What the code has asked for since the last time.
    pub(super) fn take_asked(&mut self) -> Vec<Event> {
        self.journal.borrow_mut().take_asked()
    }

    /// The numbers of what the code no longer waits for, since the last time.
    pub(super) fn take_abandoned(&mut self) -> Vec<TaskId> {
        self.journal.borrow_mut().take_abandoned()
    }

    /// The status that the code has set since the last time.
    pub(super) fn take_custom_status(&mut self) -> Option<Payload> {
        self.journal.borrow_mut().take_custom_status()
    }
}

impl Drop for Execution {
    fn drop(&mut self) {
        self.drop_code();
    }
}

/// The execution id as a UUID; one that is none (from another kind of client) is hashed.
fn execution_uuid(record: &InstanceRecord, started: &Started) -> Uuid {
    Uuid::try_parse(&started.execution_id).unwrap_or_else(|_| {
        Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{}\n{}", record.id, started.execution_id).as_bytes())
    })
}
