//! Carries a plan out: decides at every stop of the runtime what happens next, crashes included.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use durable::{
    Client, EntityAddress, Error, FailureKind, IfExists, InstanceId, Result, Runtime, Status, Timestamp,
    model::{InstanceKey, InstanceRecord},
    runtime::{Clock, VirtualClock},
    store::{InstanceFilter, Page, Store, memory::MemoryStore},
};
use tokio::task::JoinHandle;

use super::{
    code,
    gate::{Gate, Go, NEVER, Stop, gate, set_alarm},
    ledger::{Ledger, Pen, SharedLedger, lock},
    log::{Log, SharedLog},
    program::{Command, Done, Op, Plan, instance_id},
    seeds::Rng,
};

/// How often a run may come to a standstill after its last command, and how often it may commit: far more often than it
/// has reason to.
const STANDSTILLS: usize = 1_000;
const COMMITS: usize = 20_000;

/// A run in progress.
pub struct Driver<'p> {
    plan: &'p Plan,
    rng: Rng,
    pub clock: VirtualClock,
    pub facts: MemoryStore,
    pub ledger: SharedLedger,
    pub log: SharedLog,
    commands: VecDeque<Command>,
    /// How many crashes are still to come.
    crashes: usize,
    /// One of how many commits ends in a crash.
    crash_rate: usize,
    turns_per_round: usize,
    max_instances_in_memory: usize,
    standstills: usize,
    commits: usize,
    /// Whether nothing can have been posted since the runtime last looked.
    is_looked_through: bool,
}

/// One life of the process.
struct Life {
    gate: Gate,
    client: Client,
    runtime: Option<Runtime>,
    shutdown: Option<JoinHandle<Result<()>>>,
}

impl<'p> Driver<'p> {
    pub fn new(plan: &'p Plan, mut rng: Rng) -> Self {
        Self {
            commands: plan.commands.iter().cloned().collect(),
            plan,
            clock: VirtualClock::new(),
            facts: MemoryStore::new(),
            ledger: Arc::new(Ledger::default().into()),
            log: Arc::new(Log::default().into()),
            crashes: rng.below(9),
            crash_rate: rng.pick(&[5, 20, 60]),
            turns_per_round: rng.pick(&[1, 1, 2, 3, 5, 100]),
            max_instances_in_memory: rng.pick(&[1, 2, 4, 1_000]),
            standstills: 0,
            commits: 0,
            is_looked_through: false,
            rng,
        }
    }

    pub async fn run(&mut self) {
        set_alarm(&mut self.facts).unwrap();
        let mut life = self.begin().await;
        loop {
            let alive = match life.gate.next() {
                None => false,
                Some(Stop::Commit) => {
                    self.at_commit(&life).await;
                    true
                }
                Some(Stop::Idle(_)) if self.is_over() => return,
                Some(Stop::Idle(_)) => self.at_standstill(&mut life).await,
            };
            if !alive {
                life = self.restart(life).await;
            }
        }
    }

    async fn begin(&mut self) -> Life {
        let ledger = Arc::clone(&self.ledger);
        let (gate, store, clock) = gate(self.facts.clone(), &self.clock, move || lock(&ledger).settle());
        let builder = Runtime::builder().store(store).clock(clock).register(code::ALL);
        let builder = builder.state(Pen::new(&self.ledger, &self.clock)).max_restarts(1_000);
        let builder = builder.turns_per_round(self.turns_per_round);
        let builder = builder.max_instances_in_memory(self.max_instances_in_memory);
        let runtime = builder.start().await.unwrap();
        Life { gate, client: runtime.client(), runtime: Some(runtime), shutdown: None }
    }

    /// After the end of the thread, or in order to end it.
    async fn restart(&mut self, life: Life) -> Life {
        self.is_looked_through = false;
        let Life { gate, runtime, shutdown, .. } = life;
        drop(gate);
        drop(runtime);
        if let Some(shutdown) = shutdown {
            // It fails if there was a crash meanwhile.
            drop(shutdown.await.unwrap());
        }
        self.begin().await
    }

    async fn at_commit(&mut self, life: &Life) {
        self.commits += 1;
        assert!(self.commits < COMMITS, "it comes to no end: {}", self.what_is_left());
        if self.rng.one_in(3) {
            self.command(&life.client);
        }
        self.let_others_run(life.shutdown.is_some()).await;
        let dies = self.crashes > 0 && self.rng.one_in(self.crash_rate);
        let mut go = Go::On;
        if dies {
            self.crashes -= 1;
            let stored = self.rng.one_in(2);
            let mut ledger = lock(&self.ledger);
            if stored {
                ledger.settle();
            }
            ledger.die();
            go = Go::Die { stored };
        }
        self.is_looked_through = false;
        life.gate.go(go);
    }

    /// Nothing happens by itself any more. `false` if the process is to be stopped.
    async fn at_standstill(&mut self, life: &mut Life) -> bool {
        if std::mem::replace(&mut self.is_looked_through, true) && life.shutdown.is_none() && self.rng.one_in(20) {
            let mut ledger = lock(&self.ledger);
            ledger.settle();
            ledger.die();
            return false;
        }
        if self.rng.one_in(20)
            && let Some(runtime) = life.runtime.take()
        {
            life.shutdown = Some(tokio::spawn(runtime.shutdown()));
        }
        for _ in 0..self.rng.below(3) {
            self.command(&life.client);
        }
        self.let_others_run(life.shutdown.is_some()).await;
        if self.commands.is_empty() {
            self.standstills += 1;
            assert!(self.standstills < STANDSTILLS, "it comes to no end: {}", self.what_is_left());
            self.resume_all(&life.client);
            self.let_others_run(true).await;
            self.clock.advance(Duration::from_secs(1));
        } else {
            self.clock.advance(Duration::from_secs(self.rng.below(2) as u64));
        }
        life.gate.go(Go::On);
        true
    }

    /// Lets what tokio runs come forward: requests of the client, activities, `async` operations.
    async fn let_others_run(&mut self, for_sure: bool) {
        for _ in 0..self.rng.below(4) + usize::from(for_sure) {
            tokio::task::yield_now().await;
        }
    }

    fn command(&mut self, client: &Client) {
        self.commands.extend(lock(&self.log).take_repeated());
        let Some(command) = self.commands.pop_front() else { return };
        let log = Arc::clone(&self.log);
        match command {
            Command::Start(program) => self.start(client.clone(), program),
            Command::Call(op) => {
                let (client, begun) = (client.clone(), lock(&log).begin());
                tokio::spawn(async move {
                    let result = client.call(op.to.operation(op.method(), &op)).await;
                    let outcome = is_known(&result).then(|| code::outcome(result));
                    lock(&log).called(op.id, begun, outcome);
                });
            }
            Command::Signal(op) => self.signal(client.clone(), vec![op], None),
            Command::Signals(ops) => self.signal(client.clone(), ops, None),
            Command::SignalLater(op, seconds) => {
                let due = self.clock.now() + Duration::from_secs(seconds);
                self.signal(client.clone(), vec![op], Some(due));
            }
            Command::Peek(id) => {
                let record = self.facts.catalog().entity(&id).unwrap().and_then(|details| details.record.state);
                let stored = record.map(|state| code::stored(&id, &state));
                lock(&log).peeked(id, stored);
            }
            Command::Terminate(program) => {
                lock(&log).terminated.insert(program);
                manage(client.clone(), program, async |client, id| client.terminate(&id, "by the test").await);
            }
            Command::Suspend(program) => {
                manage(client.clone(), program, async |client, id| client.suspend(&id, "by the test").await);
            }
            Command::Resume(program) => {
                manage(client.clone(), program, async |client, id| client.resume(&id, "by the test").await);
            }
            Command::CleanEntities => {
                let (client, begun) = (client.clone(), lock(&log).begin());
                tokio::spawn(async move {
                    let orphans = client.clean_entities().await;
                    lock(&log).cleaned(begun, orphans.ok());
                });
            }
        }
    }

    fn start(&self, client: Client, program: usize) {
        let (log, input) = (Arc::clone(&self.log), self.plan.programs[program].clone());
        let begun = lock(&log).begin();
        tokio::spawn(async move {
            let start = client.start(code::run(input)).instance_id(instance_id(program).as_str());
            let started = start.if_exists(IfExists::Attach).await;
            lock(&log).started(program, begun, started.is_ok());
            if let Ok(handle) = started {
                let output = handle.output().await;
                if is_known(&output) {
                    lock(&log).ended(program);
                }
            }
        });
    }

    fn signal(&self, client: Client, ops: Vec<Op>, due: Option<Timestamp>) {
        let log = Arc::clone(&self.log);
        let begun = lock(&log).begin();
        tokio::spawn(async move {
            let operation = |op: &Op| op.to.operation::<Done>(op.method(), op);
            let accepted = match (ops.as_slice(), due) {
                ([op], None) => client.signal(operation(op)).await,
                (ops, due) => {
                    let signals = ops.iter().fold(client.signals(), |signals, op| match due {
                        None => signals.signal(operation(op)),
                        Some(due) => signals.signal_at(operation(op), due),
                    });
                    signals.await
                }
            };
            lock(&log).signaled(&ops, due, begun, accepted.is_ok());
        });
    }

    fn resume_all(&self, client: &Client) {
        let suspended = InstanceFilter { statuses: vec![Status::Suspended], ..InstanceFilter::default() };
        for record in self.instances(&suspended) {
            let client = client.clone();
            tokio::spawn(async move { drop(client.resume(&record.id, "at the end").await) });
        }
    }

    fn instances(&self, filter: &InstanceFilter) -> Vec<InstanceRecord> {
        let all = Page { after: None, limit: 100, oldest_first: false };
        self.facts.catalog().instances(filter, &all).unwrap()
    }

    /// Whether all has been done, and nothing can happen any more.
    fn is_over(&self) -> bool {
        let open = vec![Status::Pending, Status::Running, Status::Suspended];
        let open = InstanceFilter { statuses: open, ..InstanceFilter::default() };
        let mut facts = self.facts.clone();
        self.commands.is_empty()
            && lock(&self.log).is_quiet()
            && self.instances(&open).is_empty()
            && facts.receivers().unwrap().is_empty()
            && facts.next_due().unwrap() == Some(NEVER)
    }

    fn what_is_left(&self) -> String {
        let mut facts = self.facts.clone();
        let locked = facts.locked(None, 100).unwrap();
        let locked: Vec<_> = locked.iter().map(|(id, holder)| format!("{id} by {holder}")).collect();
        let waiting: Vec<_> = facts.receivers().unwrap().iter().map(ToString::to_string).collect();
        let unfinished = facts.unfinished(InstanceKey(0), 100).unwrap();
        let unfinished: Vec<_> =
            unfinished.into_iter().map(|record| (record.id, record.status, record.parked)).collect();
        format!("locked: {locked:?}, with messages: {waiting:?}, unfinished: {unfinished:?}")
    }
}

/// Whether it is what happened, and not that nobody can tell.
fn is_known<T>(result: &Result<T, Error>) -> bool {
    !matches!(result, Err(error) if [FailureKind::Unavailable, FailureKind::Store].contains(&error.kind()))
}

/// Whether it succeeds depends on the state of the instance.
fn manage<F: Future<Output = Result<()>> + Send + 'static>(
    client: Client,
    program: usize,
    verb: impl FnOnce(Client, InstanceId) -> F,
) {
    let verb = verb(client, instance_id(program));
    tokio::spawn(async move { drop(verb.await) });
}
