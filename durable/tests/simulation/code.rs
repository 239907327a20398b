//! The durable code under test: an orchestrator that interprets programs, and what it calls. The public interface only.

use std::{future::ready, time::Duration};

use durable::{EntityId, OperationCall, Payload, future::LocalBoxDurable, prelude::*};
use serde::{Deserialize, Serialize};

use super::{
    ledger::Pen,
    program::{Act, BEGINNING, Child, ChildId, Failed, Inner, Locking, Op, Program, Step, Trying, Value, Work},
};

pub const ALL: Registry = registry![run, work, Tally];

#[orchestrator]
pub async fn run(ctx: &mut Context, program: Program, notes: Vec<Value>) -> Result<Vec<Value>> {
    let mut notes = notes;
    for step in &program.steps {
        match step {
            Step::ContinueAsNew if program.generations == 0 => {}
            Step::ContinueAsNew => {
                let next = Program { generations: program.generations - 1, ..program.clone() };
                return ctx.continue_as_new(run(next, notes)).await;
            }
            Step::Section(locking) => notes.push(section(ctx, locking).await?),
            step => notes.push(eval(ctx, step).await?),
        }
    }
    Ok(notes)
}

#[deterministic]
fn eval<'a>(ctx: &'a Context, step: &'a Step) -> LocalBoxDurable<'a, Result<Value>> {
    Box::pin(async move {
        Ok(match step {
            Step::Work(work) => Value::Number(call_work(ctx, work).await?),
            Step::Timer(micros) => {
                ctx.timer(Duration::from_micros(*micros)).await;
                now(ctx)
            }
            Step::Event { name, within: None } => Value::Number(ctx.event(name.to_string()).await?),
            Step::Event { name, within: Some(within) } => {
                Value::Number(ctx.event(name.to_string()).timeout(Duration::from_micros(*within)).await?)
            }
            Step::Child(child) => call_child(ctx, child).await?,
            Step::Start { id, program, later } => {
                let started = run(program.clone(), Vec::new()).instance_id(fresh(ctx, id));
                match later {
                    None => drop(ctx.start(started)),
                    Some(later) => drop(ctx.start_at(started, ctx.now() + Duration::from_micros(*later))),
                }
                Value::Nothing
            }
            Step::Call { op, within: None } => Value::Number(ctx.call(operation(op)).await?),
            Step::Call { op, within: Some(within) } => {
                Value::Number(ctx.call(operation(op)).timeout(Duration::from_micros(*within)).await?)
            }
            Step::Signal { op, later: None } => {
                ctx.signal(operation(op));
                Value::Nothing
            }
            Step::Signal { op, later: Some(later) } => {
                ctx.signal_at(operation(op), ctx.now() + Duration::from_micros(*later));
                Value::Nothing
            }
            Step::Send { to, name, number } => {
                ctx.send_event(to, name.to_string(), number);
                Value::Nothing
            }
            Step::Sequence(steps) => {
                let mut values = Vec::new();
                for step in steps {
                    values.push(eval(ctx, step).await?);
                }
                Value::List(values)
            }
            Step::All(steps) => {
                let all = durable::join_all(steps.iter().map(|step| eval(ctx, step))).await;
                Value::List(all.into_iter().map(caught).collect())
            }
            Step::TryAll(steps) => Value::List(durable::try_join_all(steps.iter().map(|step| eval(ctx, step))).await?),
            Step::Race(a, b) => match durable::race(eval(ctx, a), eval(ctx, b)).await {
                Either::Left(value) => Value::List(vec![Value::Number(0), value?]),
                Either::Right(value) => Value::List(vec![Value::Number(1), value?]),
            },
            Step::First(steps) => {
                let (place, value) = durable::select_all(steps.iter().map(|step| eval(ctx, step))).await;
                Value::List(vec![Value::Number(i64::try_from(place)?), value?])
            }
            Step::Within(micros, step) => {
                durable::timeout(ctx.timer(Duration::from_micros(*micros)), eval(ctx, step)).await??
            }
            Step::Caught(step) => caught(eval(ctx, step).await),
            Step::Dropped(step) => match durable::race(eval(ctx, step), ready(())).await {
                Either::Left(value) => value?,
                Either::Right(()) => Value::Nothing,
            },
            Step::Status(number) => {
                ctx.set_status(number);
                Value::Nothing
            }
            Step::Now => now(ctx),
            // With where and when it was drawn.
            Step::Chance => {
                let at = ctx.now().as_micros();
                Value::Chance(format!("{}@{at} {} {}", ctx.instance_id(), ctx.new_uuid(), ctx.random()))
            }
            Step::Fail(number) => return Err(Error::new(format!("planned {number}"))),
            Step::Panic(number) => std::panic::panic_any(format!("planned {number}")),
            // At the top level only, where they have got the context for themselves.
            Step::Section(_) | Step::ContinueAsNew => Value::Nothing,
        })
    })
}

#[deterministic]
fn now(ctx: &Context) -> Value {
    Value::Time(ctx.now().as_micros() - BEGINNING.as_micros())
}

#[deterministic]
fn caught(result: Result<Value>) -> Value {
    result.unwrap_or_else(|error| Value::Failed(Failed::of(&error)))
}

/// Another id in each generation.
#[deterministic]
fn fresh(ctx: &Context, id: &str) -> String {
    if ctx.generation() == 0 { id.to_owned() } else { format!("{id}.{}", ctx.generation()) }
}

/// The policy of a call, which may be to try once.
#[deterministic]
fn retry(trying: Option<&Trying>) -> Retry {
    let Some(Trying { attempts, first, factor, longest, deadline }) = trying else {
        return Retry::fixed(1, Duration::ZERO);
    };
    let retry = Retry::fixed(*attempts, Duration::from_micros(*first)).backoff(f64::from(*factor));
    let retry = retry.max_delay(Duration::from_micros(*longest));
    match deadline {
        None => retry,
        Some(deadline) => retry.deadline(Duration::from_micros(*deadline)),
    }
}

#[deterministic]
async fn call_work(ctx: &Context, job: &Work) -> Result<i64> {
    let call = ctx.call(work(job.clone(), ctx.now()));
    call.retry(retry(job.retry.as_ref())).await
}

#[deterministic]
async fn call_child(ctx: &Context, child: &Child) -> Result<Value> {
    let mut call = ctx.call(run(child.program.clone(), Vec::new()));
    match &child.id {
        ChildId::Usual => {}
        ChildId::Fresh(id) => call = call.instance_id(fresh(ctx, id)),
        ChildId::Fixed(id) => call = call.instance_id(id),
    }
    if let Some(within) = child.within {
        call = call.timeout(Duration::from_micros(within));
    }
    Ok(Value::List(call.retry(retry(child.retry.as_ref())).await?))
}

#[deterministic]
async fn section(ctx: &mut Context, locking: &Locking) -> Result<Value> {
    let ids: Vec<_> = locking.entities.iter().map(|entity| entity_id(*entity)).collect();
    let lock = ctx.lock(ids);
    let locked = match locking.within {
        None => lock.await,
        Some(within) => lock.timeout(Duration::from_micros(within)).await,
    };
    let (mut entities, section) = match locked {
        Ok(locked) => locked,
        Err(error) => return Ok(Value::Failed(Failed::of(&error))),
    };
    let mut values = Vec::new();
    for step in &locking.steps {
        values.push(match step {
            Inner::Call(place, act) => {
                let called: Result<i64> = entities[*place].call(method(act), act).await;
                caught(called.map(Value::Number))
            }
            Inner::Timer(micros) => {
                section.timer(Duration::from_micros(*micros)).await;
                Value::Time(section.now().as_micros() - BEGINNING.as_micros())
            }
            Inner::Work(job) => {
                let call = section.call(work(job.clone(), section.now()));
                Value::Number(call.retry(retry(job.retry.as_ref())).await?)
            }
        });
    }
    Ok(Value::List(values))
}

/// An activity that takes its time, which neither a crash nor a restart changes.
#[activity]
async fn work(ctx: &ActivityContext, pen: State<Pen>, job: Work, asked: Timestamp) -> Result<i64> {
    let attempt = ctx.attempt();
    pen.works(ctx, &job, asked).await;
    match job.outcome(attempt) {
        Ok(value) => Ok(value),
        Err(failed) if failed.kind == durable::FailureKind::Panicked => std::panic::panic_any(failed.message),
        Err(failed) if failed.retryable => Err(Error::new(failed.message)),
        Err(failed) => Err(Error::fatal(failed.message)),
    }
}

#[entity]
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tally {
    value: i64,
}

#[entity]
impl Tally {
    fn read(&self, _act: Act) -> i64 {
        self.value
    }

    fn perform(&mut self, ctx: &EntityContext, act: Act) -> Result<i64> {
        match act {
            Act::Add(amount) => self.value += amount,
            Act::Relay(op) => {
                self.value += 1;
                ctx.signal(operation(&op));
            }
            Act::Fail(number) | Act::Panic(number) => {
                self.value += 1_000;
                let message = format!("planned {number}");
                if matches!(act, Act::Panic(_)) {
                    std::panic::panic_any(message);
                }
                return Err(Error::new(message));
            }
            Act::Remove => ctx.delete(),
            Act::Read => {}
        }
        Ok(self.value)
    }
}

#[deterministic]
pub fn entity_id(entity: u8) -> EntityId {
    EntityId::new("Tally", entity.to_string()).unwrap()
}

#[deterministic]
fn method(act: &Act) -> &'static str {
    if *act == Act::Read { "read" } else { "perform" }
}

#[deterministic]
pub fn operation(op: &Op) -> OperationCall<<EntityId as EntityAddress>::Entity, i64, Error> {
    entity_id(op.entity).operation(method(&op.act), &op.act)
}

/// What is stored of an entity.
pub fn stored(state: &Payload) -> i64 {
    state.decode().unwrap()
}
