//! What an orchestration has asked for and what is known so far: the memory between its code and the engine.
//!
//! The code runs on one thread, so all of this is plain data behind a `RefCell`. Leaf futures never use a waker: they
//! note the *place* in the tree of combinators from which they were polled, and an answer marks the way from the root
//! to that place as ready. A combinator over many futures polls only the ready ones, so that the cost of one answer
//! does not grow with the width of a fan-out.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use rustc_hash::FxHashMap;
use uuid::Uuid;

use crate::model::{Event, Failure, FailureKind, InstanceId, Name, Parent, Payload, Tags, TaskId, Timestamp};

/// The journal, as its users share it.
pub(crate) type SharedJournal = Rc<RefCell<Journal>>;

/// An answer to something asked for.
pub(crate) type Answer = Result<Payload, Failure>;

/// What never changes during one generation of an instance.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) instance_id: InstanceId,
    pub(crate) name: Name,
    pub(crate) version: Option<String>,
    pub(crate) generation: u32,
    pub(crate) execution_id: Uuid,
    pub(crate) parent: Option<Parent>,
    pub(crate) tags: Tags,
}

/// A place in the tree of combinators: the n-th future of a group. Group 0 is the orchestrator itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    group: u32,
    index: u32,
}

thread_local! {
    static CURRENT: RefCell<Option<SharedJournal>> = const { RefCell::new(None) };
}

/// The journal of the orchestration that is being polled on this thread: combinators have no context at hand.
pub(crate) fn current_journal() -> Option<SharedJournal> {
    CURRENT.with_borrow(Clone::clone)
}

/// Makes it the current journal while `poll` runs.
pub(crate) fn with_journal<T>(journal: &SharedJournal, poll: impl FnOnce() -> T) -> T {
    let outer = CURRENT.replace(Some(Rc::clone(journal)));
    let result = poll();
    CURRENT.set(outer);
    result
}

const ROOT: Place = Place { group: 0, index: 0 };

#[derive(Debug)]
struct Group {
    place: Place,
    ready: Vec<u32>,
}

#[derive(Debug)]
enum Slot {
    /// Asked for and awaited from this place; whether it must not be awaited while a critical section lasts.
    Waiting(Place, bool),
    /// Answered, and not yet read.
    Answered(Answer),
}

/// One who waits for an event of some name.
#[derive(Debug)]
struct Waiter {
    number: u64,
    place: Place,
    /// The event it was given and has not read, with the order of its arrival.
    delivered: Option<(u64, Payload)>,
}

#[derive(Debug, Default)]
struct EventChannel {
    /// Events that nobody has read, with the order of their arrival.
    buffer: VecDeque<(u64, Payload)>,
    /// Who waits, the oldest first.
    waiters: VecDeque<Waiter>,
}

/// The failure of what must not be done in a critical section.
fn misuse(message: &str) -> Failure {
    Failure::new(FailureKind::InvalidState, message)
}

#[derive(Debug)]
pub(crate) struct Journal {
    identity: Rc<Identity>,
    now: Timestamp,
    replaying: bool,
    next_task: TaskId,
    next_uuid: u64,
    next_rng: u64,
    next_waiter: u64,
    next_arrival: u64,
    place: Place,
    next_group: u32,
    groups: FxHashMap<u32, Group>,
    slots: FxHashMap<TaskId, Slot>,
    events: FxHashMap<Name, EventChannel>,
    waiting: usize,
    asked: Vec<Event>,
    abandoned: Vec<TaskId>,
    custom_status: Option<Payload>,
    continue_as_new: Option<(Payload, Option<String>)>,
    /// How many answers the code waits for that may wait for the locks of others.
    outside: usize,
    /// The critical section that the code is in, or has asked for.
    section: Option<TaskId>,
}

impl Journal {
    pub(crate) fn new(identity: Identity, carried: Vec<(Name, Payload)>) -> Self {
        let mut journal = Self {
            identity: Rc::new(identity),
            now: Timestamp::default(),
            replaying: false,
            next_task: 0,
            next_uuid: 0,
            next_rng: 0,
            next_waiter: 0,
            next_arrival: 0,
            place: ROOT,
            next_group: 1,
            groups: FxHashMap::default(),
            slots: FxHashMap::default(),
            events: FxHashMap::default(),
            waiting: 0,
            asked: Vec::new(),
            abandoned: Vec::new(),
            custom_status: None,
            continue_as_new: None,
            outside: 0,
            section: None,
        };
        for (name, payload) in carried {
            journal.raise(name, payload);
        }
        journal
    }

    pub(crate) fn identity(&self) -> &Rc<Identity> {
        &self.identity
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn is_replaying(&self) -> bool {
        self.replaying
    }

    // ---- what the code asks for

    /// Asks for something and expects no answer.
    pub(crate) fn ask(&mut self, make: impl FnOnce(TaskId, &Identity) -> Event) -> TaskId {
        let id = self.next_task;
        self.next_task += 1;
        let event = make(id, &self.identity);
        if self.asked.capacity() == 0 {
            // Most turns ask for one thing.
            self.asked.reserve_exact(1);
        }
        self.asked.push(event);
        id
    }

    /// Asks for something; the answer will be awaited from the current place.
    pub(crate) fn ask_and_wait(&mut self, make: impl FnOnce(TaskId, &Identity) -> Event) -> TaskId {
        let id = self.ask(make);
        self.slots.insert(id, Slot::Waiting(self.place, false));
        self.waiting += 1;
        id
    }

    /// The same for an answer that may wait for the locks of others: it is not awaited in a critical section.
    pub(crate) fn ask_and_wait_outside(&mut self, make: impl FnOnce(TaskId, &Identity) -> Event) -> TaskId {
        let id = self.ask_and_wait(make);
        self.slots.insert(id, Slot::Waiting(self.place, true));
        self.outside += 1;
        id
    }

    /// The answer, if it is there; otherwise it is awaited from the current place.
    pub(crate) fn poll_answer(&mut self, id: TaskId) -> Option<Answer> {
        match self.slots.get_mut(&id)? {
            Slot::Waiting(place, _) => {
                *place = self.place;
                None
            }
            Slot::Answered(_) => match self.slots.remove(&id)? {
                Slot::Answered(answer) => Some(answer),
                Slot::Waiting(..) => None,
            },
        }
    }

    /// Nobody waits for that answer any more; whether it had not come yet.
    pub(crate) fn abandon(&mut self, id: TaskId) -> bool {
        let Some(Slot::Waiting(_, outside)) = self.slots.remove(&id) else { return false };
        self.waiting -= 1;
        self.outside -= usize::from(outside);
        self.abandoned.push(id);
        true
    }

    // ---- critical sections
    //
    // From the wish to the end of a section the code awaits no other entity and no child: each could wait for what is
    // locked here. That is refused before anything is sent, whichever comes first.

    /// Whether a section may be asked for.
    pub(crate) fn check_section(&self) -> Result<(), Failure> {
        if self.section.is_some() {
            return Err(misuse("a critical section can't begin inside another: lock all entities at once"));
        }
        if self.outside > 0 {
            return Err(misuse(
                "a critical section can't begin while another entity or a sub-orchestration is awaited, which could wait \
                 for what is to be locked: await it, or drop it, before `ctx.lock(..)`",
            ));
        }
        Ok(())
    }

    /// Whether that may be asked for and awaited.
    pub(crate) fn check_outside_section(&self, what: &str, name: &str) -> Result<(), Failure> {
        if self.section.is_none() {
            return Ok(());
        }
        Err(misuse(&format!(
            "the {what} `{name}` can't be awaited in a critical section: it could wait for what is locked there; await \
             it before `ctx.lock(..)` or after the section"
        )))
    }

    /// Notes that a section has been asked for.
    pub(crate) fn section_asked(&mut self, id: TaskId) {
        self.section = Some(id);
    }

    /// Notes that a section is asked for no longer.
    pub(crate) fn section_withdrawn(&mut self, id: TaskId) {
        self.section.take_if(|section| *section == id);
    }

    /// Ends a section that has its locks.
    pub(crate) fn section_ended(&mut self, section: TaskId) {
        self.ask(|id, _| Event::EntityUnlockSent { id, section });
        self.section_withdrawn(section);
    }

    pub(crate) fn set_custom_status(&mut self, status: Payload) {
        self.custom_status = Some(status);
    }

    pub(crate) fn continue_as_new(&mut self, input: Payload, version: Option<String>) {
        self.continue_as_new = Some((input, version));
    }

    /// The next stable UUID (version 5, RFC 9562): made of the execution and a counter.
    pub(crate) fn new_uuid(&mut self) -> Uuid {
        let name = self.next_uuid.to_be_bytes();
        self.next_uuid += 1;
        Uuid::new_v5(&self.identity.execution_id, &name)
    }

    /// The seed of the next random generator.
    pub(crate) fn new_seed(&mut self) -> u64 {
        let (high, low) = self.identity.execution_id.as_u64_pair();
        self.next_rng += 1;
        high ^ low.rotate_left(32) ^ self.next_rng.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    // ---- events

    /// Begins to wait for an event of that name; the number tells this waiter from others.
    pub(crate) fn wait_for_event(&mut self, name: &Name) -> u64 {
        let number = self.next_waiter;
        self.next_waiter += 1;
        let place = self.place;
        let channel = self.events.entry(name.clone()).or_default();
        // Whoever waits already is older: it would have taken what is in the buffer.
        let delivered = channel.buffer.pop_front();
        if delivered.is_none() {
            self.waiting += 1;
        }
        channel.waiters.push_back(Waiter { number, place, delivered });
        number
    }

    /// The event for that waiter, if it is there.
    pub(crate) fn poll_event(&mut self, name: &Name, number: u64) -> Option<Payload> {
        let place = self.place;
        let waiters = &mut self.events.get_mut(name)?.waiters;
        let at = waiters.iter().position(|waiter| waiter.number == number)?;
        let waiter = waiters.get_mut(at)?;
        waiter.place = place;
        let (_, payload) = waiter.delivered.take()?;
        waiters.remove(at);
        Some(payload)
    }

    /// That waiter is gone. An event that it had been given and has not read goes back to the front of the queue.
    pub(crate) fn stop_waiting(&mut self, name: &Name, number: u64) {
        let Some(channel) = self.events.get_mut(name) else { return };
        let Some(at) = channel.waiters.iter().position(|waiter| waiter.number == number) else { return };
        match channel.waiters.remove(at).and_then(|waiter| waiter.delivered) {
            None => self.waiting -= 1,
            Some(event) => match channel.waiters.iter_mut().find(|waiter| waiter.delivered.is_none()) {
                Some(next) => {
                    next.delivered = Some(event);
                    let place = next.place;
                    self.waiting -= 1;
                    self.mark_ready(place);
                }
                None => channel.buffer.push_front(event),
            },
        }
    }

    // ---- what arrives

    /// Begins a turn.
    pub(crate) fn begin(&mut self, now: Timestamp, replaying: bool) {
        self.now = now;
        self.replaying = replaying;
    }

    /// Hands an answer to who waits for it; nobody may.
    pub(crate) fn answer(&mut self, id: TaskId, answer: Answer) {
        if let Some(slot @ &mut Slot::Waiting(place, outside)) = self.slots.get_mut(&id) {
            *slot = Slot::Answered(answer);
            self.waiting -= 1;
            self.outside -= usize::from(outside);
            self.mark_ready(place);
        }
    }

    /// Hands an event to the oldest waiter, or keeps it.
    pub(crate) fn raise(&mut self, name: Name, payload: Payload) {
        let arrival = self.next_arrival;
        self.next_arrival += 1;
        let channel = self.events.entry(name).or_default();
        match channel.waiters.iter_mut().find(|waiter| waiter.delivered.is_none()) {
            Some(waiter) => {
                waiter.delivered = Some((arrival, payload));
                let place = waiter.place;
                self.waiting -= 1;
                self.mark_ready(place);
            }
            None => channel.buffer.push_back((arrival, payload)),
        }
    }

    // ---- what the engine takes out

    /// The names of the events that the code waits for, each as often as it is waited for; in their order.
    pub(crate) fn awaited_events(&self) -> Vec<Name> {
        let mut waiters: Vec<_> = self
            .events
            .iter()
            .flat_map(|(name, channel)| channel.waiters.iter().map(move |waiter| (waiter, name)))
            .filter(|(waiter, _)| waiter.delivered.is_none())
            .map(|(waiter, name)| (waiter.number, name.clone()))
            .collect();
        waiters.sort_unstable_by_key(|(number, _)| *number);
        waiters.into_iter().map(|(_, name)| name).collect()
    }

    /// How many answers and events the code waits for.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }

    pub(crate) fn take_asked(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.asked)
    }

    pub(crate) fn take_abandoned(&mut self) -> Vec<TaskId> {
        std::mem::take(&mut self.abandoned)
    }

    pub(crate) fn take_custom_status(&mut self) -> Option<Payload> {
        self.custom_status.take()
    }

    pub(crate) fn take_continue_as_new(&mut self) -> Option<(Payload, Option<String>)> {
        self.continue_as_new.take()
    }

    pub(crate) fn continues_as_new(&self) -> bool {
        self.continue_as_new.is_some()
    }

    /// The events that nobody has read, in the order of their arrival.
    pub(crate) fn take_unread(&mut self) -> Vec<(Name, Payload)> {
        let mut unread: Vec<_> = Vec::new();
        for (name, channel) in &mut self.events {
            let given = channel.waiters.iter_mut().filter_map(|waiter| waiter.delivered.take());
            unread.extend(
                given.chain(channel.buffer.drain(..)).map(|(arrival, payload)| (arrival, name.clone(), payload)),
            );
        }
        unread.sort_unstable_by_key(|(arrival, ..)| *arrival);
        unread.into_iter().map(|(_, name, payload)| (name, payload)).collect()
    }

    // ---- places

    /// Makes a group of futures at the current place.
    pub(crate) fn new_group(&mut self) -> u32 {
        let group = self.next_group;
        self.next_group += 1;
        self.groups.insert(group, Group { place: self.place, ready: Vec::new() });
        group
    }

    pub(crate) fn remove_group(&mut self, group: u32) {
        self.groups.remove(&group);
    }

    /// Goes to the n-th future of a group, and returns where we were.
    pub(crate) fn enter(&mut self, group: u32, index: u32) -> Place {
        std::mem::replace(&mut self.place, Place { group, index })
    }

    pub(crate) fn leave(&mut self, outer: Place) {
        self.place = outer;
    }

    /// Takes the members of a group that may have something new, in the order of their declaration.
    pub(crate) fn take_ready(&mut self, group: u32) -> Vec<u32> {
        let place = self.place;
        let Some(group) = self.groups.get_mut(&group) else { return Vec::new() };
        // The group may have been moved into another combinator since it was made.
        group.place = place;
        let mut ready = std::mem::take(&mut group.ready);
        ready.sort_unstable();
        ready.dedup();
        ready
    }

    fn mark_ready(&mut self, mut place: Place) {
        while let Some(group) = self.groups.get_mut(&place.group) {
            group.ready.push(place.index);
            place = group.place;
        }
    }
}
