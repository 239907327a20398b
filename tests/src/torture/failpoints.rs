//! Targets that die, get an error or are late at chosen places of the library.

use super::{Violations, driver::Driver};

#[cfg(not(feature = "failpoints"))]
impl Driver<'_> {
    pub(super) fn die_at_failpoints(&mut self) -> Result<(), Violations> {
        Err(self.failed("this program has no failpoints; build it with `--features failpoints`".to_owned()))
    }
}

#[cfg(feature = "failpoints")]
mod lives {
    use std::{
        fs::File,
        io::{Read, Seek, SeekFrom},
        time::Duration,
    };

    use super::{Driver, Violations};
    use crate::torture::{
        Process,
        driver::START,
        process::{Heard, now},
    };

    /// The highest visit at which it happens, at first.
    const REACH: u64 = 10;
    /// How long a target works, at first and at last.
    const TIME: Duration = Duration::from_millis(60);
    const LONG_TIME: Duration = Duration::from_secs(2);
    /// How often a place may be missed in a row before it counts as one that nobody comes to.
    const MISSES: u32 = 25;

    /// What is to happen at a place, and how often that is still missing.
    struct Fault {
        site: &'static str,
        action: &'static str,
        left: u64,
        /// Until which visit; lower after each miss.
        reach: u64,
        /// How long the target works; longer after each miss.
        time: Duration,
        /// In a row.
        misses: u32,
    }

    impl Driver<'_> {
        /// Lets the target meet each fault as often as is wanted, in any order.
        pub(in crate::torture) fn die_at_failpoints(&mut self) -> Result<(), Violations> {
            let mut faults = self.faults();
            self.lives = faults.iter().map(|fault| fault.left).sum();
            while !faults.is_empty() {
                // A migration is made once: what happens in one comes first.
                let migrates = faults.iter().position(|fault| fault.site.starts_with("open.migrate"));
                let chosen = migrates.unwrap_or_else(|| self.moments.index(faults.len()));
                let Some(fault) = faults.get_mut(chosen) else { break };
                self.meet(fault)?;
                if fault.left == 0 {
                    faults.swap_remove(chosen);
                }
            }
            Ok(())
        }

        fn faults(&self) -> Vec<Fault> {
            let fault = |site: &'static str, action, left| {
                // To be opened is what a store is once in a life.
                let reach = if site.starts_with("open.") { 1 } else { REACH };
                Fault { site, action, left, reach, time: TIME, misses: 0 }
            };
            let each = self.settings.kills;
            let sites = || durable::FAILPOINTS.iter().map(|(site, _)| *site);
            let kills = sites().map(|site| fault(site, "kill", each));
            let errors = durable::FALLIBLE_FAILPOINTS.iter().map(|site| fault(site, "error", each));
            // To be late breaks less than to die. In a migration it would end that, and no other fault could meet it.
            let late = sites().filter(|site| !site.starts_with("open."));
            let delays = late.map(|site| fault(site, "delay", each.div_ceil(5)));
            kills.chain(errors).chain(delays).collect()
        }

        /// One life that comes to the place, or does not.
        fn meet(&mut self, fault: &mut Fault) -> Result<(), Violations> {
            let Fault { site, action, .. } = *fault;
            if site == "recovery.suspect" {
                // Somebody is under suspicion only after a death in recovery.
                self.one_life("recovery.load", "kill", 1, TIME)?;
            }
            let visit = self.moments.between(1, fault.reach + 1);
            if self.one_life(site, action, visit, fault.time)? {
                *self.summary.failpoints.entry(format!("{site} {action}")).or_default() += 1;
                (fault.left, fault.misses) = (fault.left - 1, 0);
                return Ok(());
            }
            fault.misses += 1;
            (fault.reach, fault.time) = ((fault.reach / 3).max(1), (fault.time * 2).min(LONG_TIME));
            if fault.misses > MISSES {
                return Err(self.failed(format!("nobody comes to the failpoint `{site}` for a `{action}`")));
            }
            Ok(())
        }

        /// Whether it came to that place in this life.
        fn one_life(&mut self, site: &str, action: &str, visit: u64, time: Duration) -> Result<bool, Violations> {
            self.options.failpoint = Some(format!("{site}={action}@{visit}"));
            let logged = self.logged();
            let mut process = self.spawn_for(site)?;
            let lives = self.is_ready(&process)? && self.works(&mut process, time)?;
            let orderly = site.starts_with("drain") || site.starts_with("close");
            if lives && orderly {
                self.ask_to_end(&process)?;
            }
            self.options.failpoint = None;
            self.bury(process)?;
            Ok(self.log_after(logged)?.contains(&format!("failpoint {site}: ")))
        }

        fn spawn_for(&mut self, site: &str) -> Result<Process, Violations> {
            self.excused = true;
            // Only who has no room puts instances out of memory.
            self.options.memory = (site == "instance.evicted" || self.moments.between(0, 3) == 0).then_some(3);
            Ok(Process::spawn(&self.settings.program, &self.options, &self.log)?)
        }

        /// Whether it says that it is ready, instead of ending as it was told to.
        fn is_ready(&mut self, process: &Process) -> Result<bool, Violations> {
            match process.listen(START) {
                Heard::Line(line) if line == "ready" => {
                    if std::mem::take(&mut self.audit_when_ready) {
                        self.audit()?;
                    }
                    Ok(true)
                }
                Heard::Line(_) | Heard::End => Ok(false),
                Heard::Nothing => Err(self.failed(format!("the target was not ready within {START:?}"))),
            }
        }

        /// Gives it work; whether it survives that.
        fn works(&mut self, process: &mut Process, time: Duration) -> Result<bool, Violations> {
            self.start_again(process);
            let until = now() + time;
            while now() < until {
                self.ask_something(process);
                let pause = now() + Duration::from_micros(self.random.between(0, 3_000));
                loop {
                    match process.listen(pause.saturating_duration_since(now())) {
                        Heard::Line(line) => self.heard(&line),
                        Heard::Nothing => break,
                        Heard::End => return Ok(false),
                    }
                }
            }
            self.nothing_violated()?;
            Ok(true)
        }

        fn logged(&self) -> u64 {
            std::fs::metadata(&self.log).map_or(0, |log| log.len())
        }

        fn log_after(&self, offset: u64) -> Result<String, Violations> {
            let mut log = File::open(&self.log)?;
            log.seek(SeekFrom::Start(offset))?;
            let mut text = String::new();
            log.read_to_string(&mut text)?;
            Ok(text)
        }
    }
}
