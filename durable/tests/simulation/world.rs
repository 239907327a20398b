//! The reference, part two: the world around the programs, moment by moment. Nothing here is ever lost or repeated.
//!
//! Each moment has one cause: a timer, the end of an activity, something that was sent for later, a command. What follows
//! from it happens at the same time, message by message. Where the order of two messages is nobody's promise and both
//! reach one receiver, the plan is no good, since nobody can say what must come of it.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    rc::Rc,
    task::{Context, Waker},
};

use durable::{FailureKind, Status};

use super::{
    desk::{self, Answer, Code, Desk, Leaf, SharedDesk, Wish},
    entity::{Entity, Holder, Request, Waiting},
    ledger::Attempt,
    program::{Command, Exists, Failed, Micros, Op, Plan, Program, Value, Verb},
};

/// More than any plan has reason for.
const MESSAGES: usize = 50_000;

/// Tells instances of the same id apart.
pub type Number = usize;

/// Who asked, and what for: whom the answer is for.
#[derive(Debug, Clone, PartialEq)]
pub struct Return {
    pub id: String,
    pub number: Number,
    pub generation: u32,
    pub leaf: Leaf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Party {
    Client,
    Clock,
    Instance(Number),
    Entity(u8),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Receiver {
    Instance(String),
    Entity(u8),
}

#[derive(Debug, Clone)]
enum What {
    Start {
        id: String,
        program: Program,
        parent: Option<Return>,
        later: Option<Micros>,
    },
    /// The time of a start that was for later has come.
    Begin(String, Number),
    Answer(Return, Answer),
    Raise(String, u8, i64),
    Terminate {
        id: String,
        recursive: bool,
    },
    Resume(String),
    Operation(u8, Request),
    Lock(u8, Holder, BTreeSet<u8>),
    Unlock(u8, Holder, BTreeSet<u8>),
}

#[derive(Debug)]
struct Mail {
    from: Party,
    /// The message of this moment that led to it.
    cause: Option<usize>,
    what: What,
}

/// How an instance ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    Completed(Vec<Value>),
    Failed(Failed),
    Terminated,
}

pub struct Instance {
    number: Number,
    program: Program,
    parent: Option<Return>,
    pub generation: u32,
    pub custom_status: Option<i64>,
    pub suspended: bool,
    pub ending: Option<Ending>,
    /// Whether its time to begin has come.
    may_begin: bool,
    desk: SharedDesk,
    code: Option<Code>,
    /// What came while it could not go on.
    held: Vec<What>,
    /// What it waits for, with the time when it was asked for.
    open: BTreeMap<Leaf, (Micros, Wish)>,
    sections: BTreeMap<Leaf, BTreeSet<u8>>,
    /// The message of this moment that ended it.
    ended_by: Option<(Micros, usize)>,
}

impl Instance {
    pub fn status(&self) -> Status {
        match &self.ending {
            Some(Ending::Completed(_)) => Status::Completed,
            Some(Ending::Failed(_)) => Status::Failed,
            Some(Ending::Terminated) => Status::Terminated,
            None if self.suspended => Status::Suspended,
            None if self.code.is_none() => Status::Pending,
            None => Status::Running,
        }
    }
}

/// What a client is told.
pub type Reply = Result<(), FailureKind>;

#[derive(Default)]
pub struct World {
    now: Micros,
    agenda: BTreeMap<(Micros, usize), What>,
    mail: VecDeque<Mail>,
    /// The causes of the messages of this moment, and who got them.
    causes: Vec<Option<usize>>,
    deliveries: Vec<(Receiver, usize, Party)>,
    pub instances: BTreeMap<String, Instance>,
    pub entities: BTreeMap<u8, Entity>,
    /// Attempts of activities that begin, and those of them that may as well not: they are given up at once.
    pub begun: BTreeSet<Attempt>,
    pub maybe: BTreeSet<Attempt>,
    pub replies: Vec<Reply>,
    counter: usize,
    messages: usize,
    undecided: bool,
    has_successors: bool,
}

impl World {
    /// What must come of a plan; `None` if nobody can say.
    pub fn of(plan: &Plan) -> Option<Self> {
        let mut world = Self::default();
        let mut commands = plan.commands.iter().peekable();
        loop {
            let planned = world.agenda.first_key_value().map(|((at, _), _)| *at);
            let commanded = commands.peek().map(|command| command.at);
            let Some(now) = planned.into_iter().chain(commanded).min() else { return Some(world) };
            world.now = now;
            world.causes.clear();
            world.deliveries.clear();
            if commanded == Some(now) {
                world.undecided |= planned == Some(now);
                let reply = world.command(commands.next()?);
                world.replies.push(reply);
            } else {
                let (_, what) = world.agenda.pop_first()?;
                world.undecided |= world.agenda.first_key_value().is_some_and(|((at, _), _)| *at == now);
                world.send(Party::Clock, None, what);
            }
            world.deliver_all();
            if world.undecided || world.messages > MESSAGES {
                return None;
            }
        }
    }

    fn later(&mut self, at: Micros, what: What) {
        self.counter += 1;
        self.agenda.insert((at, self.counter), what);
    }

    fn send(&mut self, from: Party, cause: Option<usize>, what: What) {
        self.mail.push_back(Mail { from, cause, what });
    }

    fn deliver_all(&mut self) {
        while let Some(mail) = self.mail.pop_front() {
            self.messages += 1;
            if self.messages > MESSAGES {
                return;
            }
            self.causes.push(mail.cause);
            self.deliver(self.causes.len() - 1, mail);
        }
    }

    /// Whether one message of this moment led to the other.
    fn leads_to(&self, first: usize, mut then: usize) -> bool {
        while then > first {
            let Some(cause) = self.causes[then] else { return false };
            then = cause;
        }
        then == first
    }

    /// Notes who gets a message, and whether somebody else's could as well have come before.
    fn note(&mut self, to: Receiver, mail: usize, from: Party) {
        let doubtful = |(receiver, earlier, party): &(Receiver, usize, Party)| {
            *receiver == to && *party != from && !self.leads_to(*earlier, mail)
        };
        self.undecided |= self.deliveries.iter().any(doubtful);
        self.deliveries.push((to, mail, from));
    }

    fn note_instance(&mut self, id: &str, mail: usize, from: Party) {
        let over = self.instances.get(id).is_some_and(|instance| match instance.ended_by {
            Some((at, by)) => at < self.now || self.leads_to(by, mail),
            None => false,
        });
        if !over {
            self.note(Receiver::Instance(id.to_owned()), mail, from);
        }
    }

    fn deliver(&mut self, number: usize, Mail { from, what, .. }: Mail) {
        match what {
            What::Start { id, program, parent, later } => {
                self.note_instance(&id, number, from);
                self.undecided |= id.starts_with('?') && self.may_be_taken(parent.as_ref());
                if self.instances.contains_key(&id) {
                    if let Some(parent) = parent {
                        let taken = Err(Failed::new(FailureKind::AlreadyExists));
                        self.send(from, Some(number), What::Answer(parent, taken));
                    }
                    return;
                }
                self.create(number, id, program, parent, later);
            }
            What::Begin(id, which) => {
                let Some(instance) = self.instances.get_mut(&id) else { return };
                if instance.number == which && instance.ending.is_none() {
                    instance.may_begin = true;
                    self.note_instance(&id, number, from);
                    self.go_on(number, &id);
                }
            }
            What::Answer(to, answer) => {
                let Some(instance) = self.instances.get(&to.id) else { return };
                if instance.number != to.number {
                    return;
                }
                let is_awaited = instance.generation == to.generation && instance.open.contains_key(&to.leaf);
                self.note_instance(&to.id, number, from);
                if is_awaited {
                    self.arrive(number, &to.id.clone(), What::Answer(to, answer));
                }
            }
            What::Raise(ref id, ..) | What::Terminate { ref id, .. } | What::Resume(ref id) => {
                let id = id.clone();
                self.note_instance(&id, number, from);
                self.arrive(number, &id, what);
            }
            What::Operation(to, request) => {
                self.note(Receiver::Entity(to), number, from);
                self.entities.entry(to).or_default().add(Waiting::Operation(request));
                self.perform(number, to);
            }
            What::Lock(to, holder, set) => {
                self.note(Receiver::Entity(to), number, from);
                self.entities.entry(to).or_default().add(Waiting::Lock(holder, set));
                self.perform(number, to);
            }
            What::Unlock(to, holder, set) => {
                self.note(Receiver::Entity(to), number, from);
                if self.entities.entry(to).or_default().release(&holder) {
                    if let Some(next) = set.range(to + 1..).next() {
                        self.send(Party::Entity(to), Some(number), What::Unlock(*next, holder, set.clone()));
                    }
                    self.perform(number, to);
                }
            }
        }
    }

    /// Whether a child may have got the usual id of this one from an earlier parent of the same id, and still live.
    fn may_be_taken(&self, parent: Option<&Return>) -> bool {
        let Some(Return { id, number, .. }) = parent else { return false };
        let left_behind = |other: &Return| other.id == *id && other.number != *number;
        self.instances.values().any(|child| child.ending.is_none() && child.parent.as_ref().is_some_and(left_behind))
    }

    /// Whether one id was used again, so that children of the usual ids may have made room for others.
    pub fn has_successors(&self) -> bool {
        self.has_successors
    }

    /// Lets an entity do what it can.
    fn perform(&mut self, cause: usize, entity: u8) {
        while let Some(waiting) = self.entities.get_mut(&entity).and_then(Entity::next) {
            let from = Party::Entity(entity);
            match waiting {
                Waiting::Operation(Request { act, reply, .. }) => {
                    let (answer, relayed) = self.entities.entry(entity).or_default().perform(&act);
                    if let Some(reply) = reply {
                        self.send(from, Some(cause), What::Answer(reply, answer.map(Value::Number)));
                    }
                    if let Some(Op { entity, act }) = relayed {
                        let request = Request { act, section: None, reply: None };
                        self.send(from, Some(cause), What::Operation(entity, request));
                    }
                }
                Waiting::Lock(holder, set) => match set.range(entity + 1..).next() {
                    Some(next) => self.send(from, Some(cause), What::Lock(*next, holder, set.clone())),
                    None => self.send(from, Some(cause), What::Answer(holder, Ok(Value::Nothing))),
                },
            }
        }
    }

    fn create(&mut self, cause: usize, id: String, program: Program, parent: Option<Return>, later: Option<Micros>) {
        self.counter += 1;
        let later = later.filter(|later| *later > self.now);
        let instance = Instance {
            number: self.counter,
            program,
            parent,
            generation: 0,
            custom_status: None,
            suspended: false,
            ending: None,
            may_begin: later.is_none(),
            desk: Desk::new(0, Vec::new()),
            code: None,
            held: Vec::new(),
            open: BTreeMap::new(),
            sections: BTreeMap::new(),
            ended_by: None,
        };
        if let Some(later) = later {
            self.later(later, What::Begin(id.clone(), instance.number));
        }
        self.instances.insert(id.clone(), instance);
        self.go_on(cause, &id);
    }

    /// Something comes in for an instance, or is kept until it can go on.
    fn arrive(&mut self, cause: usize, id: &str, what: What) {
        let Some(instance) = self.instances.get_mut(id).filter(|instance| instance.ending.is_none()) else { return };
        match what {
            What::Terminate { recursive, .. } => self.end(cause, id, Ending::Terminated, recursive),
            What::Resume(_) => {
                instance.suspended = false;
                self.go_on(cause, id);
            }
            what => {
                instance.held.push(what);
                self.go_on(cause, id);
            }
        }
    }

    /// Lets an instance begin, or take in what it has not had yet, if nothing keeps it.
    fn go_on(&mut self, cause: usize, id: &str) {
        loop {
            let Some(instance) = self.instances.get_mut(id) else { return };
            if instance.suspended || !instance.may_begin || instance.ending.is_some() {
                return;
            }
            if instance.code.is_none() {
                let program = instance.program.clone();
                instance.code = Some(Box::pin(desk::run(Rc::clone(&instance.desk), program, Vec::new())));
            } else if instance.held.is_empty() {
                return;
            } else {
                match instance.held.remove(0) {
                    What::Raise(_, name, number) => instance.desk.borrow_mut().raise(name, number),
                    What::Answer(to, answer) => {
                        // It may be for a generation that is over by now, or for something that was dropped.
                        let open = to.generation == instance.generation;
                        let Some((_, wish)) = instance.open.remove(&to.leaf).filter(|_| open) else { continue };
                        if let Wish::Lock(set) = wish {
                            instance.sections.insert(to.leaf, set);
                        }
                        instance.desk.borrow_mut().answers.insert(to.leaf, answer);
                    }
                    _ => {}
                }
            }
            self.take_turn(cause, id);
        }
    }

    fn take_turn(&mut self, cause: usize, id: &str) {
        let Some(instance) = self.instances.get_mut(id) else { return };
        let desk = Rc::clone(&instance.desk);
        desk.borrow_mut().now = self.now;
        let Some(code) = &mut instance.code else { return };
        let polled = code.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let (wishes, dropped) = {
            let mut desk = desk.borrow_mut();
            instance.custom_status = desk.status.take().or(instance.custom_status);
            (std::mem::take(&mut desk.wishes), std::mem::take(&mut desk.dropped))
        };
        let continued = desk.borrow_mut().continued.take();
        let panicked = desk.borrow_mut().panicked.take();
        let ending = match (panicked, polled) {
            (Some(failed), _) | (None, std::task::Poll::Ready(Err(failed))) => Some(Ending::Failed(failed)),
            (None, std::task::Poll::Ready(Ok(notes))) => Some(Ending::Completed(notes)),
            (None, std::task::Poll::Pending) => None,
        };
        let goes_on = ending.is_none() && continued.is_none();
        for (leaf, wish) in wishes {
            self.carry_out(cause, id, leaf, wish, goes_on && !dropped.contains(&leaf));
        }
        dropped.into_iter().for_each(|leaf| self.drop_leaf(cause, id, leaf));
        match (ending, continued) {
            (Some(ending), _) => self.end(cause, id, ending, false),
            (None, Some((program, notes))) => self.next_generation(cause, id, program, notes),
            (None, None) => {}
        }
    }

    fn carry_out(&mut self, cause: usize, id: &str, leaf: Leaf, wish: Wish, stays: bool) {
        let now = self.now;
        let Some(instance) = self.instances.get_mut(id) else { return };
        let from = Party::Instance(instance.number);
        let back = Return { id: id.to_owned(), number: instance.number, generation: instance.generation, leaf };
        let mut note_open = |wish: &Wish| drop(instance.open.insert(leaf, (now, wish.clone())));
        let operation = |op: Op, section, reply| What::Operation(op.entity, Request { act: op.act, section, reply });
        match wish {
            Wish::Work { ref work, attempt, asked } => {
                note_open(&wish);
                if stays {
                    let asked = i64::try_from(asked).unwrap();
                    self.begun.insert((id.to_owned(), asked, work.number, attempt));
                    let answer = work.outcome(attempt).map(Value::Number);
                    self.later(now + work.takes(attempt), What::Answer(back, answer));
                }
            }
            Wish::Timer(due) => {
                note_open(&wish);
                match (stays, due <= now) {
                    (true, true) => self.send(Party::Clock, Some(cause), What::Answer(back, Ok(Value::Nothing))),
                    (true, false) => self.later(due, What::Answer(back, Ok(Value::Nothing))),
                    (false, _) => {}
                }
            }
            Wish::Child(child, program) => {
                self.counter += 1;
                let child = child.unwrap_or_else(|| format!("?{}", self.counter));
                note_open(&Wish::Child(Some(child.clone()), program.clone()));
                self.send(from, Some(cause), What::Start { id: child, program, parent: Some(back), later: None });
            }
            Wish::Start(id, program, later) => {
                self.send(from, Some(cause), What::Start { id, program, parent: None, later });
            }
            Wish::Call(ref op) => {
                note_open(&wish);
                self.send(from, Some(cause), operation(op.clone(), None, Some(back)));
            }
            Wish::CallInside(ref op, section) => {
                note_open(&wish);
                let holder = Return { leaf: section, ..back.clone() };
                self.send(from, Some(cause), operation(op.clone(), Some(holder), Some(back)));
            }
            Wish::Signal(op, Some(due)) if due > now => self.later(due, operation(op, None, None)),
            Wish::Signal(op, _) => self.send(from, Some(cause), operation(op, None, None)),
            Wish::Send(to, name, number) => self.send(from, Some(cause), What::Raise(to, name, number)),
            Wish::Lock(ref set) => {
                note_open(&wish);
                let first = *set.first().unwrap();
                self.send(from, Some(cause), What::Lock(first, back, set.clone()));
            }
            Wish::Unlock(section) => self.unlock(cause, id, section),
        }
    }

    /// Ends a section, or the wish for one.
    fn unlock(&mut self, cause: usize, id: &str, section: Leaf) {
        let Some(instance) = self.instances.get_mut(id) else { return };
        let set = match (instance.sections.remove(&section), instance.open.remove(&section)) {
            (Some(set), _) | (None, Some((_, Wish::Lock(set)))) => set,
            _ => return,
        };
        let (number, generation) = (instance.number, instance.generation);
        let holder = Return { id: id.to_owned(), number, generation, leaf: section };
        self.send(Party::Instance(number), Some(cause), What::Unlock(*set.first().unwrap(), holder, set));
    }

    /// Nobody waits for that any more.
    fn drop_leaf(&mut self, cause: usize, id: &str, leaf: Leaf) {
        let Some(instance) = self.instances.get_mut(id) else { return };
        match instance.open.get(&leaf) {
            Some((_, Wish::Lock(_))) => self.unlock(cause, id, leaf),
            Some((since, Wish::Work { work, attempt, asked })) => {
                if *since == self.now {
                    let asked = i64::try_from(*asked).unwrap();
                    self.maybe.insert((id.to_owned(), asked, work.number, *attempt));
                }
                instance.open.remove(&leaf);
            }
            _ => drop(instance.open.remove(&leaf)),
        }
    }

    /// Lets go all that a generation has held or waited for.
    fn close(&mut self, cause: usize, id: &str, recursive: bool) {
        let Some(instance) = self.instances.get_mut(id) else { return };
        let from = Party::Instance(instance.number);
        let sections: Vec<_> = instance.sections.keys().copied().collect();
        for (leaf, (_, wish)) in instance.open.clone() {
            if let (true, Wish::Child(Some(child), _)) = (recursive, wish) {
                self.send(from, Some(cause), What::Terminate { id: child, recursive });
            }
            self.drop_leaf(cause, id, leaf);
        }
        sections.into_iter().for_each(|section| self.unlock(cause, id, section));
    }

    fn next_generation(&mut self, cause: usize, id: &str, program: Program, notes: Vec<Value>) {
        self.close(cause, id, false);
        let Some(instance) = self.instances.get_mut(id) else { return };
        instance.generation += 1;
        let unread = std::mem::take(&mut instance.desk.borrow_mut().unread);
        instance.desk = Desk::new(instance.generation, unread);
        instance.code = Some(Box::pin(desk::run(Rc::clone(&instance.desk), program, notes)));
        self.take_turn(cause, id);
    }

    fn end(&mut self, cause: usize, id: &str, ending: Ending, recursive: bool) {
        let Some(instance) = self.instances.get_mut(id) else { return };
        instance.ending = Some(ending.clone());
        instance.ended_by = Some((self.now, cause));
        instance.code = None;
        let (from, parent) = (Party::Instance(instance.number), instance.parent.clone());
        self.close(cause, id, recursive);
        if let Some(parent) = parent {
            let answer = match ending {
                Ending::Completed(notes) => Ok(Value::List(notes)),
                Ending::Failed(failed) => Err(failed),
                Ending::Terminated => Err(Failed::new(FailureKind::Terminated)),
            };
            self.send(from, Some(cause), What::Answer(parent, answer));
        }
    }

    fn command(&mut self, command: &Command) -> Reply {
        let verb = command.verb.clone();
        let client = |what| Mail { from: Party::Client, cause: None, what };
        let live = |world: &Self, id: &str| match world.instances.get(id) {
            None => Err(FailureKind::NotFound),
            Some(instance) if instance.ending.is_some() => Err(FailureKind::InvalidState),
            Some(_) => Ok(()),
        };
        match verb {
            Verb::Start { id, program, later, if_exists } => {
                match (live(self, &id), if_exists) {
                    (Err(FailureKind::NotFound), _) => {}
                    (_, Exists::Error) | (Ok(()), Exists::ReplaceEnded) => return Err(FailureKind::AlreadyExists),
                    (_, Exists::Attach) => return Ok(()),
                    (found, Exists::Replace | Exists::ReplaceEnded) => {
                        if found.is_ok() {
                            self.mail.push_back(client(What::Terminate { id: id.clone(), recursive: false }));
                            self.deliver_all();
                        }
                        self.instances.remove(&id);
                        self.has_successors = true;
                    }
                }
                let later = later.map(|later| self.now + later);
                self.mail.push_back(client(What::Start { id, program, parent: None, later }));
            }
            Verb::Raise { id, name, first, count } => {
                live(self, &id)?;
                let numbers = first..first + i64::try_from(count).unwrap();
                self.mail.extend(numbers.map(|number| client(What::Raise(id.clone(), name, number))));
            }
            Verb::Suspend(id) => {
                live(self, &id)?;
                let instance = self.instances.get_mut(&id).ok_or(FailureKind::NotFound)?;
                if std::mem::replace(&mut instance.suspended, true) {
                    return Err(FailureKind::InvalidState);
                }
            }
            Verb::Resume(id) => {
                live(self, &id)?;
                if !self.instances[&id].suspended {
                    return Err(FailureKind::InvalidState);
                }
                self.mail.push_back(client(What::Resume(id)));
            }
            Verb::Terminate { id, recursive } => {
                live(self, &id)?;
                self.mail.push_back(client(What::Terminate { id, recursive }));
            }
            Verb::Purge(id) => {
                if live(self, &id) != Err(FailureKind::InvalidState) {
                    return Err(live(self, &id).err().unwrap_or(FailureKind::InvalidState));
                }
                self.instances.remove(&id);
                self.has_successors = true;
            }
            Verb::Signal { op, later } => {
                let request = Request { act: op.act, section: None, reply: None };
                let what = What::Operation(op.entity, request);
                match later {
                    None => self.mail.push_back(client(what)),
                    Some(later) => self.later(self.now + later, what),
                }
            }
        }
        Ok(())
    }
}
