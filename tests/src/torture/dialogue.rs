//! What is said to a target, and what it answers.

use std::time::{Duration, Instant};

use super::{
    Process, Violations,
    driver::{Asked, Driver},
    instance::{Fate, Instance},
    process::{Heard, now},
};

impl Driver<'_> {
    pub(super) fn ask(&mut self, process: &mut Process, asked: Asked, command: &str) {
        let number = self.summary.commands;
        self.summary.commands += 1;
        self.asked.insert(number, asked);
        process.send(&format!("{number} {command}"));
    }

    /// Takes up answers for so long. That the target ends by itself is a violation.
    pub(super) fn listen_for(&mut self, process: &Process, time: Duration) -> Result<(), Violations> {
        let until = now() + time;
        loop {
            match process.listen(until.saturating_duration_since(now())) {
                Heard::Line(line) => self.heard(&line),
                Heard::Nothing => return Ok(()),
                Heard::End => return Err(self.failed("the target died by itself".to_owned())),
            }
        }
    }

    /// Takes up answers until no more than that many are missing.
    pub(super) fn settle(&mut self, process: &Process, deadline: Instant, left: usize) -> Result<(), Violations> {
        while self.asked.len() > left {
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

    pub(super) fn heard(&mut self, line: &str) {
        let mut words = line.splitn(3, ' ');
        let (verdict, number) = (words.next(), words.next().and_then(|number| number.parse::<u64>().ok()));
        let rest = words.next().unwrap_or_default();
        let asked = number.and_then(|number| self.asked.remove(&number));
        let (Some(verdict), Some(asked)) = (verdict, asked) else {
            if !self.excused {
                self.violations.push(format!("the target said `{line}`, which answers nothing"));
            }
            return;
        };
        if verdict == "ack" {
            self.summary.acknowledged += 1;
            self.acknowledged(asked, rest);
        } else if self.excused && (rest.starts_with("Unavailable") || rest.starts_with("Store")) {
            self.unanswered(asked);
        } else {
            self.refused(asked, rest);
        }
    }

    fn acknowledged(&mut self, asked: Asked, rest: &str) {
        match asked {
            Asked::Start(place) => {
                self.touched.starts.push(place);
                self.with_instance(place, |instance| instance.start = Fate::Acknowledged);
                if self.instances.get(place).is_some_and(Instance::is_to_be_attended) {
                    self.open.push(place);
                }
            }
            Asked::Event(place, event) => {
                self.touched.events.push((place, event));
                self.with_event(place, event, Fate::Acknowledged);
            }
            Asked::Operation(lane, token) => {
                self.touched.operations.push((lane, token));
                self.with_operation(lane, token, Fate::Acknowledged);
            }
            Asked::Terminate(place) => self.with_instance(place, |instance| instance.is_attended = true),
            Asked::Rewind(place) => {
                self.summary.rewinds += 1;
                self.with_instance(place, |instance| instance.is_attended = true);
            }
            Asked::Purge(place) => {
                self.touched.purges.push(place);
                self.with_instance(place, |instance| instance.purge = Some(Fate::Acknowledged));
            }
            Asked::Wait(place) => {
                let result = serde_json::from_str(rest).map_err(|error| format!("{error} in {rest}"));
                self.told(place, result);
            }
            Asked::Change | Asked::Shutdown => {}
        }
    }

    fn refused(&mut self, asked: Asked, rest: &str) {
        let (invalid, gone) = (rest.starts_with("InvalidState"), rest.starts_with("NotFound"));
        let expected = match asked {
            // It may have ended before, or may not be running when it is suspended.
            Asked::Event(..) | Asked::Change | Asked::Terminate(_) | Asked::Rewind(_) => invalid,
            // It may have been removed before the last death.
            Asked::Purge(_) => gone,
            Asked::Wait(_) => true,
            Asked::Start(_) | Asked::Operation(..) | Asked::Shutdown => false,
        };
        let is_removed = gone && self.may_be_gone(asked);
        if !expected && !is_removed {
            self.violations.push(format!("{asked:?} was refused: {rest}"));
        }
        match asked {
            Asked::Start(place) => self.with_instance(place, |instance| instance.start = Fate::Refused),
            Asked::Event(place, event) => self.with_event(place, event, Fate::Refused),
            Asked::Operation(lane, token) => self.with_operation(lane, token, Fate::Refused),
            Asked::Terminate(place) => self.with_instance(place, |instance| instance.is_attended = true),
            // One that was mended in time does not fail.
            Asked::Rewind(place) if rest.contains("as Completed") => {
                self.with_instance(place, |instance| instance.is_attended = true);
            }
            Asked::Purge(place) => self.with_instance(place, |instance| instance.purge = Some(Fate::Acknowledged)),
            Asked::Wait(place) => self.told(place, Err(rest.to_owned())),
            Asked::Rewind(_) | Asked::Change | Asked::Shutdown => {}
        }
    }

    /// It may have been done or not.
    pub(super) fn unanswered(&mut self, asked: Asked) {
        if let Asked::Start(place) = asked {
            self.unstarted.push(place);
        }
    }

    fn told(&mut self, place: usize, result: Result<super::program::Finished, String>) {
        let Some(instance) = self.instances.get_mut(place) else { return };
        // Once it is asked to be removed, it may be gone when it is asked again.
        if matches!(instance.result, Some(Ok(_))) || instance.purge.is_some() {
            return;
        }
        // It is to be mended.
        let is_final = result.is_ok() || !instance.plan.is_fragile();
        if is_final {
            instance.result = Some(result);
            self.touched.results.push(place);
            if instance.may_be_purged() {
                self.ended.push(place);
            }
        }
    }

    fn may_be_gone(&self, asked: Asked) -> bool {
        let (Asked::Event(place, _) | Asked::Terminate(place) | Asked::Rewind(place)) = asked else {
            return matches!(asked, Asked::Change);
        };
        self.instances.get(place).is_some_and(|instance| instance.purge.is_some())
    }

    fn with_instance(&mut self, place: usize, change: impl FnOnce(&mut Instance)) {
        if let Some(instance) = self.instances.get_mut(place) {
            change(instance);
        }
    }

    fn with_event(&mut self, place: usize, event: usize, fate: Fate) {
        if let Some(slot) = self.instances.get_mut(place).and_then(|instance| instance.events.get_mut(event)) {
            *slot = fate;
        }
    }

    fn with_operation(&mut self, lane: usize, token: usize, fate: Fate) {
        if let Some(slot) = self.lanes.get_mut(lane).and_then(|lane| lane.tokens.get_mut(token)) {
            *slot = fate;
        }
    }
}
