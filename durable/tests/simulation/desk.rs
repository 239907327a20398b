//! The reference, part one: what the programs mean, as plain futures in an ordinary world without a history.
//!
//! What they ask the world for, and what it has told them, lies on their desk.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    future::{Future, pending, ready},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use durable::FailureKind;
use futures_util::future::{Either, join_all, select, select_all, try_join_all};

use super::program::{Act, Child, ChildId, Failed, Inner, Locking, Micros, Op, Program, Step, Trying, Value, Work};

pub type Answer = Result<Value, Failed>;
pub type Code = Pin<Box<dyn Future<Output = Result<Vec<Value>, Failed>>>>;
pub type SharedDesk = Rc<RefCell<Desk>>;
/// Something that was asked for, by its number in the generation.
pub type Leaf = u64;

/// What is asked of the world.
#[derive(Debug, Clone)]
pub enum Wish {
    Work {
        work: Work,
        attempt: u32,
        asked: Micros,
    },
    Timer(Micros),
    /// With an id, or the usual one.
    Child(Option<String>, Program),
    Start(String, Program, Option<Micros>),
    Call(Op),
    /// Called in that section.
    CallInside(Op, Leaf),
    Signal(Op, Option<Micros>),
    Send(String, u8, i64),
    Lock(BTreeSet<u8>),
    Unlock(Leaf),
}

/// What lies between the code of one generation and the world.
#[derive(Debug, Default)]
pub struct Desk {
    pub now: Micros,
    pub generation: u32,
    next: Leaf,
    /// What was asked for and not yet looked at by the world.
    pub wishes: Vec<(Leaf, Wish)>,
    /// What is waited for no longer, the same.
    pub dropped: Vec<Leaf>,
    pub answers: BTreeMap<Leaf, Answer>,
    /// Who waits for which event, the oldest first.
    pub waiters: Vec<(Leaf, u8)>,
    /// Events that nobody has read, in the order of their arrival.
    pub unread: Vec<(u8, i64)>,
    pub status: Option<i64>,
    pub panicked: Option<Failed>,
    pub continued: Option<(Program, Vec<Value>)>,
}

impl Desk {
    pub fn new(generation: u32, unread: Vec<(u8, i64)>) -> SharedDesk {
        Rc::new(RefCell::new(Self { generation, unread, ..Self::default() }))
    }

    fn ask(&mut self, wish: Wish) -> Leaf {
        self.next += 1;
        if self.panicked.is_none() {
            self.wishes.push((self.next, wish));
        }
        self.next
    }

    /// An event comes in: for the oldest who waits, or to be kept.
    pub fn raise(&mut self, name: u8, number: i64) {
        match self.waiters.iter().position(|(_, wanted)| *wanted == name) {
            Some(at) => drop(self.answers.insert(self.waiters.remove(at).0, Ok(Value::Number(number)))),
            None => self.unread.push((name, number)),
        }
    }
}

/// Waits for the answer to a wish.
struct Ask<'d> {
    desk: &'d SharedDesk,
    wish: Option<Wish>,
    leaf: Leaf,
    answered: bool,
}

fn ask(desk: &SharedDesk, wish: Wish) -> Ask<'_> {
    Ask { desk, wish: Some(wish), leaf: 0, answered: false }
}

impl Future for Ask<'_> {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Answer> {
        let mut desk = self.desk.borrow_mut();
        if let Some(wish) = self.wish.take() {
            self.leaf = desk.ask(wish);
            return Poll::Pending;
        }
        let Some(answer) = desk.answers.remove(&self.leaf) else { return Poll::Pending };
        self.answered = true;
        Poll::Ready(answer)
    }
}

impl Drop for Ask<'_> {
    fn drop(&mut self) {
        if self.wish.is_none() && !self.answered {
            self.desk.borrow_mut().dropped.push(self.leaf);
        }
    }
}

/// Waits for an event.
struct Listen<'d> {
    desk: &'d SharedDesk,
    name: u8,
    leaf: Option<Leaf>,
}

impl Future for Listen<'_> {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Answer> {
        let name = self.name;
        let mut desk = self.desk.borrow_mut();
        let Some(leaf) = self.leaf else {
            if let Some(at) = desk.unread.iter().position(|(kept, _)| *kept == name) {
                return Poll::Ready(Ok(Value::Number(desk.unread.remove(at).1)));
            }
            desk.next += 1;
            let leaf = desk.next;
            desk.waiters.push((leaf, name));
            self.leaf = Some(leaf);
            return Poll::Pending;
        };
        desk.answers.remove(&leaf).map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Listen<'_> {
    fn drop(&mut self) {
        self.desk.borrow_mut().waiters.retain(|(leaf, _)| self.leaf != Some(*leaf));
    }
}

pub async fn run(desk: SharedDesk, program: Program, mut notes: Vec<Value>) -> Result<Vec<Value>, Failed> {
    for step in &program.steps {
        match step {
            Step::ContinueAsNew if program.generations == 0 => {}
            Step::ContinueAsNew => {
                let next = Program { generations: program.generations - 1, ..program.clone() };
                desk.borrow_mut().continued = Some((next, notes));
                return pending().await;
            }
            Step::Section(locking) => notes.push(section(&desk, locking).await?),
            step => notes.push(eval(&desk, step).await?),
        }
    }
    Ok(notes)
}

fn eval<'a>(desk: &'a SharedDesk, step: &'a Step) -> Pin<Box<dyn Future<Output = Answer> + 'a>> {
    Box::pin(async move {
        let now = || desk.borrow().now;
        let tell = |wish| desk.borrow_mut().ask(wish);
        Ok(match step {
            Step::Work(work) => call_work(desk, work).await?,
            Step::Timer(micros) => {
                ask(desk, Wish::Timer(now() + micros)).await?;
                time(now())
            }
            Step::Event { name, within } => {
                within_some(desk, *within, Listen { desk, name: *name, leaf: None }).await?
            }
            Step::Child(child) => call_child(desk, child).await?,
            Step::Start { id, program, later } => {
                let id = fresh(desk, id);
                tell(Wish::Start(id, program.clone(), later.map(|later| now() + later)));
                Value::Nothing
            }
            Step::Call { op, within } => within_some(desk, *within, ask(desk, Wish::Call(op.clone()))).await?,
            Step::Signal { op, later } => {
                tell(Wish::Signal(op.clone(), later.map(|later| now() + later)));
                Value::Nothing
            }
            Step::Send { to, name, number } => {
                tell(Wish::Send(to.clone(), *name, *number));
                Value::Nothing
            }
            Step::Sequence(steps) => {
                let mut values = Vec::new();
                for step in steps {
                    values.push(eval(desk, step).await?);
                }
                Value::List(values)
            }
            Step::All(steps) => {
                Value::List(join_all(steps.iter().map(|step| eval(desk, step))).await.into_iter().map(caught).collect())
            }
            Step::TryAll(steps) => Value::List(try_join_all(steps.iter().map(|step| eval(desk, step))).await?),
            Step::Race(a, b) => match select(eval(desk, a), eval(desk, b)).await {
                Either::Left((value, _)) => Value::List(vec![Value::Number(0), value?]),
                Either::Right((value, _)) => Value::List(vec![Value::Number(1), value?]),
            },
            Step::First(steps) => {
                let (value, place, rest) = select_all(steps.iter().map(|step| eval(desk, step))).await;
                drop(rest);
                Value::List(vec![Value::Number(i64::try_from(place).unwrap()), value?])
            }
            Step::Within(micros, step) => within_some(desk, Some(*micros), eval(desk, step)).await?,
            Step::Caught(step) => caught(eval(desk, step).await),
            Step::Dropped(step) => match select(eval(desk, step), ready(())).await {
                Either::Left((value, _)) => value?,
                Either::Right(_) => Value::Nothing,
            },
            Step::Status(number) => {
                let mut desk = desk.borrow_mut();
                if desk.panicked.is_none() {
                    desk.status = Some(*number);
                }
                Value::Nothing
            }
            Step::Now => time(now()),
            Step::Chance => Value::Chance(String::new()),
            Step::Fail(number) => return Err(Failed::planned(FailureKind::Application, *number)),
            Step::Panic(number) => {
                // No code is run after a panic, wherever it happens.
                desk.borrow_mut().panicked.get_or_insert(Failed::planned(FailureKind::Panicked, *number));
                pending().await
            }
            Step::Section(_) | Step::ContinueAsNew => Value::Nothing,
        })
    })
}

fn time(now: Micros) -> Value {
    Value::Time(i64::try_from(now).unwrap())
}

fn caught(answer: Answer) -> Value {
    answer.unwrap_or_else(Value::Failed)
}

fn fresh(desk: &SharedDesk, id: &str) -> String {
    let generation = desk.borrow().generation;
    if generation == 0 { id.to_owned() } else { format!("{id}.{generation}") }
}

async fn within_some(desk: &SharedDesk, within: Option<Micros>, future: impl Future<Output = Answer>) -> Answer {
    let future = Box::pin(future);
    let Some(within) = within else { return future.await };
    let timer = ask(desk, Wish::Timer(desk.borrow().now + within));
    match select(future, timer).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(Failed::new(FailureKind::TimedOut)),
    }
}

async fn retried(desk: &SharedDesk, policy: Option<&Trying>, mut attempt: impl AsyncFnMut(u32) -> Answer) -> Answer {
    let began = desk.borrow().now;
    let mut failed = 0;
    loop {
        let failure = match attempt(failed + 1).await {
            Ok(value) => return Ok(value),
            Err(failure) => failure,
        };
        failed += 1;
        let now = desk.borrow().now;
        let delay = policy.filter(|_| failure.retryable).and_then(|policy| policy.delay(failed, now - began));
        let Some(delay) = delay else { return Err(failure) };
        ask(desk, Wish::Timer(now + delay)).await?;
    }
}

impl Trying {
    /// How long to wait after so many failures, so long after the first attempt began.
    fn delay(&self, failed: u32, elapsed: Micros) -> Option<Micros> {
        if failed >= self.attempts {
            return None;
        }
        let delay = (self.first * Micros::from(self.factor.pow(failed - 1))).min(self.longest);
        match self.deadline {
            None => Some(delay),
            Some(deadline) if elapsed >= deadline => None,
            Some(deadline) => Some(delay.min(deadline - elapsed)),
        }
    }
}

async fn call_work(desk: &SharedDesk, work: &Work) -> Answer {
    let asked = desk.borrow().now;
    retried(desk, work.retry.as_ref(), async |attempt| {
        ask(desk, Wish::Work { work: work.clone(), attempt, asked }).await
    })
    .await
}

async fn call_child(desk: &SharedDesk, child: &Child) -> Answer {
    retried(desk, child.retry.as_ref(), async |attempt| {
        let id = match &child.id {
            ChildId::Usual => None,
            ChildId::Fresh(id) => Some(fresh(desk, id)),
            ChildId::Fixed(id) => Some(id.clone()),
        };
        let id = id.map(|id| if attempt == 1 { id } else { format!("{id}~{attempt}") });
        within_some(desk, child.within, ask(desk, Wish::Child(id, child.program.clone()))).await
    })
    .await
}

async fn section(desk: &SharedDesk, locking: &Locking) -> Answer {
    let mut lock = ask(desk, Wish::Lock(locking.entities.iter().copied().collect()));
    if let Err(failed) = within_some(desk, locking.within, &mut lock).await {
        return Ok(Value::Failed(failed));
    }
    let section = lock.leaf;
    let done = inside(desk, locking, section).await;
    desk.borrow_mut().ask(Wish::Unlock(section));
    done
}

async fn inside(desk: &SharedDesk, locking: &Locking, section: Leaf) -> Answer {
    let mut values = Vec::new();
    for step in &locking.steps {
        values.push(match step {
            Inner::Call(place, act) => {
                let op = Op { entity: locking.entities[*place], act: Act::clone(act) };
                caught(ask(desk, Wish::CallInside(op, section)).await)
            }
            Inner::Timer(micros) => {
                let due = desk.borrow().now + micros;
                ask(desk, Wish::Timer(due)).await?;
                time(desk.borrow().now)
            }
            Inner::Work(work) => call_work(desk, work).await?,
        });
    }
    Ok(Value::List(values))
}
