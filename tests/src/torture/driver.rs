//! Gives a target work, kills it at random moments, and starts it again, until enough is enough.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Process, Summary, Violations,
    audit::Touched,
    check,
    instance::Instance,
    lane::Lane,
    lives::Life,
    process::{Heard, now},
    random::Random,
    target::Options,
};

/// How long a start may take, recovery included.
pub(super) const START: Duration = Duration::from_secs(20);
/// How long an orderly end waits for activities, all of which take less.
pub(super) const GRACE: Duration = Duration::from_secs(3);

/// What to do.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The binary `torture`.
    pub program: PathBuf,
    /// Where the files go; it exists, and is empty.
    pub directory: PathBuf,
    /// How often to kill; with failpoints, how often at each of them.
    pub kills: u64,
    /// Whether the target dies at failpoints instead of random moments.
    pub at_failpoints: bool,
    /// How many instances to start.
    pub instances: usize,
    /// What the random numbers begin with.
    pub seed: u64,
}

/// Runs the torture, and checks what is left.
///
/// # Errors
///
/// All that was promised and not kept, or that something took too long.
pub fn run(settings: &Settings) -> Result<Summary, Violations> {
    let began = now();
    let mut driver = Driver::new(settings);
    if settings.at_failpoints {
        driver.die_at_failpoints()?;
    } else {
        driver.torture()?;
    }
    driver.finish()?;
    let mut summary = driver.summary;
    summary.instances = driver.instances.len();
    let evidence = check::Evidence {
        database: &driver.options.database,
        ledger: &driver.options.ledger,
        log: &driver.log,
        instances: &driver.instances,
        lanes: &driver.lanes,
        counters: driver.counters,
    };
    check::check(&evidence, &mut summary, driver.violations)?;
    summary.elapsed = began.elapsed();
    Ok(summary)
}

/// What an answer will be about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked {
    Start(usize),
    Event(usize, usize),
    Operation(usize, usize),
    /// To suspend or resume.
    Change,
    Terminate(usize),
    Rewind(usize),
    Purge(usize),
    Wait(usize),
    Shutdown,
}

pub(super) struct Driver<'a> {
    pub(super) settings: &'a Settings,
    pub(super) options: Options,
    pub(super) log: PathBuf,
    /// Decides what is asked; how often depends on how fast the machine is.
    pub(super) random: Random,
    /// Decides how the target lives and dies, the same with the same seed.
    pub(super) moments: Random,
    /// The n-th has the same plan with the same seed.
    pub(super) instances: Vec<Instance>,
    /// Instances that have begun, and to which something is still to be done.
    pub(super) open: Vec<usize>,
    /// Instances whose start was not acknowledged by a process that is dead now.
    pub(super) unstarted: Vec<usize>,
    /// Instances that have ended, and may be removed.
    pub(super) ended: Vec<usize>,
    pub(super) lanes: Vec<Lane>,
    /// How many counters the instances share.
    pub(super) counters: u64,
    pub(super) asked: BTreeMap<u64, Asked>,
    /// How many lives are planned.
    pub(super) lives: u64,
    pub(super) lived: u64,
    /// Whether the target may refuse what it is asked, because it ends or is given an error.
    pub(super) excused: bool,
    /// What was acknowledged since the last audit.
    pub(super) touched: Touched,
    /// Whether the next process is running when the audit takes place.
    pub(super) audit_when_ready: bool,
    pub(super) summary: Summary,
    pub(super) violations: Vec<String>,
}

impl<'a> Driver<'a> {
    fn new(settings: &'a Settings) -> Self {
        Self {
            options: Options { grace: Some(GRACE), ..Options::within(&settings.directory) },
            log: settings.directory.join("target.log"),
            random: Random::new(settings.seed),
            moments: Random::new(settings.seed ^ 0x11fe),
            instances: Vec::new(),
            open: Vec::new(),
            unstarted: Vec::new(),
            ended: Vec::new(),
            lanes: Lane::all(),
            counters: 4 + settings.instances as u64 / 1_000,
            asked: BTreeMap::new(),
            lives: settings.kills,
            lived: 0,
            excused: false,
            touched: Touched::default(),
            audit_when_ready: false,
            summary: Summary::default(),
            violations: Vec::new(),
            settings,
        }
    }

    fn torture(&mut self) -> Result<(), Violations> {
        while self.summary.kills < self.settings.kills {
            let life = Life::random(&mut self.moments);
            let process = self.spawn()?;
            self.live(process, life)?;
        }
        Ok(())
    }

    pub(super) fn spawn(&mut self) -> Result<Process, Violations> {
        self.excused = self.options.failpoint.is_some();
        self.options.memory = match self.moments.between(0, 3) {
            0 => Some(self.moments.index(12)),
            _ => None,
        };
        Ok(Process::spawn(&self.settings.program, &self.options, &self.log)?)
    }

    pub(super) fn wait_until_ready(&mut self, process: &Process) -> Result<(), Violations> {
        match process.listen(START) {
            Heard::Line(line) => self.heard_ready(&line)?,
            Heard::Nothing => return Err(self.failed(format!("the target was not ready within {START:?}"))),
            Heard::End => return Err(self.failed("the target ended before it was ready".to_owned())),
        }
        if std::mem::take(&mut self.audit_when_ready) { self.audit() } else { Ok(()) }
    }

    pub(super) fn heard_ready(&mut self, line: &str) -> Result<(), Violations> {
        if line == "ready" { Ok(()) } else { Err(self.failed(format!("the target said `{line}` instead of `ready`"))) }
    }

    /// Looks for what was acknowledged now, or when the next process is running.
    pub(super) fn audit_soon(&mut self) -> Result<(), Violations> {
        if self.moments.between(0, 2) == 0 {
            return self.audit();
        }
        self.audit_when_ready = true;
        Ok(())
    }

    /// All violations so far and that one, with what the target logged.
    pub(super) fn failed(&mut self, violation: String) -> Violations {
        let mut violations = std::mem::take(&mut self.violations);
        violations.push(violation);
        violations.extend(check::last_words(&self.log));
        violations.extend(check::unfinished(&self.options.database));
        Violations(violations)
    }

    /// Fails if anything was violated so far.
    pub(super) fn nothing_violated(&mut self) -> Result<(), Violations> {
        if self.violations.is_empty() { Ok(()) } else { Err(Violations(std::mem::take(&mut self.violations))) }
    }

    pub(super) fn database(&self) -> &Path {
        &self.options.database
    }
}
