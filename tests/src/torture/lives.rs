//! How a target lives and dies.

use std::time::Duration;

use super::{
    Process, Violations,
    driver::{Driver, GRACE},
    process::{Heard, now, pause},
    random::Random,
};

/// How long a refused rival may take, from its start to its refusal.
const REFUSAL: Duration = Duration::from_secs(3);
/// How much longer than the grace period an orderly end may take.
const CLOSING: Duration = Duration::from_secs(3);

/// What a target does until its end, and how it ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life {
    work: Work,
    /// How long it is stopped after that.
    held: Option<Duration>,
    end: End,
}

#[derive(Debug, Clone, Copy)]
enum Work {
    /// It lives so long, ready or not.
    Start(Duration),
    /// It lives so long after it was ready, in the middle of recovery and with nothing new to do.
    Recovery(Duration),
    /// It is given work for so long.
    Steady(Duration),
    /// It is given much at once, and lives so long after that.
    Burst(Duration),
}

#[derive(Debug, Clone, Copy)]
enum End {
    Kill,
    /// It is asked to end in order (SIGTERM), and may.
    Drain,
    /// It is asked to end in order, and killed so long after that.
    KillInDrain(Duration),
}

impl Life {
    pub(super) fn random(random: &mut Random) -> Self {
        let micros = |random: &mut Random, up_to| Duration::from_micros(random.between(0, up_to));
        let work = match random.between(0, 10) {
            0 => Work::Start(micros(random, 40_000)),
            1 => Work::Recovery(micros(random, 30_000)),
            2 | 3 => Work::Burst(micros(random, 25_000)),
            _ => Work::Steady(micros(random, 250_000)),
        };
        let (hold, end) = (random.between(0, 12), random.between(0, 16));
        let (pause, delay) = (micros(random, 60_000), micros(random, 30_000));
        // Signals are for who has begun, and for systems that have them.
        if !cfg!(unix) || matches!(work, Work::Start(_)) {
            return Self { work, held: None, end: End::Kill };
        }
        let end = match end {
            0 => End::Drain,
            1 => End::KillInDrain(delay),
            _ => End::Kill,
        };
        Self { work, held: (hold == 0).then_some(pause), end }
    }
}

impl Driver<'_> {
    /// Lets a target live that life to its end.
    pub(super) fn live(&mut self, mut process: Process, life: Life) -> Result<(), Violations> {
        self.work(&mut process, life.work)?;
        if let Some(time) = life.held {
            self.hold(&process, time)?;
        }
        match life.end {
            End::Kill => self.bury(process),
            End::Drain => self.drain(process),
            End::KillInDrain(time) => {
                process.terminate()?;
                self.excused = true;
                let until = now() + time;
                while let Heard::Line(line) = process.listen(until.saturating_duration_since(now())) {
                    self.heard(&line);
                }
                self.summary.killed_at_drain += 1;
                self.bury(process)
            }
        }
    }

    fn work(&mut self, process: &mut Process, work: Work) -> Result<(), Violations> {
        match work {
            Work::Start(time) => {
                if let Heard::Line(line) = process.listen(time) {
                    return self.heard_ready(&line);
                }
                self.summary.killed_at_start += 1;
                Ok(())
            }
            Work::Recovery(time) => {
                self.wait_until_ready(process)?;
                self.listen_for(process, time)
            }
            Work::Steady(time) => {
                self.wait_until_ready(process)?;
                self.start_again(process);
                let until = now() + time;
                while now() < until {
                    self.ask_something(process);
                    let pause = Duration::from_micros(self.random.between(0, 6_000));
                    let pause =
                        if self.random.between(0, 3) == 0 && !self.is_behind() { pause } else { Duration::ZERO };
                    self.listen_for(process, pause.min(until.saturating_duration_since(now())))?;
                }
                Ok(())
            }
            Work::Burst(time) => {
                self.wait_until_ready(process)?;
                self.start_again(process);
                for _ in 0..self.random.between(5, 60) {
                    self.ask_something(process);
                }
                self.listen_for(process, time)
            }
        }
    }

    /// Stops the owner for a while, in which another process asks for the database, and is refused at once.
    fn hold(&mut self, process: &Process, time: Duration) -> Result<(), Violations> {
        process.stop()?;
        self.summary.holds += 1;
        let began = now();
        let mut rival = Process::spawn(&self.settings.program, &self.options, &self.log)?;
        let refusal = rival.listen(REFUSAL);
        self.summary.slowest_refusal = self.summary.slowest_refusal.max(began.elapsed());
        let holder = format!("process {}", process.id());
        if !matches!(&refusal, Heard::Line(line) if line.starts_with("error ") && line.contains(&holder)) {
            return Err(self.failed(format!("a rival of {holder}, which is stopped, says {refusal:?}")));
        }
        if rival.wait_for_end(REFUSAL)?.is_none_or(|status| status.success()) {
            return Err(self.failed("a refused rival does not end with a failure".to_owned()));
        }
        pause(time);
        process.go_on()?;
        Ok(())
    }

    /// Asks it to end in order, and waits for that.
    fn drain(&mut self, mut process: Process) -> Result<(), Violations> {
        self.ask_to_end(&process)?;
        match process.wait_for_end(CLOSING)? {
            Some(status) if status.success() => {}
            status => return Err(self.failed(format!("asked to end, it ended with {status:?}"))),
        }
        self.summary.drains += 1;
        self.touched.is_orderly = true;
        self.forget()?;
        // The next owner changes that.
        self.audit()
    }

    /// Asks it to end in order, and listens until it has ended.
    pub(super) fn ask_to_end(&mut self, process: &Process) -> Result<(), Violations> {
        let began = now();
        let deadline = began + GRACE + CLOSING;
        process.terminate()?;
        self.excused = true;
        loop {
            match process.listen(deadline.saturating_duration_since(now())) {
                Heard::Line(line) => self.heard(&line),
                Heard::End => break,
                Heard::Nothing => {
                    return Err(self.failed(format!("asked to end, it still runs after {:?}", began.elapsed())));
                }
            }
        }
        self.summary.slowest_end = self.summary.slowest_end.max(began.elapsed());
        Ok(())
    }

    /// Kills it, and takes up what it had still said.
    pub(super) fn bury(&mut self, process: Process) -> Result<(), Violations> {
        for line in process.kill()? {
            if line != "ready" {
                self.heard(&line);
            }
        }
        self.summary.kills += 1;
        self.forget()?;
        self.audit_soon()
    }

    /// What was not answered may have been done or not, for ever.
    fn forget(&mut self) -> Result<(), Violations> {
        self.lived += 1;
        for asked in std::mem::take(&mut self.asked).into_values() {
            self.unanswered(asked);
        }
        self.nothing_violated()
    }
}
