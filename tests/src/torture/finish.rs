//! The last life, in which everything comes to its end.

use std::time::{Duration, Instant};

use super::{
    Process, Violations, check,
    driver::{Asked, Driver, START},
    instance::{Fate, Instance},
    process::now,
};

/// How many commands are on their way at once.
const WINDOW: usize = 1_000;
/// How often a fragile instance is mended at most, before it must have ended.
const ATTEMPTS: usize = 10;

impl Driver<'_> {
    /// Lets everything come to its end in a last life, and shuts that down in order.
    pub(super) fn finish(&mut self) -> Result<(), Violations> {
        let size = self.settings.instances.max(self.instances.len());
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        let deadline = now() + Duration::from_secs(30) + Duration::from_millis(20) * size;
        self.options.failpoint = None;
        let mut process = self.spawn()?;
        self.wait_until_ready(&process)?;
        self.start_again(&mut process);
        self.settle(&process, deadline, 0)?;
        while self.instances.len() < self.settings.instances {
            self.start_another(&mut process);
            self.settle(&process, deadline, WINDOW)?;
        }
        self.settle(&process, deadline, 0)?;
        self.release_all(&mut process, deadline)?;
        self.raise_what_is_missing(&mut process, deadline)?;
        for place in 0..self.lanes.len() {
            self.operate(&mut process, place);
        }
        self.wait_for_all(&mut process, deadline)?;
        for place in self.places(|instance| instance.purge == Some(Fate::Unknown)) {
            self.purge(&mut process, place);
            self.settle(&process, deadline, WINDOW)?;
        }
        self.settle(&process, deadline, 0)?;
        while !check::is_quiet(self.database())? {
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

    /// Where instances are of which that is true.
    fn places(&self, wanted: impl Fn(&Instance) -> bool) -> Vec<usize> {
        (0..).zip(&self.instances).filter(|(_, instance)| wanted(instance)).map(|(place, _)| place).collect()
    }

    /// Resumes what may be suspended, and ends what never ends by itself.
    fn release_all(&mut self, process: &mut Process, deadline: Instant) -> Result<(), Violations> {
        for place in self.places(|instance| instance.result.is_none()) {
            let Some(Instance { id, plan, was_held, .. }) = self.instances.get(place) else { continue };
            if plan.is_doomed() {
                self.terminate(process, place);
            } else if *was_held {
                let command = format!("resume {id}");
                self.ask(process, Asked::Change, &command);
            }
            self.settle(process, deadline, WINDOW)?;
        }
        self.settle(process, deadline, 0)
    }

    fn raise_what_is_missing(&mut self, process: &mut Process, deadline: Instant) -> Result<(), Violations> {
        loop {
            let short = self.places(Instance::is_short_of_events);
            if short.is_empty() {
                return Ok(());
            }
            for place in short {
                self.raise(process, place);
                self.settle(process, deadline, WINDOW)?;
            }
            self.settle(process, deadline, 0)?;
        }
    }

    /// Waits for the results of all, and mends those that fail until they are mended.
    fn wait_for_all(&mut self, process: &mut Process, deadline: Instant) -> Result<(), Violations> {
        for _ in 0..ATTEMPTS {
            let waiting = self.places(|instance| instance.result.is_none());
            if waiting.is_empty() {
                break;
            }
            for place in &waiting {
                if let Some(Instance { id, .. }) = self.instances.get(*place) {
                    let command = format!("wait {id}");
                    self.ask(process, Asked::Wait(*place), &command);
                }
                self.settle(process, deadline, WINDOW)?;
            }
            self.settle(process, deadline, 0)?;
            for place in self.places(|instance| instance.result.is_none() && instance.plan.is_fragile()) {
                self.mend(process, place);
                self.settle(process, deadline, WINDOW)?;
            }
            self.settle(process, deadline, 0)?;
        }
        Ok(())
    }
}
