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
    EntityId, Timestamp,
    model::{Batch, Delivery, EntityRecord, InboxRow, InstanceKey, InstanceRecord, LockHolder, Segment, Target, Wake},
    runtime::{Clock, VirtualClock},
    store::{Catalog, Opened, Store, StoreError, StoreResult, Which, memory::MemoryStore},
};

use super::ledger::{SharedLedger, lock};

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
pub fn gate(facts: &MemoryStore, clock: &VirtualClock, ledger: &SharedLedger) -> (Gate, GatedStore, GatedClock) {
    let (stopped, stops) = channel();
    let (go, told) = channel();
    let door = Arc::new(Door { stopped, told: Mutex::new(told) });
    let clock = GatedClock { time: clock.clone(), door: Arc::clone(&door), ledger: Arc::clone(ledger) };
    (Gate { stops, go }, GatedStore { facts: facts.clone(), door }, clock)
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
pub struct GatedStore {
    facts: MemoryStore,
    door: Arc<Door>,
}

impl Store for GatedStore {
    fn commit(&mut self, batch: &Batch) -> StoreResult<()> {
        let dead = || StoreError::Io { place: "the store".to_owned(), reason: "the process has died".to_owned() };
        match self.door.stop(Stop::Commit) {
            Go::On => self.facts.commit(batch),
            Go::Die { stored: false } => Err(dead()),
            Go::Die { stored: true } => self.facts.commit(batch).and_then(|()| Err(dead())),
        }
    }

    fn open(&mut self) -> StoreResult<Opened> {
        self.facts.open()
    }

    fn instance(&mut self, which: Which<'_>) -> StoreResult<Option<InstanceRecord>> {
        self.facts.instance(which)
    }

    fn history(&mut self, key: InstanceKey) -> StoreResult<Vec<Segment>> {
        self.facts.history(key)
    }

    fn inbox(&mut self, target: &Target) -> StoreResult<Vec<InboxRow>> {
        self.facts.inbox(target)
    }

    fn entity(&mut self, id: &EntityId) -> StoreResult<Option<EntityRecord>> {
        self.facts.entity(id)
    }

    fn locked(&mut self, after: Option<&EntityId>, limit: usize) -> StoreResult<Vec<(EntityId, LockHolder)>> {
        self.facts.locked(after, limit)
    }

    fn unfinished(&mut self, after: InstanceKey, limit: usize) -> StoreResult<Vec<InstanceRecord>> {
        self.facts.unfinished(after, limit)
    }

    fn receivers(&mut self) -> StoreResult<Vec<Target>> {
        self.facts.receivers()
    }

    fn deliveries(&mut self, key: InstanceKey) -> StoreResult<Vec<Delivery>> {
        self.facts.deliveries(key)
    }

    fn wakes(&mut self, until: Timestamp, limit: usize) -> StoreResult<Vec<Wake>> {
        self.facts.wakes(until, limit)
    }

    fn due(&mut self, until: Timestamp, limit: usize) -> StoreResult<Vec<InboxRow>> {
        self.facts.due(until, limit)
    }

    fn next_due(&mut self) -> StoreResult<Option<Timestamp>> {
        self.facts.next_due()
    }

    fn close(&mut self) -> StoreResult<()> {
        self.facts.close()
    }

    fn catalog(&self) -> Arc<dyn Catalog> {
        self.facts.catalog()
    }
}
