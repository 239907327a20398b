//! Gives a target work, kills it at random moments, and starts it again, until enough is enough.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    Process, Violations, check,
    plan::{Fate, Instance, Lane, Plan},
    process::{Heard, now},
    random::Random,
    target::Options,
};

/// How long a start may take, recovery included.
const START: Duration = Duration::from_secs(20);

/// What to do.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The binary `torture`.
    pub program: PathBuf,
    /// Where the files go; it exists, and is empty.
    pub directory: PathBuf,
    /// How often to kill.
    pub kills: u64,
    /// How many instances to start.
    pub instances: usize,
    /// What the random numbers begin with.
    pub seed: u64,
}

/// What was done.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// How often the target was killed.
    pub kills: u64,
    /// How often it had not even said `ready`.
    pub killed_at_start: u64,
    /// How many instances were started from outside.
    pub instances: usize,
    /// How many there were in the end.
    pub instances_with_descendants: usize,
    /// How many commands were sent.
    pub commands: u64,
    /// How many of them were acknowledged.
    pub acknowledged: u64,
    /// How often an activity ran.
    pub runs: usize,
    /// How many of these runs repeated one that a kill had ended.
    pub repeated_runs: usize,
    /// How long it took.
    pub elapsed: Duration,
}

/// Runs the torture, and checks what is left.
///
/// # Errors
///
/// All that was promised and not kept, or that something took too long.
pub fn run(settings: &Settings) -> Result<Summary, Violations> {
    let began = now();
    let mut driver = Driver::new(settings);
    driver.torture()?;
    driver.finish()?;
    let mut summary = driver.summary;
    let evidence = check::Evidence {
        database: &driver.options.database,
        ledger: &driver.options.ledger,
        log: &driver.log,
        instances: &driver.instances,
        lanes: &driver.lanes,
    };
    check::check(&evidence, &mut summary, driver.violations)?;
    summary.elapsed = began.elapsed();
    Ok(summary)
}

/// What an answer will be about.
#[derive(Debug, Clone, Copy)]
enum Asked {
    Start(usize),
    Event(usize, usize),
    Operation(usize, usize),
    /// To suspend or resume.
    Change,
    Wait(usize),
    Shutdown,
}

/// When a life ends.
#[derive(Debug, Clone, Copy)]
enum Life {
    /// So long after its begin, ready or not.
    Start(Duration),
    /// So long after it was ready, in the middle of recovery and with nothing new to do.
    Recovery(Duration),
    /// After so much time at work.
    Work(Duration),
    /// So long after many commands at once.
    Burst(Duration),
}

struct Driver<'a> {
    settings: &'a Settings,
    options: Options,
    log: PathBuf,
    random: Random,
    instances: Vec<Instance>,
    lanes: Vec<Lane>,
    asked: HashMap<u64, Asked>,
    summary: Summary,
    violations: Vec<String>,
}

impl<'a> Driver<'a> {
    fn new(settings: &'a Settings) -> Self {
        let file = |name| settings.directory.join(name);
        Self {
            options: Options {
                database: file("torture.db"),
                ledger: file("ledger.tsv"),
                memory: None,
                max_crashes: None,
                grace: None,
            },
            log: file("target.log"),
            random: Random::new(settings.seed),
            instances: Vec::new(),
            lanes: Lane::all(),
            asked: HashMap::new(),
            summary: Summary { instances: settings.instances, ..Summary::default() },
            violations: Vec::new(),
            settings,
        }
    }

    fn torture(&mut self) -> Result<(), Violations> {
        while self.summary.kills < self.settings.kills {
            let life = self.choose_life();
            let mut process = self.spawn()?;
            match life {
                Life::Start(time) => {
                    if let Heard::Line(line) = process.listen(time) {
                        self.heard_ready(&line)?;
                    } else {
                        self.summary.killed_at_start += 1;
                    }
                }
                Life::Recovery(time) => {
                    self.wait_until_ready(&process)?;
                    self.listen_for(&process, time)?;
                }
                Life::Work(time) => {
                    self.wait_until_ready(&process)?;
                    self.start_again(&mut process);
                    let until = now() + time;
                    while now() < until {
                        self.ask_something(&mut process);
                        if self.random.between(0, 3) == 0 {
                            let pause = Duration::from_micros(self.random.between(0, 6_000));
                            self.listen_for(&process, pause.min(until.saturating_duration_since(now())))?;
                        }
                    }
                }
                Life::Burst(time) => {
                    self.wait_until_ready(&process)?;
                    self.start_again(&mut process);
                    for _ in 0..self.random.between(5, 60) {
                        self.ask_something(&mut process);
                    }
                    self.listen_for(&process, time)?;
                }
            }
            for line in process.kill()? {
                if line != "ready" {
                    self.heard(&line);
                }
            }
            // What was not answered may have been done or not, for ever.
            self.asked.clear();
            self.summary.kills += 1;
            if !self.violations.is_empty() {
                return Err(Violations(std::mem::take(&mut self.violations)));
            }
        }
        Ok(())
    }

    fn choose_life(&mut self) -> Life {
        let micros = |random: &mut Random, up_to| Duration::from_micros(random.between(0, up_to));
        match self.random.between(0, 10) {
            0 => Life::Start(micros(&mut self.random, 40_000)),
            1 => Life::Recovery(micros(&mut self.random, 30_000)),
            2 | 3 => Life::Burst(micros(&mut self.random, 25_000)),
            _ => Life::Work(micros(&mut self.random, 250_000)),
        }
    }

    fn spawn(&mut self) -> Result<Process, Violations> {
        self.options.memory = match self.random.between(0, 3) {
            0 => Some(self.random.index(12)),
            _ => None,
        };
        Ok(Process::spawn(&self.settings.program, &self.options, &self.log)?)
    }

    fn wait_until_ready(&mut self, process: &Process) -> Result<(), Violations> {
        match process.listen(START) {
            Heard::Line(line) => self.heard_ready(&line),
            Heard::Nothing => Err(self.failed(format!("the target was not ready within {START:?}"))),
            Heard::End => Err(self.failed("the target ended before it was ready".to_owned())),
        }
    }

    fn heard_ready(&mut self, line: &str) -> Result<(), Violations> {
        if line == "ready" { Ok(()) } else { Err(self.failed(format!("the target said `{line}` instead of `ready`"))) }
    }

    /// All violations so far and that one, with what the target logged.
    fn failed(&mut self, violation: String) -> Violations {
        let mut violations = std::mem::take(&mut self.violations);
        violations.push(violation);
        violations.extend(check::last_words(&self.log));
        violations.extend(check::unfinished(&self.options.database));
        Violations(violations)
    }

    /// Takes up answers for so long. That the target ends by itself is a violation.
    fn listen_for(&mut self, process: &Process, time: Duration) -> Result<(), Violations> {
        let until = now() + time;
        loop {
            match process.listen(until.saturating_duration_since(now())) {
                Heard::Line(line) => self.heard(&line),
                Heard::Nothing => return Ok(()),
                Heard::End => return Err(self.failed("the target died by itself".to_owned())),
            }
        }
    }

    fn ask(&mut self, process: &mut Process, asked: Asked, command: &str) {
        let number = self.summary.commands;
        self.summary.commands += 1;
        self.asked.insert(number, asked);
        process.send(&format!("{number} {command}"));
    }

    fn heard(&mut self, line: &str) {
        let mut words = line.splitn(3, ' ');
        let (verdict, number) = (words.next(), words.next().and_then(|number| number.parse::<u64>().ok()));
        let rest = words.next().unwrap_or_default();
        let asked = number.and_then(|number| self.asked.remove(&number));
        let (Some(verdict), Some(asked)) = (verdict, asked) else {
            self.violations.push(format!("the target said `{line}`, which answers nothing"));
            return;
        };
        let fate = if verdict == "ack" { Fate::Acknowledged } else { Fate::Refused };
        if fate == Fate::Acknowledged {
            self.summary.acknowledged += 1;
        }
        // An instance may have ended before it got an event, or may not be running when it is suspended.
        let may_be_refused = matches!(asked, Asked::Event(..) | Asked::Change) && rest.starts_with("InvalidState");
        let refused = fate == Fate::Refused && !may_be_refused && !matches!(asked, Asked::Wait(_));
        if refused {
            self.violations.push(format!("{asked:?} was refused: {rest}"));
        }
        match asked {
            Asked::Start(place) => self.with_instance(place, |instance| instance.start = fate),
            Asked::Event(place, event) => self.with_instance(place, |instance| {
                if let Some(slot) = instance.events.get_mut(event) {
                    *slot = fate;
                }
            }),
            Asked::Operation(place, token) => {
                if let Some(slot) = self.lanes.get_mut(place).and_then(|lane| lane.tokens.get_mut(token)) {
                    *slot = fate;
                }
            }
            Asked::Wait(place) => self.with_instance(place, |instance| {
                instance.result = Some(if fate == Fate::Acknowledged {
                    serde_json::from_str(rest).map_err(|error| format!("{error} in {rest}"))
                } else {
                    Err(rest.to_owned())
                });
            }),
            Asked::Change | Asked::Shutdown => {}
        }
    }

    fn with_instance(&mut self, place: usize, change: impl FnOnce(&mut Instance)) {
        if let Some(instance) = self.instances.get_mut(place) {
            change(instance);
        }
    }

    /// Starts what was asked for and not acknowledged; what has been started is not started twice.
    fn start_again(&mut self, process: &mut Process) {
        for place in 0..self.instances.len() {
            if self.instances.get(place).is_some_and(|instance| instance.start == Fate::Unknown) {
                self.start(process, place);
            }
        }
    }

    fn start(&mut self, process: &mut Process, place: usize) {
        let Some(Instance { id, plan, delay, .. }) = self.instances.get(place) else { return };
        let command = format!("start {id} {delay} {}", plan.request());
        self.ask(process, Asked::Start(place), &command);
    }

    fn start_another(&mut self, process: &mut Process) {
        let place = self.instances.len();
        let plan = Plan::random(&mut self.random);
        let delay = if self.random.between(0, 6) == 0 { self.random.between(1, 300) } else { 0 };
        let id = format!("{}-{place}", plan.request().split(' ').next().unwrap_or_default());
        self.instances.push(Instance {
            id,
            plan,
            delay,
            start: Fate::Unknown,
            events: Vec::new(),
            suspended: false,
            result: None,
        });
        self.start(process, place);
    }

    fn ask_something(&mut self, process: &mut Process) {
        // About as many instances in each life.
        let due = self.settings.instances * usize::try_from(self.summary.kills + 1).unwrap_or(usize::MAX)
            / usize::try_from(self.settings.kills).unwrap_or(1).max(1);
        match self.random.between(0, 8) {
            0..3 if self.instances.len() < due.min(self.settings.instances) => self.start_another(process),
            0..5 => {
                let waits = |(place, instance): (usize, &Instance)| {
                    let waits = instance.start == Fate::Acknowledged
                        && instance.plan.takes_events()
                        && instance.events.len() < 2 + usize::try_from(instance.plan.needs_events()).unwrap_or(0);
                    waits.then_some(place)
                };
                let waiting: Vec<_> = self.instances.iter().enumerate().filter_map(waits).collect();
                if !waiting.is_empty() {
                    let chosen = waiting.get(self.random.index(waiting.len())).copied().unwrap_or(0);
                    self.raise(process, chosen);
                }
            }
            5 | 6 => {
                let lane = self.random.index(self.lanes.len());
                self.operate(process, lane);
            }
            _ => {
                if self.instances.is_empty() || self.random.between(0, 4) != 0 {
                    return;
                }
                let place = self.random.index(self.instances.len());
                let Some(instance) = self.instances.get_mut(place) else { return };
                if instance.start != Fate::Acknowledged {
                    return;
                }
                let verb = match (instance.plan.is_doomed(), instance.suspended) {
                    (true, _) => "terminate",
                    (false, true) => "resume",
                    (false, false) => "suspend",
                };
                instance.suspended = !instance.suspended;
                let command = format!("{verb} {}", instance.id);
                self.ask(process, Asked::Change, &command);
            }
        }
    }

    fn raise(&mut self, process: &mut Process, place: usize) {
        let Some(instance) = self.instances.get_mut(place) else { return };
        let event = instance.events.len();
        instance.events.push(Fate::Unknown);
        let command = format!("event {} {event}", instance.id);
        self.ask(process, Asked::Event(place, event), &command);
    }

    fn operate(&mut self, process: &mut Process, place: usize) {
        let Some(lane) = self.lanes.get_mut(place) else { return };
        let token = lane.tokens.len();
        lane.tokens.push(Fate::Unknown);
        let (key, (verb, operation)) = (lane.key, lane.verb);
        let command = if verb == "call" {
            format!("call {key} {operation} {token}")
        } else {
            let delay = if lane.delayed { self.random.between(1, 300) } else { 0 };
            format!("signal {key} {operation} {delay} {token}")
        };
        self.ask(process, Asked::Operation(place, token), &command);
    }

    /// Lets everything come to its end in a last life, and shuts that down in order.
    fn finish(&mut self) -> Result<(), Violations> {
        let size = u32::try_from(self.settings.instances).unwrap_or(u32::MAX);
        let deadline = now() + Duration::from_secs(30) + Duration::from_millis(20) * size;
        let mut process = self.spawn()?;
        self.wait_until_ready(&process)?;
        self.start_again(&mut process);
        while self.instances.len() < self.settings.instances {
            self.start_another(&mut process);
        }
        self.until(&process, deadline, |driver| driver.asked.is_empty())?;
        for place in 0..self.instances.len() {
            if let Some(Instance { id, plan, .. }) = self.instances.get(place) {
                let verb = if plan.is_doomed() { "terminate" } else { "resume" };
                let command = format!("{verb} {id}");
                self.ask(&mut process, Asked::Change, &command);
            }
            while self.instances.get(place).is_some_and(Instance::is_short_of_events) {
                self.raise(&mut process, place);
                self.until(&process, deadline, |driver| driver.asked.is_empty())?;
            }
        }
        for place in 0..self.lanes.len() {
            self.operate(&mut process, place);
        }
        for place in 0..self.instances.len() {
            if let Some(id) = self.instances.get(place).map(|instance| instance.id.clone()) {
                self.ask(&mut process, Asked::Wait(place), &format!("wait {id}"));
            }
        }
        self.until(&process, deadline, |driver| driver.asked.is_empty())?;
        while !check::is_quiet(&self.options.database)? {
            if now() > deadline {
                return Err(self.failed("there is still something to do, long after all was answered".to_owned()));
            }
            self.listen_for(&process, Duration::from_millis(20))?;
        }
        self.ask(&mut process, Asked::Shutdown, "shutdown");
        match process.wait_for_end(START)? {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(self.failed(format!("the target ended with {status} when it was shut down"))),
            None => Err(self.failed(format!("the target had nothing to do, and did not shut down within {START:?}"))),
        }
    }

    /// Takes up answers until that is so.
    fn until(&mut self, process: &Process, deadline: Instant, so: impl Fn(&Self) -> bool) -> Result<(), Violations> {
        while !so(self) {
            match process.listen(deadline.saturating_duration_since(now())) {
                Heard::Line(line) => self.heard(&line),
                Heard::End => return Err(self.failed("the target died by itself".to_owned())),
                Heard::Nothing => {
                    let asked = format!("{:?}", self.asked.values().take(5).collect::<Vec<_>>());
                    let count = self.asked.len();
                    return Err(self.failed(format!("{count} commands got no answer in time: {asked} ..")));
                }
            }
        }
        Ok(())
    }
}

/// A directory that is removed with this, unless it is kept to look into it.
#[derive(Debug)]
pub struct Scratch(Option<tempfile::TempDir>);

impl Scratch {
    /// A new directory.
    ///
    /// # Errors
    ///
    /// It can't be made.
    pub fn new() -> std::io::Result<Self> {
        tempfile::Builder::new().prefix("durable-torture-").tempdir().map(|directory| Self(Some(directory)))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.as_ref().map_or(Path::new("."), tempfile::TempDir::path)
    }

    /// Leaves it, and says where it is.
    pub fn keep(mut self) -> PathBuf {
        self.0.take().map(tempfile::TempDir::keep).unwrap_or_default()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kills, killed_at_start, instances, instances_with_descendants, .. } = self;
        let Self { commands, acknowledged, runs, repeated_runs, elapsed, .. } = self;
        write!(
            f,
            "{kills} kills ({killed_at_start} before the target was ready), {instances} instances \
             ({instances_with_descendants} with descendants), {commands} commands ({acknowledged} acknowledged), \
             {runs} activity runs ({repeated_runs} repeated), all promises kept, {:.1} s",
            elapsed.as_secs_f64()
        )
    }
}
