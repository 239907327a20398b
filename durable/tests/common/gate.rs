//! Holds the thread of the runtime at every commit and whenever it has nothing to do, until it is told how to go on.
//! So the order of all that happens is decided by the seed, and a failure can be repeated.
#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::Duration,
};

use durable::{
    InstanceId, Payload, Timestamp,
    model::{Batch, Event, InboxRow, Message},
    runtime::{Clock, VirtualClock},
    store::{Store, StoreError, StoreResult},
};

use super::hooked::HookedStore;

/// When what never happens is due.
pub const NEVER: Timestamp = Timestamp::from_micros(i64::MAX / 2);

/// What a failure says if the thread does not come to its next stop.
pub const HANGS: &str = "the runtime neither commits nor waits";

/// Where the thread has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It wants to store a round.
    Commit,
    /// It waits for mail, or until that time.
    Idle(Timestamp),
}

/// How it is to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    On,
    /// Can't store the round for the moment, and tries again at once.
    Busy,
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
            Err(RecvTimeoutError::Timeout) => panic!("{HANGS} for 20 s"),
        }
    }

    pub fn go(&self, go: Go) {
        self.go.send(go).unwrap();
    }
}

/// A gate, with the store and the clock behind it; `between_rounds` is called whenever all that was done before is
/// stored, or has changed nothing.
pub fn gate<S: Store + 'static>(
    facts: S,
    clock: &VirtualClock,
    between_rounds: impl Fn() + Send + Sync + 'static,
) -> (Gate, HookedStore<S>, GatedClock) {
    let (stopped, stops) = channel();
    let (go, told) = channel();
    let door = Arc::new(Door { stopped, told: Mutex::new(told), is_busy: AtomicBool::new(false) });
    let clock = GatedClock { time: clock.clone(), door: Arc::clone(&door), between_rounds: Box::new(between_rounds) };
    (Gate { stops, go }, gated(facts, door), clock)
}

/// Leaves a message that is due at the end of time, so that a runtime that waits always looks at the clock.
pub fn set_alarm(store: &mut impl Store) -> StoreResult<()> {
    let opened = store.open()?;
    let to = InstanceId::new("the end of time").unwrap();
    let event = Event::EventRaised { name: "never".into(), input: Payload::null() };
    let message = Message::Event { to, generation: None, key: None, event };
    let row = InboxRow { number: opened.next_message, due: Some(NEVER), message };
    store.commit(&Batch { accepted: vec![row], ..Batch::default() })?;
    store.close()
}

#[derive(Debug)]
struct Door {
    stopped: Sender<Stop>,
    told: Mutex<Receiver<Go>>,
    /// Whether the round that could not be stored is to be tried again.
    is_busy: AtomicBool,
}

impl Door {
    fn stop(&self, at: Stop) -> Go {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        self.stopped.send(at).ok().and_then(|()| told.recv().ok()).unwrap_or(Go::On)
    }
}

/// The time, which stands still until it is advanced.
pub struct GatedClock {
    time: VirtualClock,
    door: Arc<Door>,
    between_rounds: Box<dyn Fn() + Send + Sync>,
}

impl Clock for GatedClock {
    /// Asked for between rounds, and while a round can't be stored.
    fn now(&self) -> Timestamp {
        if !self.door.is_busy.load(Ordering::SeqCst) {
            (self.between_rounds)();
        }
        self.time.now()
    }

    fn until(&self, due: Timestamp) -> Option<Duration> {
        if self.door.is_busy.load(Ordering::SeqCst) {
            return Some(Duration::ZERO);
        }
        if self.time.now() < due {
            self.door.stop(Stop::Idle(due));
        }
        self.time.until(due)
    }

    fn on_change(&self, wake: Arc<dyn Fn() + Send + Sync>) {
        self.time.on_change(wake);
    }
}

impl fmt::Debug for GatedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatedClock").field("time", &self.time).finish_non_exhaustive()
    }
}

/// The store, whose process can die at a commit.
fn gated<S: Store + 'static>(facts: S, door: Arc<Door>) -> HookedStore<S> {
    HookedStore::new(facts, move |facts, batch| {
        let place = || "the store".to_owned();
        let dead = || StoreError::Io { place: place(), reason: "the process has died".to_owned() };
        let go = door.stop(Stop::Commit);
        door.is_busy.store(go == Go::Busy, Ordering::SeqCst);
        match go {
            Go::On => facts.commit(batch),
            Go::Busy => Err(StoreError::Busy { place: place(), reason: "the test holds it".to_owned() }),
            Go::Die { stored: false } => Err(dead()),
            Go::Die { stored: true } => facts.commit(batch).and_then(|()| Err(dead())),
        }
    })
}
