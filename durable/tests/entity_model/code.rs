//! The durable code under test: entities that write down what they do, and an orchestrator that interprets programs.

use std::time::Duration;

use durable::{EntityId, FailureKind, LockedEntity, prelude::*};
use serde::{Deserialize, Serialize};

use super::{
    ledger::Pen,
    program::{Act, Done, Exit, Inner, Locking, Note, Op, Outcome, Patience, Program, Step, Stored},
};

pub const ALL: Registry = registry![Quick, Slow, run, work];
/// What failures that are meant begin with.
pub const PLANNED: &str = "planned ";

#[entity]
#[derive(Default, Serialize, Deserialize)]
pub struct Quick {
    stored: Stored,
}

#[entity]
impl Quick {
    fn read(&self, ctx: &EntityContext, op: Op) -> Done {
        assert_eq!(op.act, Act::Read);
        seen(&self.stored, ctx)
    }

    fn perform(&mut self, ctx: &EntityContext, pen: State<Pen>, op: Op) -> Result<Done> {
        perform(&mut self.stored, ctx, &pen, &op)
    }
}

/// The same with operations that take their time.
#[entity]
#[derive(Default, Serialize, Deserialize)]
pub struct Slow {
    stored: Stored,
}

#[entity]
impl Slow {
    fn read(&self, ctx: &EntityContext, op: Op) -> Done {
        assert_eq!(op.act, Act::Read);
        seen(&self.stored, ctx)
    }

    async fn perform(&mut self, ctx: &EntityContext, pen: State<Pen>, op: Op) -> Result<Done> {
        for _ in 0..op.id % 5 {
            tokio::task::yield_now().await;
        }
        perform(&mut self.stored, ctx, &pen, &op)
    }
}

fn seen(stored: &Stored, ctx: &EntityContext) -> Done {
    let before = ctx.has_state().then_some(*stored);
    Done { before, after: before }
}

fn perform(stored: &mut Stored, ctx: &EntityContext, pen: &Pen, op: &Op) -> Result<Done> {
    let Done { before, .. } = seen(stored, ctx);
    stored.last = op.id;
    let mut child_due = None;
    match &op.act {
        Act::Read => {}
        Act::Add(amount) => stored.value += amount,
        Act::Remove => ctx.delete(),
        Act::Relay(child, None) => ctx.signal(child.to.operation::<Done>(child.method(), child)),
        Act::Relay(child, Some(seconds)) => {
            let due = pen.now() + Duration::from_secs(*seconds);
            ctx.signal_at(child.to.operation::<Done>(child.method(), child), due);
            child_due = Some(due);
        }
        Act::Fail(child) | Act::Panic(child) => {
            stored.value += 1_000;
            ctx.signal(child.to.operation::<Done>(child.method(), child));
            let message = format!("{PLANNED}{}", serde_json::to_string(&before)?);
            if matches!(op.act, Act::Panic(_)) {
                std::panic::panic_any(message);
            }
            return Err(Error::fatal(message));
        }
    }
    let after = (op.act != Act::Remove).then_some(*stored);
    let done = Done { before, after };
    if before.is_some() || after.is_some() {
        pen.write(ctx, op, done, child_due);
    }
    Ok(done)
}

#[activity]
async fn work(yields: u32) -> Result<()> {
    for _ in 0..yields {
        tokio::task::yield_now().await;
    }
    Ok(())
}

#[orchestrator]
pub async fn run(ctx: &mut Context, program: Program) -> Result<Vec<Note>> {
    let mut program = program;
    while let Some(step) = program.steps.get(program.next).cloned() {
        program.next += 1;
        let notes = &mut program.notes;
        match step {
            Step::Call(op) => {
                let at = note(notes, &op, None);
                notes[at].outcome = outcome(ctx.call(op.to.operation(op.method(), &op)).await);
            }
            Step::CallWithin(op, seconds) => {
                let at = note(notes, &op, None);
                let call = ctx.call(op.to.operation(op.method(), &op)).timeout(Duration::from_secs(seconds));
                notes[at].outcome = outcome(call.await);
            }
            Step::Both(a, b) => {
                let at = (note(notes, &a, None), note(notes, &b, None));
                let calls = (ctx.call(a.to.operation(a.method(), &a)), ctx.call(b.to.operation(b.method(), &b)));
                let done = durable::join!(calls.0, calls.1);
                notes[at.0].outcome = outcome(done.0);
                notes[at.1].outcome = outcome(done.1);
            }
            Step::Signal(op) => {
                note(notes, &op, None);
                ctx.signal(op.to.operation::<Done>(op.method(), &op));
            }
            Step::SignalLater(op, seconds) => {
                let due = ctx.now() + Duration::from_secs(seconds);
                note(notes, &op, Some(due));
                ctx.signal_at(op.to.operation::<Done>(op.method(), &op), due);
            }
            Step::Pause(seconds) => ctx.timer(Duration::from_secs(seconds)).await,
            Step::Work => ctx.call(work(2)).await?,
            Step::ContinueAsNew => return ctx.continue_as_new(run(program)).await,
            Step::Lock(locking) => match in_section(ctx, &locking, notes).await? {
                Exit::Return => break,
                Exit::Fail => return Err(Error::fatal(format!("{PLANNED}end"))),
                Exit::Dropped | Exit::Panic => {}
            },
        }
    }
    Ok(program.notes)
}

/// Gives how the section says it is to go on. It ends after that is known, and before it is done.
#[deterministic]
async fn in_section(ctx: &mut Context, locking: &Locking, notes: &mut Vec<Note>) -> Result<Exit> {
    let set = locking.set.clone();
    let locked = match locking.patience {
        Patience::Forever => Some(ctx.lock(set).await?),
        Patience::Within(seconds) => match ctx.lock(set).timeout(Duration::from_secs(seconds)).await {
            Ok(locked) => Some(locked),
            Err(error) if error.kind() == FailureKind::TimedOut => None,
            Err(error) => return Err(error),
        },
        Patience::Race(seconds) => {
            let timer = ctx.timer(Duration::from_secs(seconds));
            match durable::race(ctx.lock(set), timer).await {
                Either::Left(locked) => Some(locked?),
                Either::Right(()) => None,
            }
        }
        Patience::Dropped => match durable::race(ctx.lock(set), std::future::ready(())).await {
            Either::Left(locked) => Some(locked?),
            Either::Right(()) => None,
        },
    };
    let Some((mut entities, section)) = locked else { return Ok(Exit::Dropped) };
    for step in &locking.steps {
        inside(&mut entities, &section, step, notes).await?;
    }
    if locking.exit == Exit::Panic {
        std::panic::panic_any(format!("{PLANNED}panic"));
    }
    Ok(locking.exit)
}

#[deterministic]
async fn inside(
    entities: &mut [LockedEntity<'_>],
    section: &Section<'_>,
    step: &Inner,
    notes: &mut Vec<Note>,
) -> Result<()> {
    match step {
        Inner::Call(place, op) => {
            let at = note(notes, op, None);
            notes[at].outcome = outcome(entities[*place].call(op.method(), op).await);
        }
        Inner::CallWithin(place, op, seconds) => {
            let at = note(notes, op, None);
            let call = entities[*place].call(op.method(), op).timeout(Duration::from_secs(*seconds));
            notes[at].outcome = outcome(call.await);
        }
        Inner::Transfer((from, take), (to, give)) => {
            let at = (note(notes, take, None), note(notes, give, None));
            let (low, high) = entities.split_at_mut(*from.max(to));
            let (from, to) = if from < to { (&mut low[*from], &mut high[0]) } else { (&mut high[0], &mut low[*to]) };
            let done = durable::join!(from.call(take.method(), take), to.call(give.method(), give));
            notes[at.0].outcome = outcome(done.0);
            notes[at.1].outcome = outcome(done.1);
        }
        Inner::Signal(op) => {
            note(notes, op, None);
            section.signal(op.to.operation::<Done>(op.method(), op));
        }
        Inner::SignalLater(op, seconds) => {
            let due = section.now() + Duration::from_secs(*seconds);
            note(notes, op, Some(due));
            section.signal_at(op.to.operation::<Done>(op.method(), op), due);
        }
        Inner::Pause(seconds) => section.timer(Duration::from_secs(*seconds)).await,
        Inner::Work => section.call(work(3)).await?,
    }
    Ok(())
}

#[deterministic]
fn note(notes: &mut Vec<Note>, op: &Op, due: Option<Timestamp>) -> usize {
    notes.push(Note { op: op.id, due, outcome: Outcome::Sent });
    notes.len() - 1
}

/// A failure that is not meant ends the orchestration, and so the test.
#[deterministic]
pub fn outcome(result: Result<Done>) -> Outcome {
    match result {
        Ok(done) => Outcome::Done(done),
        Err(error) if error.kind() == FailureKind::TimedOut => Outcome::TimedOut,
        Err(error) => planned(error.message()).unwrap_or_else(|| panic!("{error}")),
    }
}

/// How an operation came out that was to fail.
#[deterministic]
pub fn planned(message: &str) -> Option<Outcome> {
    serde_json::from_str(message.strip_prefix(PLANNED)?).ok().map(Outcome::Failed)
}

/// The state of an entity as it is stored.
pub fn stored(id: &EntityId, state: &durable::Payload) -> Stored {
    #[derive(Deserialize)]
    struct Either {
        stored: Stored,
    }
    state.decode::<Either>().unwrap_or_else(|error| panic!("the state of {id}: {error}")).stored
}
