//! What can be set about a runtime, and how one starts.

use std::{fmt, sync::Arc, time::Duration};

use tokio::sync::oneshot;
use uuid::Uuid;

use super::{
    Clock, Runtime, SystemClock,
    activities::Workers,
    bulk::{BUILT_IN, OwnClient},
    mailbox::Mailbox,
    partition::{Partition, Settings},
    watchdog::Watchdog,
};
use crate::{
    activity::States,
    client::{Client, CommandSink, Registered, is_built_in},
    model::{Error, FailureKind, Name, Result},
    registry::{Handlers, Registry},
    store::{Catalog, Store, StoreError, memory::MemoryStore},
};

#[cfg(feature = "http-client")]
const HTTP_CLIENT: Registry = Registry::new(&[crate::registry::Item::activity::<crate::http_client::HttpActivity>()]);

/// What can be set about a runtime; made by [`Runtime::builder`].
#[must_use = "nothing runs before `.start().await`"]
pub struct RuntimeBuilder {
    store: Option<Box<dyn Store>>,
    registries: Vec<Registry>,
    states: States,
    clock: Arc<dyn Clock>,
    settings: Settings,
    #[cfg(feature = "http-client")]
    http: crate::http_client::HttpSetup,
    #[cfg(feature = "testing")]
    harness: Option<Arc<super::Harness>>,
}

impl RuntimeBuilder {
    pub(super) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            store: None,
            registries: Vec::new(),
            states: States::default(),
            clock: Arc::new(SystemClock::default()),
            settings: Settings {
                max_async_activities: 1_000,
                max_blocking_activities: (4 * cores).max(16),
                max_instances_in_memory: 100_000,
                max_restarts: 10,
                grace_period: Duration::from_secs(30),
                turns_per_round: 20_000,
                takes_up: true,
                replay_every_turn: false,
            },
            #[cfg(feature = "http-client")]
            http: crate::http_client::HttpSetup::default(),
            #[cfg(feature = "testing")]
            harness: None,
        }
    }

    /// Keeps the history in the SQLite file at `path`, which is made if it does not exist. Its directory must exist.
    #[cfg(feature = "sqlite")]
    pub fn sqlite(self, path: impl Into<std::path::PathBuf>) -> Self {
        self.store(crate::store::sqlite::SqliteStore::new(path.into()))
    }

    /// Keeps the history in memory: for tests. Nothing survives the process.
    pub fn memory(self) -> Self {
        self.store(MemoryStore::new())
    }

    /// Keeps the history in that store.
    pub fn store(mut self, store: impl Store + 'static) -> Self {
        self.store = Some(Box::new(store));
        self
    }

    /// Adds activities, orchestrators and entities; several calls add to each other.
    pub fn register(mut self, registry: Registry) -> Self {
        self.registries.push(registry);
        self
    }

    /// Provides application state, which activities and entity operations take as `State<T>`; one value for each type.
    pub fn state<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        self.states.insert(value);
        self
    }

    /// Takes the time from that clock, for example a [`VirtualClock`](super::VirtualClock).
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// How many async activities run at once (1,000 if not set, at least 1); more wait.
    pub fn max_async_activities(mut self, limit: usize) -> Self {
        self.settings.max_async_activities = limit;
        self
    }

    /// How many blocking activities run at once (four per core, 16 or more, if not set); more wait.
    ///
    /// Activities that are plain `fn`s are blocking: they run on tokio's threads for blocking work, of which there are
    /// 512 unless the tokio runtime was built otherwise.
    pub fn max_blocking_activities(mut self, limit: usize) -> Self {
        self.settings.max_blocking_activities = limit;
        self
    }

    /// How many instances stay in memory (100,000 if not set). More than that leave it, the longest unused first, and
    /// come back by replay when something arrives for them. One takes about 2 kB besides its own data.
    pub fn max_instances_in_memory(mut self, limit: usize) -> Self {
        self.settings.max_instances_in_memory = limit;
        self
    }

    /// How often what ends the process is begun again (10 times if not set): an activity that was running when the
    /// process died is given up then, with a failure of kind [`Poisoned`](FailureKind::Poisoned); an instance whose
    /// code ends the process is parked. Orderly shutdowns do not count.
    pub fn max_restarts(mut self, limit: u32) -> Self {
        self.settings.max_restarts = limit;
        self
    }

    /// How long [`Runtime::shutdown`] waits for running activities (30 seconds if not set).
    pub fn grace_period(mut self, duration: Duration) -> Self {
        self.settings.grace_period = duration;
        self
    }

    /// Sets limits for durable HTTP calls, and what they may reach beside public addresses.
    #[cfg(feature = "http-client")]
    pub fn http_client(mut self, settings: crate::http_client::HttpClientSettings) -> Self {
        self.http.settings = settings;
        self
    }

    /// Gives the value of a secret that [`HttpRequest::secret_header`](crate::HttpRequest::secret_header) names: the
    /// whole value of the header, for example `Bearer 7c9e66`. It is never recorded.
    #[cfg(feature = "http-client")]
    pub fn http_secret(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.http.secret(name.into(), value.into());
        self
    }

    /// Asks `resolver` for the values of secrets that [`http_secret`](Self::http_secret) was not given, for each
    /// request anew: for tokens that expire, and for stores of secrets. `None` means that there is none of that name.
    ///
    /// ```
    /// use durable::prelude::*;
    ///
    /// let builder = Runtime::builder().http_secrets(|name| async move { Ok(std::env::var(name).ok()) });
    /// # drop(builder);
    /// ```
    #[cfg(feature = "http-client")]
    pub fn http_secrets<F>(mut self, resolver: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Option<String>>> + Send + 'static,
    {
        self.http.secrets(resolver);
        self
    }

    /// How many turns are stored in one transaction at most. For tests that stop a runtime between any two turns.
    #[doc(hidden)]
    pub fn turns_per_round(mut self, limit: usize) -> Self {
        self.settings.turns_per_round = limit.max(1);
        self
    }

    /// Lets the environment of tests take part.
    #[cfg(feature = "testing")]
    pub(crate) fn harness(mut self, harness: Arc<super::Harness>) -> Self {
        self.harness = Some(harness);
        self
    }

    /// Replays each instance from its history after every turn, and parks it if its code does something else then.
    #[cfg(feature = "testing")]
    pub(crate) fn replay_every_turn(mut self, replay: bool) -> Self {
        self.settings.replay_every_turn = replay;
        self
    }

    /// Leaves what is unfinished as it is, unless something arrives for it: for a runtime without the code of the program.
    #[cfg(feature = "cli")]
    pub(crate) fn takes_up_nothing(mut self) -> Self {
        self.settings.takes_up = false;
        self
    }

    /// Opens the store, takes up what is unfinished there, and begins to work. Call it inside a tokio runtime, which
    /// then runs the activities.
    ///
    /// # Errors
    ///
    /// - No store was chosen, a durable name is registered twice or reserved, or a state that an activity or entity needs was not
    ///   provided (kind [`InvalidArgument`](FailureKind::InvalidArgument)).
    /// - The store can't be opened (kind [`Store`](FailureKind::Store), a [`StoreError`] inside): it is in use by
    ///   another process, not a database of ours, written by a newer version, read-only, or the disk is full.
    ///
    /// # Panics
    ///
    /// It is called outside a tokio runtime.
    pub async fn start(self) -> Result<Runtime> {
        #[cfg(feature = "http-client")]
        let mut states = self.http.provide(self.states)?;
        #[cfg(not(feature = "http-client"))]
        let mut states = self.states;
        #[cfg(feature = "testing")]
        let harness = self.harness;
        let Self { store, registries, clock, settings, .. } = self;
        let mut handlers = Handlers::default();
        handlers.add_built_in(BUILT_IN)?;
        #[cfg(feature = "http-client")]
        handlers.add_built_in(HTTP_CLIENT)?;
        let own_client = Arc::new(OwnClient::default());
        states.insert(Arc::clone(&own_client));
        registries.into_iter().try_for_each(|registry| handlers.add(registry))?;
        #[cfg(feature = "testing")]
        let needs_states = harness.is_none();
        #[cfg(not(feature = "testing"))]
        let needs_states = true;
        // What is mocked needs no states.
        if needs_states {
            handlers.check_states(&states)?;
        }
        let mut registered =
            Registered { orchestrators: handlers.orchestrator_names(), entities: handlers.entity_names() };
        registered.orchestrators.retain(|name| !is_built_in(&Name::Borrowed(name)));
        let store = store.ok_or_else(|| {
            let message =
                "a runtime needs a store: call `.sqlite(\"app.db\")` (or `.memory()` in tests) on the builder";
            Error::of_kind(FailureKind::InvalidArgument, message)
        })?;
        #[cfg(feature = "testing")]
        let mailbox = Arc::new(Mailbox::with_harness(harness));
        #[cfg(not(feature = "testing"))]
        let mailbox = Arc::new(Mailbox::default());
        let waker = Arc::clone(&mailbox);
        clock.on_change(Arc::new(move || waker.nudge()));
        let workers = Workers::start(&tokio::runtime::Handle::current(), Arc::clone(&mailbox), states.clone());
        let workers = Arc::new(workers);
        let watchdog = Watchdog::start(&tokio::runtime::Handle::current());
        let (opened, opening) = oneshot::channel();
        let partition_mailbox = Arc::clone(&mailbox);
        let thread = std::thread::Builder::new().name("durable".to_owned()).spawn(move || {
            let mailbox = partition_mailbox;
            // However this thread ends, nobody is left waiting for it.
            let _guard = CloseOnDrop(Arc::clone(&mailbox));
            match open(store, clock, handlers, states, settings, mailbox, workers, watchdog) {
                Err(error) => drop(opened.send(Err(error))),
                Ok((partition, catalog)) => {
                    drop(opened.send(Ok(catalog)));
                    partition.run();
                }
            }
        });
        let thread = thread.map_err(|error| Error::wrapping(FailureKind::Unavailable, error))?;
        let catalog = opening
            .await
            .map_err(|_| Error::of_kind(FailureKind::Unavailable, "the runtime ended before it had begun"))?
            .map_err(|error| Error::wrapping(FailureKind::Store, error))?;
        let sink: Arc<dyn CommandSink> = Arc::clone(&mailbox) as _;
        let client = Client::new(Some((sink, registered)), catalog);
        own_client.set(client.clone());
        Ok(Runtime { client, mailbox, thread: Some(thread) })
    }
}

#[expect(clippy::disallowed_methods, reason = "the runtime makes what ids that entities generate begin with")]
#[expect(clippy::too_many_arguments, reason = "called once, by the thread that it sets up")]
fn open(
    mut store: Box<dyn Store>,
    clock: Arc<dyn Clock>,
    handlers: Handlers,
    states: States,
    settings: Settings,
    mailbox: Arc<Mailbox>,
    workers: Arc<Workers>,
    watchdog: Arc<Watchdog>,
) -> Result<(Partition, Arc<dyn Catalog>), StoreError> {
    let opened = store.open()?;
    mailbox.feed.begin(opened.epoch);
    let catalog = store.catalog();
    let new_ids = Uuid::now_v7().simple().to_string();
    // The harness of a test wants every run to be the same.
    #[cfg(feature = "testing")]
    let new_ids = if mailbox.harness().is_some() { format!("life {}", opened.epoch) } else { new_ids };
    let partition =
        Partition::new(store, opened, clock, handlers, states, settings, mailbox, workers, watchdog, new_ids)?;
    Ok((partition, catalog))
}

/// Closes the mailbox when the partition's thread ends, also by a panic.
struct CloseOnDrop(Arc<Mailbox>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.fail(FailureKind::Unavailable, "the runtime has stopped because of a bug in `durable`; restart it");
        }
        self.0.close(FailureKind::Unavailable, "the runtime has ended");
        self.0.end_feed();
    }
}

impl fmt::Debug for RuntimeBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuntimeBuilder")
            .field("registries", &self.registries)
            .field("states", &self.states)
            .field("clock", &self.clock)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
