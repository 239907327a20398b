//! What a run consists of: programs for orchestrations, and what a client does to them, and when.

use std::time::Duration;

use durable::{Error, FailureKind, Timestamp};
use serde::{Deserialize, Serialize};

pub type Micros = u64;

/// What failures that are meant begin with.
pub const PLANNED: &str = "planned ";

/// What an orchestration does; begins anew at the first step with every generation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Program {
    pub steps: Vec<Step>,
    /// How many times it continues as new, if it comes to such steps.
    pub generations: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Step {
    Work(Work),
    Timer(Micros),
    Event {
        name: u8,
        within: Option<Micros>,
    },
    Child(Child),
    /// Starts an orchestration that nobody waits for.
    Start {
        id: String,
        program: Program,
        later: Option<Micros>,
    },
    Call {
        op: Op,
        within: Option<Micros>,
    },
    Signal {
        op: Op,
        later: Option<Micros>,
    },
    /// Raises an event for another instance.
    Send {
        to: String,
        name: u8,
        number: i64,
    },
    Sequence(Vec<Step>),
    /// All, with what became of each.
    All(Vec<Step>),
    /// All, or the first failure.
    TryAll(Vec<Step>),
    /// The first of two, and the first of many.
    Race(Box<Step>, Box<Step>),
    First(Vec<Step>),
    Within(Micros, Box<Step>),
    /// Goes on after a failure.
    Caught(Box<Step>),
    /// Begun and dropped in the same turn.
    Dropped(Box<Step>),
    Status(i64),
    Now,
    /// Random numbers and UUIDs, which no model can know.
    Chance,
    Fail(i64),
    Panic(i64),
    /// At the top level only.
    Section(Locking),
    /// At the top level only.
    ContinueAsNew,
}

/// A call of an activity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// Tells it from all others of the plan.
    pub number: i64,
    pub fate: Fate,
    /// How long the attempts take, the last one also those after it.
    pub takes: Vec<Micros>,
    pub retry: Option<Trying>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    Succeeds,
    /// That many attempts fail, or panic.
    Fails(u32),
    Panics(u32),
    /// With an error that is not tried again.
    Fatal,
}

/// A retry policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trying {
    pub attempts: u32,
    pub first: Micros,
    /// The factor from one delay to the next.
    pub factor: u32,
    pub longest: Micros,
    pub deadline: Option<Micros>,
}

/// A call of a child.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Child {
    pub id: ChildId,
    pub program: Program,
    pub within: Option<Micros>,
    pub retry: Option<Trying>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChildId {
    /// The one that it gets if none is given.
    Usual,
    /// Another one in each generation.
    Fresh(String),
    /// The same in each generation, so that it is taken from the second one on.
    Fixed(String),
}

/// One operation on its way to an entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Op {
    pub entity: u8,
    pub act: Act,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Act {
    Add(i64),
    Read,
    Remove,
    Fail(i64),
    Panic(i64),
    /// Adds one, and signals.
    Relay(Box<Op>),
}

/// A critical section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Locking {
    /// May name an entity twice.
    pub entities: Vec<u8>,
    pub within: Option<Micros>,
    pub steps: Vec<Inner>,
}

/// What is done inside a section; the first number is a place in the set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Inner {
    Call(usize, Act),
    Timer(Micros),
    Work(Work),
}

/// What a client does at some time after the beginning.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    pub at: Micros,
    pub verb: Verb,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Verb {
    Start {
        id: String,
        program: Program,
        later: Option<Micros>,
        if_exists: Exists,
    },
    /// Events with numbers that rise by one.
    Raise {
        id: String,
        name: u8,
        first: i64,
        count: usize,
    },
    Suspend(String),
    Resume(String),
    Terminate {
        id: String,
        recursive: bool,
    },
    Purge(String),
    Signal {
        op: Op,
        later: Option<Micros>,
    },
}

/// What happens to an instance of the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exists {
    Error,
    Attach,
    Replace,
    ReplaceEnded,
}

/// A whole run, apart from its faults.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// In the order of their times, which all differ.
    pub commands: Vec<Command>,
}

/// What a step gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    Nothing,
    Number(i64),
    /// Since the beginning.
    Time(i64),
    List(Vec<Value>),
    Failed(Failed),
    Chance(String),
}

/// How something failed, as far as a model can know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    pub kind: FailureKind,
    /// Empty if the words are those of the library.
    pub message: String,
    pub retryable: bool,
}

impl Failed {
    pub fn new(kind: FailureKind) -> Self {
        let retryable = matches!(kind, FailureKind::Application | FailureKind::Panicked | FailureKind::TimedOut);
        Self { kind, message: String::new(), retryable }
    }

    pub fn planned(kind: FailureKind, number: i64) -> Self {
        Self { message: format!("{PLANNED}{number}"), ..Self::new(kind) }
    }

    pub fn of(error: &Error) -> Self {
        let message = error.message();
        let message = if message.starts_with(PLANNED) { message.to_owned() } else { String::new() };
        Self { kind: error.kind(), message, retryable: error.is_retryable() }
    }
}

impl Work {
    pub fn takes(&self, attempt: u32) -> Micros {
        let at = (attempt as usize - 1).min(self.takes.len() - 1);
        self.takes[at]
    }

    /// What becomes of an attempt.
    pub fn outcome(&self, attempt: u32) -> Result<i64, Failed> {
        match self.fate {
            Fate::Fails(times) if attempt <= times => Err(Failed::planned(FailureKind::Application, self.number)),
            Fate::Panics(times) if attempt <= times => Err(Failed::planned(FailureKind::Panicked, self.number)),
            Fate::Fatal => Err(Failed { retryable: false, ..Failed::planned(FailureKind::Application, self.number) }),
            Fate::Succeeds | Fate::Fails(_) | Fate::Panics(_) => Ok(self.number * 10 + i64::from(attempt)),
        }
    }
}

/// When all begins.
pub const BEGINNING: Timestamp = Timestamp::from_micros(1_767_225_600_000_000);

pub fn at(micros: Micros) -> Timestamp {
    BEGINNING + Duration::from_micros(micros)
}
