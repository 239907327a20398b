//! The environment: a runtime in memory, with virtual time that passes by itself.

use std::{
    fmt,
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use super::{
    choices::Choices,
    driver::{Changed, Driver, Request},
    mock::{self, Describes, IntoMocked},
    sink::{Sink, Wire},
    store::{Fate, MortalStore},
};
use crate::{
    activity::Activity,
    client::Client,
    model::{Data, Error, FailureKind, Result, Timestamp},
    registry::Registry,
    runtime::{Clock, Harness, Runtime, RuntimeBuilder, VirtualClock},
    store::{Store, memory::MemoryStore},
};

type Configure = Arc<dyn Fn(RuntimeBuilder) -> RuntimeBuilder + Send + Sync>;
type SetUp = Arc<dyn Fn(&Harness) + Send + Sync>;

/// A runtime in memory for one test. It is a [`Client`]: all its verbs can be used, and its handles.
///
/// What the environment does is the same each time. Activities that are not [mocked](Self::mock) really run, and the
/// environment waits for them, up to its [patience](TestEnvBuilder::patience) in real time; then time passes as if they
/// hung, so mock what is slow. Results are handed over one by one. **Time is virtual, and passes while somebody waits**
/// for the end of an instance or the result of an operation, and nothing else can happen: it jumps to when the next
/// thing is due. [`advance`](Self::advance) lets a certain time pass. Who waits for something that can never happen is
/// told so, with an error that says what the instance waits for. (`Handle::output_within` counts real time, and who only
/// listens to changes lets no time pass.)
///
/// **Every turn is checked by a replay**: the instance is rebuilt from its history, and if its code does something else
/// then, it is parked, and whoever waits for it gets the reason as an error.
///
/// Use it in a current-thread tokio runtime, which is what `#[tokio::test]` makes. See the [module](super) for an
/// example.
pub struct TestEnv {
    client: Client,
    wire: Arc<Wire>,
    harness: Arc<Harness>,
    clock: VirtualClock,
    begin_time: Timestamp,
    requests: mpsc::UnboundedSender<Request>,
    choices: Arc<Mutex<Choices>>,
    driver: JoinHandle<()>,
}

impl TestEnv {
    /// An environment with that code.
    ///
    /// # Errors
    ///
    /// A durable name is registered twice or is reserved.
    pub async fn new(registry: Registry) -> Result<Self> {
        Self::builder(registry).start().await
    }

    /// Begins to build an environment.
    pub fn builder(registry: Registry) -> TestEnvBuilder {
        TestEnvBuilder {
            configure: Arc::new(move |builder| builder.register(registry)),
            set_up: Arc::new(|_| {}),
            clock_at: None,
            passes_by_itself: true,
            max_time_steps: 10_000,
            patience: Duration::from_secs(1),
            turns_per_commit: 1,
            crash_at: None,
            replays: true,
        }
    }

    /// Lets `answer` stand in for the activity from now on. It takes the activity's argument: nothing (`|()|`), the value
    /// (`|order|`), or a tuple of several (`|(card, cents)|`). It returns what the activity returns, or [`after`] some time,
    /// or [`never`].
    ///
    /// ```
    /// use durable::{prelude::*, testing::{TestEnv, after}};
    /// use std::time::Duration;
    ///
    /// #[activity]
    /// async fn charge(card: String, cents: u64) -> Result<String> {
    ///     Err(Error::new("asks the bank"))
    /// }
    ///
    /// #[orchestrator]
    /// async fn checkout(ctx: &Context) -> Result<String> {
    ///     ctx.call(charge("4242".into(), 1_000)).await
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// let env = TestEnv::new(registry![checkout, charge]).await?;
    /// env.mock(charge, |(card, cents)| after(Duration::from_secs(5), Ok(format!("{cents} from {card}"))));
    /// assert_eq!(env.start(checkout()).await?.output().await?, "1000 from 4242");
    /// assert_eq!(env.runs(charge), [("4242".to_owned(), 1_000)]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`after`]: super::after
    /// [`never`]: fn@super::never
    pub fn mock<Args, F, R>(&self, activity: F, answer: impl Fn(Input<F, Args>) -> R + Send + Sync + 'static)
    where
        F: Describes<Args>,
        R: IntoMocked<<F::Activity as Activity>::Output, <F::Activity as Activity>::Error>,
    {
        // Only its type says which activity it is.
        drop(activity);
        self.harness.mock(F::Activity::NAME, mock::mock::<F::Activity, R>(answer));
    }

    /// The arguments of all runs of an activity so far, in the order in which they began. Attempts that were repeated
    /// under a retry policy or after a crash count each.
    ///
    /// # Panics
    ///
    /// A recorded argument does not have the shape of today's.
    pub fn runs<Args, F: Describes<Args>>(&self, activity: F) -> Vec<Input<F, Args>> {
        drop(activity);
        let runs = self.harness.runs(F::Activity::NAME);
        let decode = |input| Data::from_payload(input).unwrap_or_else(|error| panic!("{input}: {error}"));
        runs.iter().map(|run| decode(&run.input)).collect()
    }

    /// The virtual time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How much virtual time has passed since the environment was made.
    pub fn elapsed(&self) -> Duration {
        self.clock.now() - self.begin_time
    }

    /// Lets so much time pass, with everything that is due meanwhile, in its order; then until nothing can happen any more
    /// without more time.
    pub async fn advance(&self, duration: Duration) {
        self.advance_to(self.clock.now() + duration).await;
    }

    /// Lets time pass until then; see [`advance`](Self::advance).
    pub async fn advance_to(&self, time: Timestamp) {
        let (done, passed) = oneshot::channel();
        self.request(Request::PassUntil(time, done));
        // It is answered unless the runtime has ended; then time stands still.
        drop(passed.await);
    }

    /// Waits until nothing can happen any more without more time.
    pub async fn settle(&self) {
        self.advance(Duration::ZERO).await;
    }

    /// Kills the process and starts it again: what was stored goes on. Commands that were not stored yet are sent again
    /// by themselves; who waits for the end of an instance goes on waiting.
    ///
    /// # Errors
    ///
    /// The runtime could not be started again.
    pub async fn crash(&self) -> Result<()> {
        let (done, restarted) = oneshot::channel();
        self.request(Request::Crash(done));
        let ended = || Error::of_kind(FailureKind::Unavailable, "the environment of the test has ended");
        restarted.await.unwrap_or_else(|_| Err(ended()))
    }

    fn request(&self, request: Request) {
        // Without a driver nobody answers either.
        drop(self.requests.send(request));
        self.wire.changed.notify_one();
    }

    /// How many commits there have been.
    pub fn commits(&self) -> usize {
        self.wire.fate.commits()
    }

    /// What was chosen where several things could have happened.
    pub(super) fn choices(&self) -> Choices {
        self.choices.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is wrong with what is left: parked instances, and activities that ran again although their results were
    /// stored.
    pub(super) fn faults(&self) -> Vec<String> {
        let parked = self.wire.parked().into_iter();
        let repeated = self.harness.repeated().into_iter();
        let repeated = repeated.map(|run| format!("`{}` ran again although its result was stored", run.name));
        parked.chain(repeated).collect()
    }
}

/// The argument of an activity.
type Input<F, Args> = <<F as Describes<Args>>::Activity as Activity>::Input;

impl Deref for TestEnv {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for TestEnv {
    fn drop(&mut self) {
        self.driver.abort();
        self.wire.feed.end();
    }
}

impl fmt::Debug for TestEnv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestEnv")
            .field("now", &self.clock.now())
            .field("commits", &self.commits())
            .finish_non_exhaustive()
    }
}

/// What can be set about an environment; made by [`TestEnv::builder`]. Cloning it gives environments that are alike.
#[derive(Clone)]
#[must_use = "nothing runs before `.start().await`"]
pub struct TestEnvBuilder {
    configure: Configure,
    set_up: SetUp,
    clock_at: Option<Timestamp>,
    passes_by_itself: bool,
    max_time_steps: usize,
    patience: Duration,
    turns_per_commit: usize,
    crash_at: Option<usize>,
    replays: bool,
}

impl TestEnvBuilder {
    /// Sets something about the runtime, and about each that is started after a crash: application state, limits. `set` is
    /// called for each of them, and must give the same each time. Store and clock are those of the environment, whatever is
    /// set here.
    ///
    /// ```
    /// use durable::{prelude::*, testing::TestEnv};
    /// # struct Prices;
    /// let builder = TestEnv::builder(registry![]).runtime(|runtime| runtime.state(Prices).max_async_activities(3));
    /// # drop(builder);
    /// ```
    pub fn runtime(mut self, set: impl Fn(RuntimeBuilder) -> RuntimeBuilder + Send + Sync + 'static) -> Self {
        let configure = self.configure;
        self.configure = Arc::new(move |builder| set(configure(builder)));
        self
    }

    /// Lets `answer` stand in for the activity; see [`TestEnv::mock`].
    ///
    /// Environments that are made of clones of this builder share what the closure captures. A mock that counts belongs
    /// into the scenario of [`crash_everywhere`](super::crash_everywhere) and [`explore`](super::explore): `env.mock(..)`.
    pub fn mock<Args, F, R>(mut self, activity: F, answer: impl Fn(Input<F, Args>) -> R + Send + Sync + 'static) -> Self
    where
        F: Describes<Args>,
        R: IntoMocked<<F::Activity as Activity>::Output, <F::Activity as Activity>::Error>,
    {
        drop(activity);
        let mock = mock::mock::<F::Activity, R>(answer);
        let set_up = self.set_up;
        self.set_up = Arc::new(move |harness| {
            set_up(harness);
            harness.mock(F::Activity::NAME, Arc::clone(&mock));
        });
        self
    }

    /// When virtual time begins; 2026-01-01T00:00:00Z if not set.
    pub fn begin_at(mut self, time: impl Into<Timestamp>) -> Self {
        self.clock_at = Some(time.into());
        self
    }

    /// Whether time passes while somebody waits (yes if not set); otherwise only by [`TestEnv::advance`].
    pub fn time_passes_by_itself(mut self, passes: bool) -> Self {
        self.passes_by_itself = passes;
        self
    }

    /// How often time may pass by itself, from one thing that is due to the next, without a command of a client (10,000
    /// times if not set). Whoever still waits then is told that it waits for ever: something endless, such as a monitor,
    /// may keep time going.
    pub fn max_time_steps(mut self, limit: usize) -> Self {
        self.max_time_steps = limit;
        self
    }

    /// How long, in real time, the environment waits for an activity that really runs before virtual time passes all the
    /// same, and for something to do before whoever waits is told that it will not come; 1 second if not set.
    pub fn patience(mut self, duration: Duration) -> Self {
        self.patience = duration;
        self
    }

    /// How many turns are stored together at most (1 if not set). A runtime stores as many together as there are to do; so
    /// more are possible, and one by one there are the most places to crash at.
    pub fn turns_per_commit(mut self, limit: usize) -> Self {
        self.turns_per_commit = limit;
        self
    }

    /// Lets the process die, and be started again, when it is about to make the commit of that number, counted from 1: one
    /// run of [`crash_everywhere`](super::crash_everywhere), to look at it closely.
    pub fn crash_at(mut self, commit: usize) -> Self {
        self.crash_at = Some(commit);
        self
    }

    /// Whether every turn is checked by a replay (yes if not set). The check of an instance with n events costs as much as
    /// n turns, so very long histories may want to do without.
    pub fn replay_every_turn(mut self, replays: bool) -> Self {
        self.replays = replays;
        self
    }

    /// Starts the environment. Call it inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// A durable name is registered twice or is reserved.
    ///
    /// # Panics
    ///
    /// It is called outside a tokio runtime.
    pub async fn start(self) -> Result<TestEnv> {
        self.start_with(Choices::default()).await
    }

    /// The same, choosing so.
    pub(super) async fn start_with(self, choices: Choices) -> Result<TestEnv> {
        let Self { configure, set_up, clock_at, passes_by_itself, max_time_steps, patience, .. } = self;
        let Self { turns_per_commit, crash_at, replays, .. } = self;
        let clock = clock_at.map_or_else(VirtualClock::new, VirtualClock::at);
        let harness = Arc::new(Harness::new(clock.clone()));
        set_up(&harness);
        let (facts, fate) = (MemoryStore::new(), Arc::new(Fate::dies_at(crash_at)));
        let begin = {
            let (facts, fate, clock, harness) = (facts.clone(), Arc::clone(&fate), clock.clone(), Arc::clone(&harness));
            move || {
                let store = MortalStore::new(facts.clone(), Arc::clone(&fate));
                // Last, so that what is set for production can't replace what the environment stands on.
                let builder = configure(Runtime::builder()).store(store).clock(clock.clone());
                builder.harness(Arc::clone(&harness)).replay_every_turn(replays).turns_per_round(turns_per_commit)
            }
        };
        let runtime = begin().start().await?;
        let registered = runtime.client().registered().cloned();
        let registered = registered.ok_or_else(|| Error::new("a runtime's client knows what is registered"))?;
        let changed = Changed(Arc::clone(&harness));
        let wire = Arc::new(Wire::new(facts.clone(), fate, runtime.stage(), changed));
        let client = Client::new(Some((Arc::new(Sink(Arc::clone(&wire))), registered)), Store::catalog(&facts));
        let (requests, arriving) = mpsc::unbounded_channel();
        let choices = Arc::new(Mutex::new(choices));
        let driver = Driver {
            wire: Arc::clone(&wire),
            harness: Arc::clone(&harness),
            clock: clock.clone(),
            begin: Box::new(begin),
            runtime: Some(runtime),
            requests: arriving,
            choices: Arc::clone(&choices),
            passes_by_itself,
            goal: None,
            passages: 0,
            max_passages: max_time_steps,
            posts_seen: 0,
            patience,
        };
        let begin_time = clock.now();
        let driver = tokio::spawn(driver.run());
        Ok(TestEnv { client, wire, harness, clock, begin_time, requests, choices, driver })
    }
}

impl fmt::Debug for TestEnvBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestEnvBuilder").field("replays", &self.replays).finish_non_exhaustive()
    }
}
