//! Holds the thread of the runtime at every commit and whenever it has nothing to do, until it is told how to go on.
//! So the order of all that happens is decided by the seed, and a failure can be repeated.

use std::{
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::Duration,
};

use durable::{
    Timestamp,
    runtime::{Clock, VirtualClock},
    store::{Store, StoreError, memory::MemoryStore},
};

use super::{
    hooked::HookedStore,
    ledger::{SharedLedger, lock},
};

/// Where the thread has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It wants to store a round.
    Commit,
    /// It waits for mail, or until something is due.
    Idle,
}

/// How it is to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    On,
    /// Dies before the round is stored, or after.
    Die {
        stored: bool,
    },
}

/// The side of who decides. Without it the thread never stops.
#[derive(Debug)]
pub struct Gate {
    stops: Receiver<Stop>,
    go: Sender<Go>,
}

impl Gate {
    /// Waits for the next stop; `None` if the thread has ended.
    pub fn next(&self) -> Option<Stop> {
        match self.stops.recv_timeout(Duration::from_secs(20)) {
            Ok(stop) => Some(stop),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("the runtime neither commits nor waits for 20 s"),
        }
    }

    pub fn go(&self, go: Go) {
        self.go.send(go).unwrap();
    }
}

/// A gate, with the store and the clock behind it.
pub fn gate(facts: &MemoryStore, clock: &VirtualClock, ledger: &SharedLedger) -> (Gate, HookedStore, GatedClock) {
    let (stopped, stops) = channel();
    let (go, told) = channel();
    let door = Arc::new(Door { stopped, told: Mutex::new(told) });
    let clock = GatedClock { time: clock.clone(), door: Arc::clone(&door), ledger: Arc::clone(ledger) };
    (Gate { stops, go }, gated(facts, door), clock)
}

#[derive(Debug)]
struct Door {
    stopped: Sender<Stop>,
    told: Mutex<Receiver<Go>>,
}

impl Door {
    fn stop(&self, at: Stop) -> Go {
        self.stopped.send(at).ok().and_then(|()| lock(&self.told).recv().ok()).unwrap_or(Go::On)
    }
}

/// The time, which stands still until it is advanced.
#[derive(Debug)]
pub struct GatedClock {
    time: VirtualClock,
    door: Arc<Door>,
    ledger: SharedLedger,
}

impl Clock for GatedClock {
    /// Asked for between rounds only: what was performed before is stored, or changed nothing.
    fn now(&self) -> Timestamp {
        lock(&self.ledger).settle();
        self.time.now()
    }

    fn until(&self, due: Timestamp) -> Option<Duration> {
        if self.time.now() < due {
            self.door.stop(Stop::Idle);
        }
        self.time.until(due)
    }

    fn on_change(&self, wake: Arc<dyn Fn() + Send + Sync>) {
        self.time.on_change(wake);
    }
}

/// The store in memory, whose process can die at a commit.
fn gated(facts: &MemoryStore, door: Arc<Door>) -> HookedStore {
    HookedStore::new(facts.clone(), move |facts, batch| {
        let dead = || StoreError::Io { place: "the store".to_owned(), reason: "the process has died".to_owned() };
        match door.stop(Stop::Commit) {
            Go::On => facts.commit(batch),
            Go::Die { stored: false } => Err(dead()),
            Go::Die { stored: true } => facts.commit(batch).and_then(|()| Err(dead())),
        }
    })
}
