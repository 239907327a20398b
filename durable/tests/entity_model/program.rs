//! What a test run consists of: operations, programs of orchestrations, and what a client does.

use durable::{EntityId, InstanceId, Timestamp};
use serde::{Deserialize, Serialize};

/// Operations are told apart by their numbers.
pub type OpId = u32;

/// One operation on its way to an entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Op {
    pub id: OpId,
    pub to: EntityId,
    pub act: Act,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Act {
    Add(i64),
    Read,
    Remove,
    /// Signals, perhaps some seconds later.
    Relay(Box<Op>, Option<u64>),
    /// Changes the state, signals, and fails.
    Fail(Box<Op>),
    /// Changes the state, signals, and panics.
    Panic(Box<Op>),
}

impl Op {
    pub fn method(&self) -> &'static str {
        if self.act == Act::Read { "read" } else { "perform" }
    }

    /// The operation that it sends, if it succeeds.
    pub fn child(&self) -> Option<&Op> {
        if let Act::Relay(child, _) = &self.act { Some(child) } else { None }
    }

    /// With all that it may send, whether it succeeds or not.
    pub fn all(&self) -> Vec<&Op> {
        match &self.act {
            Act::Relay(op, _) | Act::Fail(op) | Act::Panic(op) => [vec![self], op.all()].concat(),
            Act::Add(_) | Act::Read | Act::Remove => vec![self],
        }
    }

    /// Whether it leaves a trace in every state.
    pub fn always_changes(&self) -> bool {
        matches!(self.act, Act::Add(_) | Act::Relay(..))
    }
}

/// The state of an entity: a number, and the operation that was the last to change it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub value: i64,
    pub last: OpId,
}

/// What an operation that succeeded has seen and left behind; `None` stands for an entity without a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    pub before: Option<Stored>,
    pub after: Option<Stored>,
}

/// How an operation came out, for who asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Nothing is known of its result.
    Sent,
    Done(Done),
    /// It failed in that state.
    Failed(Option<Stored>),
    TimedOut,
}

/// What an orchestration remembers of an operation; in the order in which it asked for them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub op: OpId,
    /// When it is to be performed, if that was to be later.
    pub due: Option<Timestamp>,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Program {
    pub steps: Vec<Step>,
    pub next: usize,
    /// What the generations before this one remember.
    pub notes: Vec<Note>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Step {
    Call(Op),
    CallWithin(Op, u64),
    /// At the same time.
    Both(Op, Op),
    Signal(Op),
    SignalLater(Op, u64),
    Pause(u64),
    Work,
    ContinueAsNew,
    Lock(Locking),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Locking {
    /// May name an entity twice.
    pub set: Vec<EntityId>,
    pub patience: Patience,
    pub steps: Vec<Inner>,
    pub exit: Exit,
}

/// How long the locks are waited for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Patience {
    Forever,
    Within(u64),
    /// The same by a race against a timer.
    Race(u64),
    /// The wish is dropped in the turn in which it was made.
    Dropped,
}

/// What is done inside a section; numbers are places in the set.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Inner {
    Call(usize, Op),
    CallWithin(usize, Op, u64),
    Transfer((usize, Op), (usize, Op)),
    Signal(Op),
    SignalLater(Op, u64),
    Pause(u64),
    Work,
}

/// How a section ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exit {
    Dropped,
    Return,
    Fail,
    Panic,
}

/// What is done from outside.
#[derive(Debug, Clone)]
pub enum Command {
    Start(usize),
    Call(Op),
    Signal(Op),
    SignalLater(Op, u64),
    /// Signals that are accepted together.
    Signals(Vec<Op>),
    Peek(EntityId),
    Terminate(usize),
    Suspend(usize),
    Resume(usize),
    CleanEntities,
}

/// A whole run, apart from the moments of its crashes.
#[derive(Debug)]
pub struct Plan {
    pub entities: Vec<EntityId>,
    pub programs: Vec<Program>,
    pub commands: Vec<Command>,
}

impl Step {
    /// The operations that it asks for by itself.
    pub fn ops(&self) -> Vec<&Op> {
        match self {
            Self::Call(op) | Self::CallWithin(op, _) | Self::Signal(op) | Self::SignalLater(op, _) => vec![op],
            Self::Both(a, b) => vec![a, b],
            Self::Lock(locking) => locking.steps.iter().flat_map(Inner::ops).collect(),
            Self::Pause(_) | Self::Work | Self::ContinueAsNew => Vec::new(),
        }
    }
}

impl Inner {
    /// The operations of locked entities.
    pub fn inside(&self) -> Vec<&Op> {
        match self {
            Self::Call(_, op) | Self::CallWithin(_, op, _) => vec![op],
            Self::Transfer((_, a), (_, b)) => vec![a, b],
            Self::Signal(_) | Self::SignalLater(..) | Self::Pause(_) | Self::Work => Vec::new(),
        }
    }

    fn ops(&self) -> Vec<&Op> {
        if let Self::Signal(op) | Self::SignalLater(op, _) = self { vec![op] } else { self.inside() }
    }
}

impl Command {
    pub fn ops(&self) -> Vec<&Op> {
        match self {
            Self::Call(op) | Self::Signal(op) | Self::SignalLater(op, _) => vec![op],
            Self::Signals(ops) => ops.iter().collect(),
            Self::Start(_)
            | Self::Peek(_)
            | Self::Terminate(_)
            | Self::Suspend(_)
            | Self::Resume(_)
            | Self::CleanEntities => Vec::new(),
        }
    }
}

impl Plan {
    pub fn lockings(&self) -> impl Iterator<Item = &Locking> {
        let steps = self.programs.iter().flat_map(|program| &program.steps);
        steps.filter_map(|step| if let Step::Lock(locking) = step { Some(locking) } else { None })
    }

    /// All operations that may ever be performed, and those that must not because their sender fails.
    pub fn ops(&self) -> impl Iterator<Item = &Op> {
        let steps = self.programs.iter().flat_map(|program| &program.steps).flat_map(Step::ops);
        steps.chain(self.commands.iter().flat_map(Command::ops)).flat_map(Op::all)
    }
}

/// The id of the instance that runs a program.
pub fn instance_id(program: usize) -> InstanceId {
    InstanceId::new(format!("program-{program}")).unwrap()
}
