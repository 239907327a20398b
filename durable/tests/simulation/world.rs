//! The reference, part two: the world around the programs, moment by moment. Nothing here is ever lost or repeated.
//!
//! Each moment has one cause: a timer, the end of an activity, something that was sent for later, a command. What follows
//! from it happens at the same time, message by message. Where the order of two messages is nobody's promise and both
//! reach one receiver, the plan is no good, since nobody can say what must come of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use durable::{FailureKind, Status};

use super::{
    desk::{Answer, Code, Leaf, SharedDesk, Wish},
    entity::{Entity, Holder, Request, Waiting},
    ledger::Attempt,
    program::{Failed, Micros, Op, Plan, Program, Value},
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
pub enum Party {
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
pub enum What {
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
pub struct Mail {
    pub from: Party,
    /// The message of this moment that led to it.
    pub cause: Option<usize>,
    pub what: What,
}

/// How an instance ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    Completed(Vec<Value>),
    Failed(Failed),
    Terminated,
}

pub struct Instance {
    pub number: Number,
    pub program: Program,
    pub parent: Option<Return>,
    pub generation: u32,
    pub custom_status: Option<i64>,
    pub suspended: bool,
    pub ending: Option<Ending>,
    /// Whether its time to begin has come.
    pub may_begin: bool,
    pub desk: SharedDesk,
    pub code: Option<Code>,
    /// What came while it could not go on.
    pub held: Vec<What>,
    /// What it waits for, with the time when it was asked for.
    pub open: BTreeMap<Leaf, (Micros, Wish)>,
    pub sections: BTreeMap<Leaf, BTreeSet<u8>>,
    /// The message of this moment that ended it.
    pub ended_by: Option<(Micros, usize)>,
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
    pub now: Micros,
    agenda: BTreeMap<(Micros, usize), What>,
    pub mail: VecDeque<Mail>,
    /// The causes of the messages of this moment, and who got them.
    causes: Vec<Option<usize>>,
    deliveries: Vec<(Receiver, usize, Party)>,
    /// The ids to which something was sent in this moment.
    pub addressed: Vec<String>,
    pub instances: BTreeMap<String, Instance>,
    pub entities: BTreeMap<u8, Entity>,
    /// Attempts of activities that begin, and those of them that may as well not: they are given up at once.
    pub begun: BTreeSet<Attempt>,
    pub maybe: BTreeSet<Attempt>,
    pub replies: Vec<Reply>,
    pub counter: usize,
    messages: usize,
    pub undecided: bool,
    /// Whether one id was used again, so that children of the usual ids may have made room for others.
    pub has_successors: bool,
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
            world.addressed.clear();
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

    pub(super) fn later(&mut self, at: Micros, what: What) {
        self.counter += 1;
        self.agenda.insert((at, self.counter), what);
    }

    pub(super) fn send(&mut self, from: Party, cause: Option<usize>, what: What) {
        self.mail.push_back(Mail { from, cause, what });
    }

    pub(super) fn deliver_all(&mut self) {
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
        self.addressed.push(id.to_owned());
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
                self.create(number, &id, program, parent, later);
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
}
