//! Starting, asking, signaling, waiting: what anybody can do with a task hub from outside.

mod bulk;
mod changes;
mod command;
mod entities;
mod handle;
mod overview;
mod purge;
mod query;
mod registered;
mod restart;
mod rewind;
mod signals;
mod start;
mod verbs;

use std::{fmt, sync::Arc, time::Duration};

use tokio::sync::{Semaphore, oneshot};

pub(crate) use bulk::{BULK, BulkJob, SHOWN_FAILURES, is_built_in};
pub use bulk::{Bulk, BulkAction, BulkFailure, BulkReport};
pub(crate) use changes::Feed;
pub use changes::{Change, Changed, Changes};
pub use command::IfExists;
pub(crate) use command::{Command, CommandSink, Ending, Reply, Signal, Start};
pub use handle::{Handle, InstanceStatus};
pub use overview::{FailureGroup, Overview};
pub use query::{Entities, EntityQuery, InstanceQuery, Instances, InstancesPage};
pub use registered::Registered;
pub use restart::Restarting;
pub use rewind::Rewinding;
pub use signals::{SignalBatch, Signaling};
pub use start::Starting;

pub use crate::store::{EntityDetails, HistoryPage, RecordedEvent};
use crate::{
    model::{Error, FailureKind, Result},
    store::{Catalog, StoreError},
};

/// How many commands of one client may be on their way at once; more wait.
const IN_FLIGHT: usize = 50_000;
/// How many reads of one client go to the store at once.
const READERS: usize = 8;
/// How long a command waits for its turn before it is refused.
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts orchestrations, raises events, signals entities, waits and asks. Cloning is cheap.
///
/// A client of a running runtime comes from [`Runtime::client`](crate::Runtime::client) and can be used from any task
/// or thread. When its runtime can't store anything for the moment (the disk is full), requests fail with the kind
/// [`FailureKind::Store`]; they may still be carried out when there is space again. One from [`Client::read_only`] works without a runtime, also in another process, and can only read.
#[derive(Clone)]
pub struct Client {
    sink: Option<Arc<dyn CommandSink>>,
    catalog: Arc<dyn Catalog>,
    registered: Option<Arc<Registered>>,
    permits: Arc<Semaphore>,
    /// Reading at the same time by more threads than this only makes them wait for each other.
    readers: Arc<Semaphore>,
}

impl Client {
    pub(crate) fn new(sink: Option<(Arc<dyn CommandSink>, Registered)>, catalog: Arc<dyn Catalog>) -> Self {
        let (sink, registered) = sink.unzip();
        Self {
            sink,
            catalog,
            registered: registered.map(Arc::new),
            permits: Arc::new(Semaphore::new(IN_FLIGHT)),
            readers: Arc::new(Semaphore::new(READERS)),
        }
    }

    /// What the runtime of this client knows by name; `None` for a client that only reads.
    pub fn registered(&self) -> Option<&Registered> {
        self.registered.as_deref()
    }

    /// A client that only reads the SQLite file at `path`, which a program may have open at the same time.
    ///
    /// # Errors
    ///
    /// The file does not exist, is no database of ours, or has a newer or older format: a [`StoreError`] inside.
    #[cfg(feature = "sqlite")]
    pub async fn read_only(path: impl AsRef<std::path::Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let opened =
            tokio::task::spawn_blocking(move || crate::store::sqlite::SqliteCatalog::open_read_only(path)).await;
        let opened = opened.map_err(|_| Error::of_kind(FailureKind::Unavailable, "the runtime is shutting down"))?;
        let catalog = opened.map_err(|error| Error::wrapping(FailureKind::Store, error))?;
        Ok(Self::new(None, Arc::new(catalog)))
    }

    /// Sends a command and waits until it is durable.
    async fn send<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T> {
        let Some(sink) = &self.sink else {
            return Err(Error::of_kind(
                FailureKind::Unavailable,
                "this client can only read: start, signal and manage through the program that runs the runtime",
            ));
        };
        let permit = tokio::time::timeout(PATIENCE, self.permits.acquire()).await;
        let Ok(Ok(_permit)) = permit else {
            let message = format!("overloaded: {IN_FLIGHT} requests are waiting since {PATIENCE:?}; try again later");
            return Err(Error::of_kind(FailureKind::Unavailable, message));
        };
        let (reply, answer) = oneshot::channel();
        sink.post(command(reply))?;
        answer.await.unwrap_or_else(|_| Err(shut_down()))
    }

    /// Sends a command whose answer may take any time; it takes no place from others.
    async fn send_patiently<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T> {
        let sink = self.sink.as_ref().ok_or_else(shut_down)?;
        let (reply, answer) = oneshot::channel();
        sink.post(command(reply))?;
        answer.await.unwrap_or_else(|_| Err(shut_down()))
    }

    /// Reads from the catalog off the async threads.
    async fn read_catalog<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Catalog) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T> {
        let _reader = self.readers.acquire().await;
        let catalog = Arc::clone(&self.catalog);
        let read = tokio::task::spawn_blocking(move || read(&*catalog)).await;
        let read = read.map_err(|_| Error::of_kind(FailureKind::Unavailable, "the runtime is shutting down"))?;
        let read = read.map_err(|error| Error::wrapping(FailureKind::Store, error))?;
        // What may be lost with the power is told to nobody.
        if let Some(sink) = &self.sink {
            sink.settled().await?;
        }
        Ok(read)
    }
}

fn shut_down() -> Error {
    Error::of_kind(FailureKind::Unavailable, "the runtime has shut down before it could answer")
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("read_only", &self.sink.is_none()).finish_non_exhaustive()
    }
}
