//! Notes what is called while an orchestrator is polled, and tells it after the poll.
//!
//! A function that is trapped notes the addresses of its callers, and does what it always does. It is called anywhere:
//! inside of an allocator, with locks held, during a panic. So notes are taken without allocating, locking or panicking.
//! Which function of which file an address belongs to, and whether it matters, is found out after the poll.

mod interpose;
mod stack;
mod waker;

use std::{
    backtrace::Backtrace,
    cell::{Cell, RefCell},
    hash::RandomState,
    ptr,
    sync::Once,
    thread,
};

use rustc_hash::FxHashSet;
use tracing::{Dispatch, dispatcher, subscriber::NoSubscriber};

use self::stack::{Origin, Stack};
pub(crate) use self::waker::waker;

/// How many calls are noted in one poll, and how many of them are told.
const MOST_NOTED: usize = 64;
const MOST_TOLD: usize = 8;
/// How many harmless stacks are remembered.
const MOST_HARMLESS: usize = 4096;

thread_local! {
    // Needs neither to be initialised nor to be dropped, so that it can be asked at any time in the life of a thread.
    static POLLING: Cell<Option<Poll>> = const { Cell::new(None) };
    static NOTES: RefCell<Notes> = RefCell::new(Notes::new());
}

/// A poll of an orchestrator that is going on.
#[derive(Debug, Clone, Copy)]
struct Poll {
    /// Whether a subscriber takes what it logs.
    is_traced: bool,
    /// Where it begins on the stack, which grows downwards.
    begins: usize,
}

/// A function that is trapped.
#[derive(Debug)]
struct Call {
    name: &'static str,
    /// What it does, for a sentence.
    does: &'static str,
    instead: Instead,
}

/// What to write in place of a call.
#[derive(Debug)]
enum Instead {
    Now,
    Random,
    Timer,
    Activity,
    Argument,
}

impl Instead {
    fn advice(&self) -> &'static str {
        match self {
            Self::Now => "`ctx.now()` for the time",
            Self::Random => "`ctx.rng()` or `ctx.new_uuid()` for random numbers and ids",
            Self::Timer => "`ctx.timer(..)` to wait",
            Self::Activity => "an `#[activity]` for I/O, threads and processes",
            Self::Argument => "an argument or an `#[activity]` for what differs from process to process",
        }
    }
}

/// A trapped call, and who made it.
#[derive(Debug)]
struct Trapped {
    call: &'static Call,
    stack: Stack,
}

/// What this thread has noted. Taking a note allocates nothing: the code that is trapped may be an allocator.
struct Notes {
    trapped: Vec<Trapped>,
    /// Who has kept a waker.
    kept: Option<Stack>,
    /// Fingerprints of stacks that turned out to be harmless, so that they are looked at once.
    harmless: FxHashSet<u64>,
}

impl Notes {
    fn new() -> Self {
        Self { trapped: Vec::with_capacity(MOST_NOTED), kept: None, harmless: FxHashSet::default() }
    }

    fn take(&mut self, call: &'static Call, poll: Poll) {
        if self.trapped.len() >= MOST_NOTED {
            return;
        }
        let stack = interpose::callers(poll.begins);
        let again = self.trapped.iter().any(|trapped| trapped.stack.fingerprint == stack.fingerprint);
        if !again && !self.harmless.contains(&stack.fingerprint) {
            self.trapped.push(Trapped { call, stack });
        }
    }
}

/// Runs `poll`, and tells what it did that a replay can't repeat, and what to write instead.
pub(crate) fn watch<T>(poll: impl FnOnce() -> T) -> (T, Option<String>) {
    warm_up();
    let subscriber = dispatcher::get_default(Dispatch::clone);
    let begins = ptr::from_ref(&subscriber).addr();
    let going_on = Poll { is_traced: !subscriber.is::<NoSubscriber>(), begins };
    // With a default of this thread, `tracing` keeps the books on who is inside of a subscriber; see `note_during`.
    let default = dispatcher::set_default(&subscriber);
    let ends = Ends(POLLING.replace(Some(going_on)));
    let result = poll();
    drop((ends, default));
    (result, NOTES.with_borrow_mut(report))
}

/// Puts back what was before, however the poll ends.
struct Ends(Option<Poll>);

impl Drop for Ends {
    fn drop(&mut self) {
        POLLING.set(self.0);
    }
}

/// Does beforehand what is done once, and on what no history depends.
fn warm_up() {
    static ONCE: Once = Once::new();
    // The standard library asks the environment once whether errors have backtraces.
    ONCE.call_once(|| drop(Backtrace::capture()));
    // It draws the seed of all hash maps of a thread once.
    drop(RandomState::new());
    NOTES.with_borrow_mut(|notes| {
        notes.trapped.clear();
        notes.kept = None;
    });
}

/// Takes a note if a poll is going on; called by each interposed function. Never panics.
#[inline]
fn note(call: &'static Call) {
    if let Some(poll) = POLLING.get() {
        note_during(poll, call);
    }
}

#[cold]
fn note_during(poll: Poll, call: &'static Call) {
    // A panic writes its message, reads the environment and files, and holds locks: it is none of our business.
    if thread::panicking() {
        return;
    }
    // From here on nothing is trapped.
    POLLING.set(None);
    // Whoever asks for a subscriber from inside of one gets none.
    let inside_subscriber = || dispatcher::get_default(Dispatch::is::<NoSubscriber>);
    if !(poll.is_traced && inside_subscriber()) {
        let take = |notes: &RefCell<Notes>| notes.try_borrow_mut().map(|mut notes| notes.take(call, poll)).ok();
        NOTES.try_with(take).ok();
    }
    POLLING.set(Some(poll));
}

/// Takes a note that somebody keeps the waker of the poll that is going on.
#[cold]
fn note_kept() {
    if let Some(poll) = POLLING.take() {
        let keep = |notes: &RefCell<Notes>| {
            notes.try_borrow_mut().map(|mut notes| notes.kept = Some(interpose::callers(poll.begins))).ok()
        };
        NOTES.try_with(keep).ok();
        POLLING.set(Some(poll));
    }
}

/// Where somebody kept the waker of the last poll of this thread: ` at src/flows.rs:12`.
pub(crate) fn kept_at() -> Option<String> {
    match NOTES.with_borrow_mut(|notes| notes.kept.take())?.origin() {
        Origin::Place(place) => place,
        Origin::Harmless => None,
    }
}

/// Tells what was done, each place once, and what to write instead.
fn report(notes: &mut Notes) -> Option<String> {
    let mut done: Vec<(Option<String>, &Call)> = Vec::new();
    for Trapped { call, stack } in notes.trapped.drain(..) {
        match stack.origin() {
            Origin::Harmless if notes.harmless.len() >= MOST_HARMLESS => {}
            Origin::Harmless => drop(notes.harmless.insert(stack.fingerprint)),
            Origin::Place(place) => {
                let same =
                    |(known, other): &(_, &Call)| *known == place && (place.is_some() || other.name == call.name);
                if !done.iter().any(same) {
                    done.push((place, call));
                }
            }
        }
    }
    tell(&done)
}

fn tell(done: &[(Option<String>, &Call)]) -> Option<String> {
    let mut advice: Vec<&str> = Vec::new();
    for (_, call) in done {
        if !advice.contains(&call.instead.advice()) {
            advice.push(call.instead.advice());
        }
    }
    let one = |(place, call): &(Option<String>, &Call)| {
        format!("{} ({}){}", call.does, call.name, place.as_deref().unwrap_or_default())
    };
    let mut told: Vec<_> = done.iter().take(MOST_TOLD).map(one).collect();
    if done.len() > MOST_TOLD {
        told.push(format!("and so on in {} more places", done.len() - MOST_TOLD));
    }
    let told = || format!("{}: a replay can't repeat that; use {}", told.join(", "), advice.join("; "));
    (!done.is_empty()).then(told)
}
