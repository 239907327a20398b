//! What clients ask of a running runtime.

use std::{pin::Pin, sync::Arc};

use tokio::sync::oneshot;

use super::Feed;

use crate::model::{
    EntityId, Error, Failure, InstanceId, InstanceKey, Name, Payload, Result, RewindPlan, StartRequest, Status,
    Timestamp, WaitingFor,
};

/// Where the answer goes.
pub(crate) type Reply<T> = oneshot::Sender<Result<T>>;

/// What clients ask of a running runtime. Each is answered once it is durable.
#[derive(Debug)]
pub(crate) enum Command {
    /// Start an orchestration.
    Start { start: Box<Start>, reply: Reply<InstanceId> },
    /// Raise an event.
    Raise { to: InstanceId, name: Name, input: Payload, reply: Reply<()> },
    /// Take no more turns.
    Suspend { to: InstanceId, reason: String, reply: Reply<()> },
    /// Take turns again.
    Resume { to: InstanceId, reason: String, reply: Reply<()> },
    /// End from outside.
    Terminate { to: InstanceId, reason: String, recursive: bool, reply: Reply<()> },
    /// Go on from before the failure; or only tell what that would mean.
    Rewind { id: InstanceId, reason: String, dry_run: bool, reply: Reply<RewindPlan> },
    /// Remove an instance that has ended.
    Purge { id: InstanceId, reply: Reply<()> },
    /// Remove those of the instances that have ended; the answer is their number.
    PurgeAll { keys: Vec<InstanceKey>, reply: Reply<u64> },
    /// Tell what the instance waits for.
    Explain { id: InstanceId, reply: Reply<Vec<WaitingFor>> },
    /// Tell when the instance has ended.
    Wait { id: InstanceId, reply: Reply<Ending> },
    /// Perform an operation some time.
    Signal { signal: Signal, reply: Reply<()> },
    /// Perform operations some time: all or none is accepted.
    SignalAll { signals: Vec<Signal>, reply: Reply<()> },
    /// Perform an operation, and tell the result.
    Call { to: EntityId, operation: Name, input: Payload, reply: Reply<Payload> },
    /// Take back the locks whose holders have ended; the answer is their number.
    CleanEntities { reply: Reply<u64> },
}

/// An operation to be performed, with all that the client decides.
#[derive(Debug, Clone)]
pub(crate) struct Signal {
    pub(crate) to: EntityId,
    pub(crate) operation: Name,
    pub(crate) input: Payload,
    pub(crate) at: Option<Timestamp>,
}

/// A start with all that the client decides.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) request: StartRequest,
    pub(crate) id: InstanceId,
    /// Whether the id was made for this start, so that no instance can have it yet.
    pub(crate) id_is_new: bool,
    pub(crate) execution_id: String,
    pub(crate) at: Option<Timestamp>,
    pub(crate) if_exists: IfExists,
}

/// How an instance ended.
#[derive(Debug, Clone)]
pub(crate) enum Ending {
    /// Just now.
    Now { status: Status, result: Option<Payload>, failure: Option<Failure> },
    /// Before; the store knows.
    Stored,
}

impl Ending {
    /// How much memory its values take, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Now { result, failure, .. } => {
                let details = failure
                    .as_ref()
                    .map_or(0, |failure| failure.message.len() + failure.details.as_ref().map_or(0, Payload::len));
                result.as_ref().map_or(0, Payload::len) + details
            }
            Self::Stored => 0,
        }
    }
}

/// What to do when an instance with the given id exists already. Decided atomically with the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IfExists {
    /// The start fails with the kind [`AlreadyExists`](crate::FailureKind::AlreadyExists).
    #[default]
    Error,
    /// The existing instance is taken, running or ended; the argument of this start is not used.
    Attach,
    /// The existing instance is terminated if it has not ended, and removed with its history.
    Replace,
    /// The existing instance is removed with its history if it has ended; otherwise the start fails with the kind
    /// [`AlreadyExists`](crate::FailureKind::AlreadyExists).
    ReplaceEnded,
}

/// Takes commands to a running runtime.
pub(crate) trait CommandSink: Send + Sync {
    /// Hands the command over.
    fn post(&self, command: Command) -> Result<(), Error>;

    /// What tells of changes.
    fn feed(&self) -> &Arc<Feed>;

    /// Waits until everything is on disk that can be read now.
    fn settled(&self) -> Pin<Box<dyn Future<Output = Result<()>> + Send + '_>>;
}
