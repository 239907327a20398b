//! The time: the only place that asks the operating system for it.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use crate::model::Timestamp;

/// Where a runtime takes the time from.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// How long to wait until `due` in real time; `None` to wait until something else happens.
    fn until(&self, due: Timestamp) -> Option<Duration>;

    /// Remembers what is to be called whenever the time has been changed by hand.
    fn on_change(&self, wake: Arc<dyn Fn() + Send + Sync>);
}

/// The clock of the machine. It never goes back: a step backwards of the machine's clock stands still here.
#[derive(Debug, Default)]
pub struct SystemClock {
    latest: AtomicI64,
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::from(SystemTime::now()).as_micros();
        Timestamp::from_micros(self.latest.fetch_max(now, Ordering::Relaxed).max(now))
    }

    fn until(&self, due: Timestamp) -> Option<Duration> {
        Some(due - self.now())
    }

    fn on_change(&self, _: Arc<dyn Fn() + Send + Sync>) {}
}

/// A clock that stands still until it is advanced: for tests. Clones share the time.
///
/// ```
/// use durable::{prelude::*, runtime::VirtualClock};
/// use std::time::Duration;
///
/// #[orchestrator]
/// async fn nap(ctx: &Context) -> Result<()> {
///     ctx.timer(Duration::from_secs(72 * 3600)).await;
///     Ok(())
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<()> {
/// let clock = VirtualClock::new();
/// let runtime = Runtime::builder().memory().clock(clock.clone()).register(registry![nap]).start().await?;
/// let handle = runtime.client().start(nap()).await?;
/// clock.advance(Duration::from_secs(72 * 3600));
/// handle.output().await?;
/// # runtime.shutdown().await
/// # }
/// ```
#[derive(Clone)]
pub struct VirtualClock {
    shared: Arc<Shared>,
}

struct Shared {
    now: AtomicI64,
    wakes: Mutex<Vec<Arc<dyn Fn() + Send + Sync>>>,
}

impl VirtualClock {
    /// A clock that stands at 2026-01-01T00:00:00Z.
    pub fn new() -> Self {
        Self::at(Timestamp::from_micros(1_767_225_600_000_000))
    }

    /// A clock that stands at that time.
    pub fn at(time: Timestamp) -> Self {
        let shared = Shared { now: AtomicI64::new(time.as_micros()), wakes: Mutex::default() };
        Self { shared: Arc::new(shared) }
    }

    /// Moves the time forward, at most to [`Timestamp::MAX`]; what is due then happens.
    pub fn advance(&self, duration: Duration) {
        let later = |now| Some((Timestamp::from_micros(now) + duration).as_micros());
        // The closure always gives a time, so that this can't fail.
        self.shared.now.fetch_update(Ordering::SeqCst, Ordering::SeqCst, later).ok();
        self.wake();
    }

    /// Moves the time forward to `time`; what is due then happens. Time never goes back.
    pub fn advance_to(&self, time: Timestamp) {
        self.shared.now.fetch_max(time.as_micros(), Ordering::SeqCst);
        self.wake();
    }

    fn wake(&self) {
        let wakes = self.shared.wakes.lock().unwrap_or_else(PoisonError::into_inner);
        wakes.iter().for_each(|wake| wake());
    }
}

impl Default for VirtualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.shared.now.load(Ordering::SeqCst))
    }

    fn until(&self, due: Timestamp) -> Option<Duration> {
        (due <= self.now()).then_some(Duration::ZERO)
    }

    fn on_change(&self, wake: Arc<dyn Fn() + Send + Sync>) {
        self.shared.wakes.lock().unwrap_or_else(PoisonError::into_inner).push(wake);
    }
}

impl fmt::Debug for VirtualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VirtualClock({})", self.now())
    }
}
