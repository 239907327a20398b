//! What activities have really done, and when they are done: kept outside of what a crash takes back.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use durable::{
    ActivityContext, Timestamp,
    runtime::{Clock, VirtualClock},
};
use tokio::sync::oneshot;

use super::program::{Work, at};

/// One attempt of an activity: instance, when its generation asked for it, number, attempt.
pub type Attempt = (String, i64, i64, u32);

/// All that activities did in all lives of the process.
#[derive(Debug, Default)]
pub struct Ledger {
    /// When each attempt is done, as its first start has fixed it.
    due: BTreeMap<Attempt, Timestamp>,
    /// What this life of the process runs.
    running: BTreeMap<(Timestamp, Attempt), oneshot::Sender<()>>,
    /// The number of the process that may write.
    life: u32,
    /// How many attempts this life has brought to an end.
    ended: usize,
}

pub type SharedLedger = Arc<Mutex<Ledger>>;

impl Ledger {
    /// The process ends; nobody tells its activities any more.
    pub fn die(&mut self) {
        self.running.clear();
        self.life += 1;
        self.ended = 0;
    }

    pub fn ended(&self) -> usize {
        self.ended
    }

    /// When the next running attempt is done.
    pub fn next(&self) -> Option<Timestamp> {
        self.running.keys().next().map(|(due, _)| *due)
    }

    /// Lets those end that are done by then.
    pub fn finish(&mut self, now: Timestamp) {
        while let Some(first) = self.running.first_entry()
            && first.key().0 <= now
        {
            // A canceled one does not wait any more.
            first.remove().send(()).ok();
        }
    }

    /// All attempts that ever began.
    pub fn begun(&self) -> BTreeSet<Attempt> {
        self.due.keys().cloned().collect()
    }
}

/// What the activities of one life of the process write with.
#[derive(Debug, Clone)]
pub struct Pen {
    ledger: SharedLedger,
    life: u32,
    clock: VirtualClock,
}

impl Pen {
    pub fn new(ledger: &SharedLedger, clock: &VirtualClock) -> Self {
        Self { ledger: Arc::clone(ledger), life: lock(ledger).life, clock: clock.clone() }
    }

    /// Takes the time that the attempt takes, or until it is told to stop.
    pub async fn works(&self, ctx: &ActivityContext, work: &Work, asked: Timestamp) {
        let asked = asked.as_micros() - at(0).as_micros();
        let attempt = (ctx.instance_id().to_string(), asked, work.number, ctx.attempt());
        let (done, told) = oneshot::channel();
        {
            let mut ledger = lock(&self.ledger);
            if ledger.life != self.life {
                // A task of a dead process that still runs is not there any more.
                return;
            }
            let takes = std::time::Duration::from_micros(work.takes(ctx.attempt()));
            let due = *ledger.due.entry(attempt.clone()).or_insert(self.clock.now() + takes);
            ledger.running.insert((due, attempt), done);
        }
        tokio::select! {
            biased;
            Ok(()) = told => {}
            () = ctx.cancellation().cancelled(), if heeds(work) => {}
            // The process ends before.
            else => std::future::pending().await,
        }
        let mut ledger = lock(&self.ledger);
        if ledger.life == self.life {
            ledger.ended += 1;
        }
    }
}

/// Whether an activity does what it is told; the others give results that nobody waits for.
fn heeds(work: &Work) -> bool {
    work.number % 2 == 0
}

pub fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
