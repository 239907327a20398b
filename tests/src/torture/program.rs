//! The durable program that is killed: every kind of wait, and activities that leave a trace in a ledger.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

/// All that the program registers.
pub const REGISTRY: Registry = registry![
    work,
    crunch,
    flaky,
    bulky,
    crash,
    sequence,
    fan_out,
    timers,
    collect,
    retrying,
    racing,
    abandoning,
    family,
    generations,
    tally,
    together,
    bulk,
    courier,
    messenger,
    crashing,
    crashing_itself,
    slow,
    Counter
];

/// Where activities note that they run: one line each, appended by one write. It survives the process, which is all
/// that dies.
#[derive(Debug)]
pub struct Ledger {
    file: File,
    process: String,
    runs: AtomicU64,
}

impl Ledger {
    /// Opens the ledger for appending.
    ///
    /// # Errors
    ///
    /// The file can't be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        // Numbers of processes come back; together with a length that only grows they do not.
        let process = format!("{}-{}", std::process::id(), file.metadata()?.len());
        Ok(Self { file, process, runs: AtomicU64::new(0) })
    }

    fn enter(&self, ctx: &ActivityContext) -> Result<Receipt> {
        let run = format!("{}-{}", self.process, self.runs.fetch_add(1, Ordering::Relaxed));
        let key = ctx.idempotency_key();
        let line = format!("{}\t{key}\t{}\t{run}\n", ctx.instance_id(), ctx.attempt());
        (&self.file).write_all(line.as_bytes())?;
        Ok(Receipt { key, run })
    }
}

/// Which run of an activity gave a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The idempotency key of the activity.
    pub key: String,
    /// The run, unlike all other runs.
    pub run: String,
}

/// What every orchestration returns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// The results of activities that it consumed, in order.
    pub receipts: Vec<Receipt>,
    /// Numbers that it received.
    pub numbers: Vec<u64>,
    /// What else there is to say.
    pub note: String,
}

#[activity]
async fn work(ctx: &ActivityContext, ledger: State<Ledger>, millis: u64) -> Result<Receipt> {
    let receipt = ledger.enter(ctx)?;
    tokio::time::sleep(Duration::from_millis(millis)).await;
    Ok(receipt)
}

#[activity]
#[expect(clippy::disallowed_methods, reason = "blocking is what this activity is for")]
fn crunch(ctx: &ActivityContext, ledger: State<Ledger>, millis: u64) -> Result<Receipt> {
    let receipt = ledger.enter(ctx)?;
    std::thread::sleep(Duration::from_millis(millis));
    Ok(receipt)
}

#[activity]
async fn flaky(ctx: &ActivityContext, ledger: State<Ledger>, failures: u32) -> Result<Receipt> {
    let receipt = ledger.enter(ctx)?;
    tokio::time::sleep(Duration::from_millis(1)).await;
    if ctx.attempt() <= failures {
        return Err(Error::new(format!("attempt {} of `flaky` fails", ctx.attempt())));
    }
    Ok(receipt)
}

#[activity]
async fn bulky(ctx: &ActivityContext, ledger: State<Ledger>, text: String) -> Result<(Receipt, String)> {
    Ok((ledger.enter(ctx)?, text))
}

#[activity]
async fn crash(ctx: &ActivityContext, ledger: State<Ledger>, why: String) -> Result<Receipt> {
    let receipt = ledger.enter(ctx)?;
    if why.is_empty() {
        return Ok(receipt);
    }
    durable::assume_deterministic!(std::process::abort())
}

/// Activities one after the other.
#[orchestrator]
pub async fn sequence(ctx: &Context, steps: u64) -> Result<Finished> {
    let mut finished = Finished::default();
    for step in 0..steps {
        finished.receipts.push(ctx.call(work(step % 4)).await?);
    }
    Ok(finished)
}

/// Activities side by side, some of them blocking.
#[orchestrator]
pub async fn fan_out(ctx: &Context, width: u64) -> Result<Finished> {
    let calls = (0..width)
        .map(|n| if n % 5 == 0 { ctx.call(crunch(n % 3)).into_future() } else { ctx.call(work(n % 7)).into_future() });
    let receipts = durable::join_all(calls).await.into_iter().collect::<Result<_>>()?;
    Ok(Finished { receipts, ..Finished::default() })
}

/// Timers one after the other, and then together.
#[orchestrator]
pub async fn timers(ctx: &Context, millis: Vec<u64>) -> Result<Finished> {
    let mut finished = Finished::default();
    for millis in &millis {
        let due = ctx.now() + Duration::from_millis(*millis);
        ctx.timer_at(due).await;
        if ctx.now() < due {
            return Err(Error::fatal(format!("the timer for {due} fired at {}", ctx.now())));
        }
        finished.numbers.push(*millis);
    }
    durable::join_all(millis.iter().map(|millis| ctx.timer(Duration::from_millis(*millis)))).await;
    Ok(finished)
}

/// Waits for events, of which some arrive before it waits.
#[orchestrator]
pub async fn collect(ctx: &Context, events: u64) -> Result<Finished> {
    let mut finished = Finished::default();
    finished.receipts.push(ctx.call(work(25)).await?);
    for _ in 0..events {
        finished.numbers.push(ctx.event::<u64>("number").await?);
    }
    Ok(finished)
}

/// How an activity fails, and how often it is tried.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Attempts {
    /// How many attempts fail.
    pub failures: u32,
    /// How many attempts there are.
    pub allowed: u32,
}

/// Tries again after failures.
#[orchestrator]
pub async fn retrying(ctx: &Context, attempts: Attempts) -> Result<Finished> {
    let retry = Retry::exponential(attempts.allowed, Duration::from_millis(5));
    Ok(match ctx.call(flaky(attempts.failures)).retry(retry).await {
        Ok(receipt) => Finished { receipts: vec![receipt], ..Finished::default() },
        Err(error) => Finished { note: error.message().to_owned(), ..Finished::default() },
    })
}

/// An event against a timer.
#[orchestrator]
pub async fn racing(ctx: &Context, millis: u64) -> Result<Finished> {
    let mut finished = Finished::default();
    match durable::race(ctx.event::<u64>("number"), ctx.timer(Duration::from_millis(millis))).await {
        Either::Left(number) => finished.numbers.push(number?),
        Either::Right(()) => "late".clone_into(&mut finished.note),
    }
    finished.receipts.push(ctx.call(work(2)).await?);
    Ok(finished)
}

/// How long an activity takes, and how long it is waited for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Patience {
    /// Milliseconds that the activity takes.
    pub work: u64,
    /// Milliseconds until it is given up.
    pub wait: u64,
}

/// Gives up activities that take too long.
#[orchestrator]
pub async fn abandoning(ctx: &Context, patience: Patience) -> Result<Finished> {
    let mut finished = Finished::default();
    for _ in 0..3 {
        let timer = ctx.timer(Duration::from_millis(patience.wait));
        match durable::race(ctx.call(work(patience.work)), timer).await {
            Either::Left(receipt) => finished.receipts.push(receipt?),
            Either::Right(()) => finished.note.push('x'),
        }
    }
    finished.receipts.push(ctx.call(work(1)).await?);
    Ok(finished)
}

/// Children with given and with generated ids.
#[orchestrator]
pub async fn family(ctx: &Context, children: u64) -> Result<Finished> {
    let calls = (0..children).map(|n| {
        let child = ctx.call(sequence(2));
        if n % 2 == 0 {
            child.instance_id(format!("{}-child-{n}", ctx.instance_id())).into_future()
        } else {
            child.into_future()
        }
    });
    let mut finished = Finished::default();
    for child in durable::join_all(calls).await {
        finished.receipts.extend(child?.receipts);
    }
    Ok(finished)
}

/// What one generation hands to the next.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Generation {
    /// How many are left, with this one.
    pub left: u64,
    /// What there is already.
    pub finished: Finished,
}

/// Continues as new; events that come early are carried over.
#[orchestrator]
pub async fn generations(ctx: &Context, generation: Generation) -> Result<Finished> {
    let Generation { left, mut finished } = generation;
    finished.receipts.push(ctx.call(work(2)).await?);
    finished.numbers.push(ctx.event::<u64>("number").await?);
    if left <= 1 {
        return Ok(finished);
    }
    ctx.continue_as_new(generations(Generation { left: left - 1, finished })).await
}

/// Which counter gets how many signals.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tally {
    /// The key of the counter.
    pub counter: String,
    /// How many signals it gets, before it is called once.
    pub signals: u64,
}

/// Signals and calls an entity, each time with another token.
#[orchestrator]
pub async fn tally(ctx: &Context, tally: Tally) -> Result<Finished> {
    let id = ctx.instance_id().as_str();
    let counter = Counter::at(&tally.counter);
    for n in 0..tally.signals {
        ctx.signal(counter.add(format!("{id}/{n}")));
    }
    let last = tally.signals;
    let value = ctx.call(counter.add_slowly(format!("{id}/{last}"))).await?;
    Ok(Finished { numbers: vec![value], ..Finished::default() })
}

/// Which counters are locked together, and for how long.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Together {
    /// Their keys; one may be named twice.
    pub counters: Vec<String>,
    /// How many events it awaits before it lets them go.
    pub events: u64,
}

/// Locks counters, and writes into each of them at the beginning and at the end of the section.
#[orchestrator]
pub async fn together(ctx: &mut Context, together: Together) -> Result<Finished> {
    let mut finished = Finished::default();
    finished.receipts.push(ctx.call(work(3)).await?);
    let keys = together.counters.iter().map(Counter::at).collect::<Vec<_>>();
    let (mut counters, section) = ctx.lock(keys).await?;
    let id = section.instance_id().to_string();
    for counter in &mut counters {
        counter.add(format!("{id}/begins")).await?;
    }
    finished.receipts.push(section.call(work(2)).await?);
    for _ in 0..together.events {
        finished.numbers.push(section.event::<u64>("number").await?);
    }
    durable::try_join_all(counters.iter_mut().map(|counter| counter.add_slowly(format!("{id}/ends")))).await?;
    Ok(finished)
}

/// Payloads that outgrow the inline limit of the store.
#[orchestrator]
pub async fn bulk(ctx: &Context, text: String) -> Result<Finished> {
    let (first, back) = ctx.call(bulky(text.clone())).await?;
    let (second, again) = ctx.call(bulky(back)).await?;
    if again != text {
        return Err(Error::fatal("a large payload came back as another one"));
    }
    Ok(Finished { receipts: vec![first, second], numbers: Vec::new(), note: again })
}

/// Gets one event from an orchestration that it started, and no second one.
#[orchestrator]
pub async fn courier(ctx: &Context) -> Result<Finished> {
    ctx.start(messenger(ctx.instance_id().to_string()).instance_id(format!("{}-messenger", ctx.instance_id())));
    let number = ctx.event::<u64>("delivered").await?;
    let second = ctx.event::<u64>("delivered").timeout(Duration::from_millis(40)).await;
    let note = if second.is_ok() { "delivered twice" } else { "delivered once" };
    Ok(Finished { numbers: vec![number], note: note.to_owned(), ..Finished::default() })
}

/// Raises an event for another instance.
#[orchestrator]
pub async fn messenger(ctx: &Context, to: String) -> Result<Finished> {
    let receipt = ctx.call(work(5)).await?;
    ctx.send_event(to, "delivered", &7_u64);
    Ok(Finished { receipts: vec![receipt], ..Finished::default() })
}

/// Calls an activity that ends the process.
#[orchestrator]
pub async fn crashing(ctx: &Context, why: String) -> Result<Finished> {
    let note = match ctx.call(crash(why)).await {
        Ok(_) => "survived".to_owned(),
        Err(error) => format!("{:?}: {}", error.kind(), error.message()),
    };
    Ok(Finished { note, ..Finished::default() })
}

/// Ends the process in a turn of its own, once its timer has fired.
#[orchestrator]
pub async fn crashing_itself(ctx: &Context, millis: u64) -> Result<Finished> {
    ctx.timer(Duration::from_millis(millis)).await;
    durable::assume_deterministic!(std::process::abort())
}

/// A long activity, and a short one after it.
#[orchestrator]
pub async fn slow(ctx: &Context, millis: u64) -> Result<Finished> {
    let receipts = vec![ctx.call(work(millis)).await?, ctx.call(work(1)).await?];
    Ok(Finished { receipts, ..Finished::default() })
}

/// Remembers what was added, so that what is lost, doubled or out of order shows.
#[entity]
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Counter {
    /// How many operations were performed.
    pub value: u64,
    /// Their tokens, in order.
    pub tokens: Vec<String>,
}

#[entity]
impl Counter {
    fn add(&mut self, token: String) -> u64 {
        self.tokens.push(token);
        self.value += 1;
        self.value
    }

    async fn add_slowly(&mut self, token: String) -> u64 {
        tokio::time::sleep(Duration::from_millis(2)).await;
        self.add(token)
    }

    /// Adds to another counter as well.
    fn relay(&mut self, ctx: &EntityContext, to: String, token: String) -> u64 {
        ctx.signal(Counter::at(to).add(token.clone()));
        self.add(token)
    }

    /// Starts an orchestration for each token.
    fn launch(&mut self, ctx: &EntityContext, token: String) -> u64 {
        ctx.start(sequence(2).instance_id(format!("launched-{}-{token}", ctx.key())));
        self.add(token)
    }

    /// Fails after it has changed the state and sent a signal, of which nothing may remain.
    fn refuse(&mut self, ctx: &EntityContext, token: String) -> Result<u64> {
        ctx.signal(Counter::at("refused").add(token.clone()));
        self.add(token);
        Err(Error::new("refused"))
    }
}
