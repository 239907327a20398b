//! What a target is asked for next.

use super::{
    Process,
    driver::{Asked, Driver},
    instance::{Fate, Instance},
    plan::Plan,
    program,
    random::Random,
};

/// How many instances may wait for something at once, before no more are started.
const OPEN: usize = 400;
/// How many of the newest instances are waited for, suspended and resumed.
const RECENT: usize = 60;

impl Driver<'_> {
    /// Starts what was asked for and not acknowledged; what has been started is not started twice.
    pub(super) fn start_again(&mut self, process: &mut Process) {
        for place in std::mem::take(&mut self.unstarted) {
            self.start(process, place);
        }
    }

    fn start(&mut self, process: &mut Process, place: usize) {
        let Some(Instance { id, plan, delay, .. }) = self.instances.get(place) else { return };
        let command = format!("start {id} {delay} {}", plan.request(id));
        self.ask(process, Asked::Start(place), &command);
    }

    pub(super) fn start_another(&mut self, process: &mut Process) {
        let place = self.instances.len();
        let mut random = Random::new(self.settings.seed.wrapping_mul(1_000_003) ^ place as u64);
        let plan = Plan::random(&mut random, self.counters);
        let delay = if random.between(0, 6) == 0 { random.between(1, 300) } else { 0 };
        self.instances.push(Instance::new(format!("{}-{place}", plan.name()), plan, delay));
        self.start(process, place);
    }

    /// How many instances there should be by now: about as many in each life. At failpoints there is always work.
    fn due(&self) -> usize {
        if self.settings.at_failpoints {
            return self.instances.len() + 1;
        }
        let (done, lives) = (u128::from(self.lived) + 1, u128::from(self.lives.max(1)));
        let due = self.settings.instances as u128 * done / lives;
        usize::try_from(due).unwrap_or(usize::MAX).min(self.settings.instances)
    }

    /// Whether far fewer instances were started than should be.
    pub(super) fn is_behind(&self) -> bool {
        self.open.len() < OPEN && self.instances.len() + 20 < self.due()
    }

    pub(super) fn ask_something(&mut self, process: &mut Process) {
        let may_start = self.instances.len() < self.due() && self.open.len() < OPEN;
        match self.random.between(0, 14) {
            0..4 if may_start => self.start_another(process),
            0..9 if self.is_behind() => self.start_another(process),
            0..8 => self.attend(process),
            8 | 9 => {
                let lane = self.random.index(self.lanes.len());
                self.operate(process, lane);
            }
            10 => self.hold_or_release(process),
            11 | 12 => {
                if let Some(place) = self.recent()
                    && let Some(Instance { id, plan, result: None, purge: None, .. }) = self.instances.get(place)
                    && !plan.is_doomed()
                {
                    let command = format!("wait {id}");
                    self.ask(process, Asked::Wait(place), &command);
                }
            }
            _ => {
                if !self.ended.is_empty() {
                    let chosen = self.random.index(self.ended.len());
                    let place = self.ended.swap_remove(chosen);
                    self.purge(process, place);
                }
            }
        }
    }

    /// One of the newest instances whose start was acknowledged.
    fn recent(&mut self) -> Option<usize> {
        let count = self.instances.len();
        if count == 0 {
            return None;
        }
        let place = count - 1 - self.random.index(count.min(RECENT));
        self.instances.get(place).is_some_and(|instance| instance.start == Fate::Acknowledged).then_some(place)
    }

    /// Does something of what an instance needs before it ends.
    fn attend(&mut self, process: &mut Process) {
        if self.open.is_empty() {
            return;
        }
        let chosen = self.random.index(self.open.len());
        let place = self.open.get(chosen).copied().unwrap_or_default();
        let Some(instance) = self.instances.get(place) else { return };
        if instance.is_attended || !instance.is_to_be_attended() {
            self.open.swap_remove(chosen);
        } else if instance.plan.is_fragile() {
            self.mend(process, place);
        } else if instance.plan.is_doomed() && self.random.between(0, 3) == 0 {
            self.terminate(process, place);
        } else if instance.takes_another_event() {
            self.raise(process, place);
        }
    }

    pub(super) fn raise(&mut self, process: &mut Process, place: usize) {
        let Some(instance) = self.instances.get_mut(place) else { return };
        let event = instance.events.len();
        instance.events.push(Fate::Unknown);
        let command = format!("event {} {event}", instance.id);
        self.ask(process, Asked::Event(place, event), &command);
    }

    pub(super) fn terminate(&mut self, process: &mut Process, place: usize) {
        let Some(Instance { id, .. }) = self.instances.get(place) else { return };
        let command = format!("terminate {id}");
        self.ask(process, Asked::Terminate(place), &command);
    }

    /// Mends what a fragile instance depends on, and lets it go on if it has failed.
    pub(super) fn mend(&mut self, process: &mut Process, place: usize) {
        let Some(Instance { id, .. }) = self.instances.get(place) else { return };
        let folder = program::mended(&self.options.ledger);
        let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(folder.join(id), ""));
        if let Err(error) = written {
            self.violations.push(format!("the driver can't mend `{id}`: {error}"));
        }
        let command = format!("rewind {id}");
        self.ask(process, Asked::Rewind(place), &command);
    }

    pub(super) fn purge(&mut self, process: &mut Process, place: usize) {
        let Some(instance) = self.instances.get_mut(place) else { return };
        instance.purge = Some(Fate::Unknown);
        let command = format!("purge {}", instance.id);
        self.ask(process, Asked::Purge(place), &command);
    }

    fn hold_or_release(&mut self, process: &mut Process) {
        let Some(place) = self.recent() else { return };
        let Some(instance) = self.instances.get_mut(place) else { return };
        let verb = if instance.suspended { "resume" } else { "suspend" };
        instance.suspended = !instance.suspended;
        instance.was_held = true;
        let command = format!("{verb} {}", instance.id);
        self.ask(process, Asked::Change, &command);
    }

    pub(super) fn operate(&mut self, process: &mut Process, place: usize) {
        let delay = self.random.between(1, 300);
        let Some(lane) = self.lanes.get_mut(place) else { return };
        let token = lane.tokens.len();
        lane.tokens.push(Fate::Unknown);
        let (key, (verb, operation)) = (lane.key, lane.verb);
        let command = if verb == "call" {
            format!("call {key} {operation} {token}")
        } else {
            format!("signal {key} {operation} {} {token}", if lane.delayed { delay } else { 0 })
        };
        self.ask(process, Asked::Operation(place, token), &command);
    }
}
