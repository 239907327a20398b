//! Notices code that keeps the partition's thread: an orchestrator or a synchronous operation that does not come back.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use tokio::{runtime::Handle, time::MissedTickBehavior};

use crate::model::Target;

/// How often to look; whoever is seen twice in the same turn is reported.
const LOOK: Duration = Duration::from_secs(2);

/// Who is taking a turn, for the task that looks from outside.
#[derive(Default)]
pub(super) struct Watchdog {
    current: Mutex<Current>,
}

#[derive(Default)]
struct Current {
    turn: u64,
    who: Option<Target>,
}

impl Watchdog {
    /// Begins to look, as long as the watchdog lives.
    pub(super) fn start(handle: &Handle) -> Arc<Self> {
        let watchdog = Arc::new(Self::default());
        let watched = Arc::downgrade(&watchdog);
        handle.spawn(look(watched));
        watchdog
    }

    /// Notes who takes a turn from here on.
    pub(super) fn begin(&self, who: Target) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.turn += 1;
        current.who = Some(who);
    }

    /// The turn is over.
    pub(super) fn end(&self) {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).who = None;
    }

    fn busy(&self) -> Option<(u64, Target)> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.who.clone().map(|who| (current.turn, who))
    }
}

async fn look(watched: Weak<Watchdog>) {
    let mut interval = tokio::time::interval(LOOK);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut seen, mut reported) = (0, 0);
    loop {
        interval.tick().await;
        let Some(watchdog) = watched.upgrade() else { return };
        let Some((turn, who)) = watchdog.busy() else { continue };
        if turn == seen && turn != reported {
            reported = turn;
            tracing::error!(
                %who,
                "runs for more than {LOOK:?} without awaiting, and everything else waits for it: an orchestrator must \
                 await or end, a synchronous operation must be short; if it never comes back, mend it and restart"
            );
        }
        seen = turn;
    }
}

impl fmt::Debug for Watchdog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watchdog")
    }
}
