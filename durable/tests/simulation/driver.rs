//! Carries a plan out: leads the runtime from moment to moment, and lets it crash, stop and fail to store on the way,
//! none of which takes any time.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use durable::{
    Client, Error, FailureKind, IfExists, InstanceId, Result, Runtime, Timestamp,
    runtime::{Clock, VirtualClock},
    store::Store,
};
use tokio::task::JoinHandle;

use super::{
    code,
    gate::{Gate, Go, NEVER, Stop, gate},
    ledger::{Ledger, Pen, SharedLedger, lock},
    program::{BEGINNING, Command, Exists, Plan, Verb, at},
    seeds::Rng,
    world::Reply,
};

/// More than any plan has reason for.
const STOPS: usize = 200_000;

/// Which faults there are, and how the runtime is set up.
#[derive(Debug, Clone, Copy)]
pub struct Faults {
    pub seed: u64,
    /// One of how many commits ends in a crash, can't be done at first, and after how many moments the process is
    /// stopped in an orderly way; none if 0.
    pub crash: usize,
    pub busy: usize,
    pub stop: usize,
    pub turns_per_round: usize,
    pub max_instances_in_memory: usize,
    /// Whether the store is a file, which takes longer.
    pub on_disk: bool,
}

impl Faults {
    pub fn new(rng: &mut Rng) -> Self {
        Self {
            crash: rng.pick(&[0, 3, 10, 40]),
            busy: rng.pick(&[0, 0, 5, 20]),
            stop: rng.pick(&[0, 0, 4, 20]),
            turns_per_round: rng.pick(&[1, 1, 2, 3, 100]),
            max_instances_in_memory: rng.pick(&[1, 1, 2, 3, 1_000]),
            on_disk: rng.one_in(50),
            seed: rng.next(),
        }
    }
}

/// What clients were told, by the places of their commands; nothing if they have not heard of it.
pub type Replies = Arc<Mutex<BTreeMap<usize, Vec<Reply>>>>;

/// A run in progress; `S` makes the store of each life of the process.
pub struct Driver<'p, F> {
    plan: &'p Plan,
    faults: Faults,
    rng: Rng,
    store: F,
    clock: VirtualClock,
    pub ledger: SharedLedger,
    pub replies: Replies,
    /// The next command, and that which was given last if it may not be stored yet.
    next: usize,
    given: Option<usize>,
    stops: usize,
}

/// One life of the process.
struct Life {
    gate: Gate,
    client: Client,
    runtime: Option<Runtime>,
    shutdown: Option<JoinHandle<Result<()>>>,
    /// Whether this life was given the last command.
    is_given: bool,
    /// Whether its client was told that it can't be stored.
    is_refused: bool,
    /// How many activities had ended when the runtime last looked.
    ended: usize,
}

impl<'p, S: Store + 'static, F: Fn() -> S> Driver<'p, F> {
    pub fn new(plan: &'p Plan, faults: Faults, store: F) -> Self {
        Self {
            plan,
            faults,
            rng: Rng::new(faults.seed),
            store,
            clock: VirtualClock::at(BEGINNING),
            ledger: Arc::new(Ledger::default().into()),
            replies: Replies::default(),
            next: 0,
            given: None,
            stops: 0,
        }
    }

    pub async fn run(&mut self) {
        let mut life = self.begin().await;
        loop {
            self.stops += 1;
            assert!(self.stops < STOPS, "it comes to no end");
            let stop = life.gate.next();
            settle().await;
            match stop {
                None => life = self.restart(life).await,
                Some(Stop::Commit) => {
                    let go = self.at_commit(&mut life);
                    life.gate.go(go);
                }
                Some(Stop::Idle(due)) => {
                    let ended = lock(&self.ledger).ended();
                    if std::mem::replace(&mut life.ended, ended) == ended && life.shutdown.is_none() {
                        // Nothing more can happen now.
                        self.forget_answered();
                        if self.given.is_some() {
                            self.give(&mut life);
                        } else if self.strikes(self.faults.stop) {
                            self.stop(&mut life);
                        } else if !self.next_moment(due, &mut life) {
                            return;
                        }
                        settle().await;
                        life.ended = lock(&self.ledger).ended();
                    }
                    self.clock.advance(Duration::ZERO);
                    life.gate.go(Go::On);
                }
            }
        }
    }

    async fn begin(&self) -> Life {
        let (gate, store, clock) = gate((self.store)(), &self.clock, || {});
        let builder = Runtime::builder().store(store).clock(clock).register(code::ALL);
        let builder = builder.state(Pen::new(&self.ledger, &self.clock)).max_restarts(10_000);
        let builder = builder.grace_period(Duration::ZERO).turns_per_round(self.faults.turns_per_round);
        let builder = builder.max_instances_in_memory(self.faults.max_instances_in_memory);
        let runtime = builder.start().await.unwrap();
        Life {
            gate,
            client: runtime.client(),
            runtime: Some(runtime),
            shutdown: None,
            is_given: false,
            is_refused: false,
            ended: 0,
        }
    }

    /// After the end of the thread.
    async fn restart(&mut self, life: Life) -> Life {
        let Life { gate, runtime, shutdown, .. } = life;
        drop(gate);
        drop(runtime);
        if let Some(shutdown) = shutdown {
            shutdown.await.unwrap().unwrap();
        }
        lock(&self.ledger).die();
        self.begin().await
    }

    fn strikes(&mut self, rate: usize) -> bool {
        rate > 0 && self.rng.one_in(rate)
    }

    fn forget_answered(&mut self) {
        self.given = self.given.filter(|given| !self.is_answered(*given));
    }

    fn at_commit(&mut self, life: &mut Life) -> Go {
        self.forget_answered();
        let given = self.given.map(|given| &self.plan.commands[given]);
        let replaces = given.is_some_and(
            |command| matches!(&command.verb, Verb::Start { if_exists, .. } if *if_exists != Exists::Error),
        );
        // What is done in two rounds can't be told from what was not done.
        let go = if replaces || life.shutdown.is_some() {
            Go::On
        } else if self.strikes(self.faults.crash) {
            lock(&self.ledger).die();
            Go::Die { stored: self.rng.one_in(2) }
        } else if self.strikes(self.faults.busy) {
            Go::Busy
        } else {
            Go::On
        };
        life.is_refused |= go == Go::Busy;
        let is_stored = match go {
            Go::On => life.is_refused,
            Go::Die { stored } => stored,
            Go::Busy => false,
        };
        // What was given is in this round, and nobody is told.
        if is_stored && let Some(given) = self.given.take_if(|_| life.is_given) {
            lock(&self.replies).insert(given, Vec::new());
        }
        go
    }

    fn stop(&mut self, life: &mut Life) {
        let Some(runtime) = life.runtime.take() else { return };
        lock(&self.ledger).die();
        life.shutdown = Some(tokio::spawn(runtime.shutdown()));
    }

    /// Goes to the next time at which something happens; `false` if nothing ever does.
    fn next_moment(&mut self, due: Timestamp, life: &mut Life) -> bool {
        let command = self.plan.commands.get(self.next).map(|command| at(command.at));
        let ends = lock(&self.ledger).next();
        let next = [Some(due), command, ends].into_iter().flatten().min().unwrap_or(NEVER);
        if next >= NEVER {
            return false;
        }
        self.clock.advance(next - self.clock.now());
        lock(&self.ledger).finish(next);
        if command == Some(next) {
            self.given = Some(self.next);
            self.next += 1;
            self.give(life);
        }
        true
    }

    fn is_answered(&self, command: usize) -> bool {
        lock(&self.replies).get(&command).is_some_and(|replies| {
            // An empty list stands for what nobody has heard of.
            replies.is_empty() || replies.len() == count(&self.plan.commands[command])
        })
    }

    /// Gives the command that is to be given to the runtime.
    fn give(&mut self, life: &mut Life) {
        let Some(given) = self.given else { return };
        (life.is_given, life.is_refused) = (true, false);
        let verb = &self.plan.commands[given].verb;
        let now = self.clock.now();
        lock(&self.replies).remove(&given);
        for n in 0..count(&self.plan.commands[given]) {
            let (client, verb, replies) = (life.client.clone(), verb.clone(), Arc::clone(&self.replies));
            tokio::spawn(async move {
                let reply = carry_out(&client, verb, n, now).await.map_err(|error| error.kind());
                if !matches!(reply, Err(FailureKind::Unavailable | FailureKind::Store)) {
                    let mut replies = lock(&replies);
                    let replies = replies.entry(given).or_insert_with(|| Vec::with_capacity(1));
                    replies.push(reply);
                }
            });
        }
    }
}

/// Lets all that tokio runs come to where it waits for something.
async fn settle() {
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
}

fn count(command: &Command) -> usize {
    if let Verb::Raise { count, .. } = &command.verb { *count } else { 1 }
}

async fn carry_out(client: &Client, verb: Verb, n: usize, now: Timestamp) -> Result<(), Error> {
    let id = |id: &str| InstanceId::new(id);
    match &verb {
        Verb::Start { id, program, later, if_exists } => {
            let if_exists = match if_exists {
                Exists::Error => IfExists::Error,
                Exists::Attach => IfExists::Attach,
                Exists::Replace => IfExists::Replace,
                Exists::ReplaceEnded => IfExists::ReplaceEnded,
            };
            let start = client.start(code::run(program.clone(), Vec::new())).instance_id(id).if_exists(if_exists);
            match later {
                None => start.await.map(drop),
                Some(later) => start.at(now + Duration::from_micros(*later)).await.map(drop),
            }
        }
        Verb::Raise { id: to, name, first, .. } => {
            client.raise_event(&id(to)?, name.to_string(), &(first + i64::try_from(n)?)).await
        }
        Verb::Suspend(to) => client.suspend(&id(to)?, "by the plan").await,
        Verb::Resume(to) => client.resume(&id(to)?, "by the plan").await,
        Verb::Terminate { id: to, recursive: false } => client.terminate(&id(to)?, "by the plan").await,
        Verb::Terminate { id: to, recursive: true } => client.terminate_all(&id(to)?, "by the plan").await,
        Verb::Purge(to) => client.purge(&id(to)?).await,
        Verb::Signal { op, later: None } => client.signal(code::operation(op)).await,
        Verb::Signal { op, later: Some(later) } => {
            client.signals().signal_at(code::operation(op), now + Duration::from_micros(*later)).await
        }
    }
}
