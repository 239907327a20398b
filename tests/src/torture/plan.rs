//! What is asked for: instances with what they must give, counters with what they may hold.

use std::collections::BTreeSet;

use serde_json::json;

use super::{program::Finished, random::Random};

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Sent; the target died before it answered, or has not answered yet. It may have been done.
    Unknown,
    Acknowledged,
    Refused,
}

/// What an instance does.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    Sequence {
        steps: u64,
    },
    FanOut {
        width: u64,
    },
    Timers {
        millis: Vec<u64>,
    },
    Collect {
        events: u64,
    },
    Retrying {
        failures: u32,
        allowed: u32,
    },
    Racing {
        millis: u64,
    },
    Abandoning {
        work: u64,
        wait: u64,
    },
    /// Waits for more events than it ever gets, until it is terminated.
    Doomed,
    Family {
        children: u64,
    },
    Generations {
        rounds: u64,
    },
    Tally {
        counter: u64,
        signals: u64,
    },
    /// Holds counters together for a while; or until it is terminated, if `events` is out of reach.
    Together {
        counters: Vec<u64>,
        events: u64,
    },
    Bulk {
        bytes: usize,
    },
    Courier,
}

/// More events than an instance ever gets.
const NEVER: u64 = 1_000_000;

impl Plan {
    pub(super) fn random(random: &mut Random) -> Self {
        match random.between(0, 19) {
            0 | 1 => Self::Sequence { steps: random.between(1, 12) },
            2 => Self::FanOut { width: random.between(20, 51) },
            3 => Self::Timers { millis: (0..random.between(1, 5)).map(|_| random.between(10, 200)).collect() },
            4 | 5 => Self::Collect { events: random.between(1, 6) },
            6 => {
                let allowed = random.between(2, 5);
                let failures = random.between(1, allowed + 1);
                let number = |number: u64| u32::try_from(number).unwrap_or(1);
                Self::Retrying { failures: number(failures), allowed: number(allowed) }
            }
            7 => Self::Racing { millis: random.between(10, 200) },
            8 => Self::Family { children: random.between(2, 6) },
            9 | 10 => Self::Generations { rounds: random.between(2, 5) },
            11 => Self::Tally { counter: random.between(0, 4), signals: random.between(1, 6) },
            12 => Self::Bulk { bytes: usize::try_from(random.between(60_000, 90_000)).unwrap_or(70_000) },
            13 => Self::Abandoning { work: random.between(1, 60), wait: random.between(1, 60) },
            14 => Self::Doomed,
            15..=17 => {
                let counters = (0..random.between(1, 4)).map(|_| random.between(0, 4)).collect();
                Self::Together { counters, events: if random.between(0, 6) == 0 { NEVER } else { 0 } }
            }
            _ => Self::Courier,
        }
    }

    /// The orchestrator and its argument, as a command takes them.
    pub(super) fn request(&self) -> String {
        match self {
            Self::Sequence { steps } => format!("sequence {steps}"),
            Self::FanOut { width } => format!("fan_out {width}"),
            Self::Timers { millis } => format!("timers {}", json!(millis)),
            Self::Collect { events } => format!("collect {events}"),
            Self::Retrying { failures, allowed } => {
                format!("retrying {}", json!({"failures": failures, "allowed": allowed}))
            }
            Self::Racing { millis } => format!("racing {millis}"),
            Self::Abandoning { work, wait } => format!("abandoning {}", json!({"work": work, "wait": wait})),
            Self::Doomed => format!("collect {NEVER}"),
            Self::Family { children } => format!("family {children}"),
            Self::Generations { rounds } => {
                format!("generations {}", json!({"left": rounds, "finished": Finished::default()}))
            }
            Self::Tally { counter, signals } => {
                format!("tally {}", json!({"counter": format!("tally-{counter}"), "signals": signals}))
            }
            Self::Together { counters, events } => {
                let counters: Vec<_> = counters.iter().map(|counter| format!("together-{counter}")).collect();
                format!("together {}", json!({"counters": counters, "events": events}))
            }
            Self::Bulk { bytes } => format!("bulk {}", json!("x".repeat(*bytes))),
            Self::Courier => "courier null".to_owned(),
        }
    }

    /// Whether it ends only by being terminated.
    pub(super) const fn is_doomed(&self) -> bool {
        matches!(self, Self::Doomed | Self::Together { events: NEVER, .. })
    }

    /// How many events it must get before it ends.
    pub(super) const fn needs_events(&self) -> u64 {
        match self {
            Self::Collect { events } => *events,
            Self::Generations { rounds } => *rounds,
            Self::Sequence { .. }
            | Self::FanOut { .. }
            | Self::Timers { .. }
            | Self::Retrying { .. }
            | Self::Racing { .. }
            | Self::Abandoning { .. }
            | Self::Doomed
            | Self::Family { .. }
            | Self::Tally { .. }
            | Self::Together { .. }
            | Self::Bulk { .. }
            | Self::Courier => 0,
        }
    }

    /// Whether it can use an event.
    pub(super) const fn takes_events(&self) -> bool {
        self.needs_events() > 0 || self.is_doomed() || matches!(self, Self::Racing { .. })
    }

    /// How many instances it starts itself.
    pub(super) const fn descendants(&self) -> u64 {
        match self {
            Self::Family { children } => *children,
            Self::Courier => 1,
            Self::Sequence { .. }
            | Self::FanOut { .. }
            | Self::Timers { .. }
            | Self::Collect { .. }
            | Self::Retrying { .. }
            | Self::Racing { .. }
            | Self::Abandoning { .. }
            | Self::Doomed
            | Self::Generations { .. }
            | Self::Tally { .. }
            | Self::Together { .. }
            | Self::Bulk { .. } => 0,
        }
    }

    /// What is wrong with that result; `None` if nothing is.
    fn flaw(&self, finished: &Finished) -> Option<String> {
        let Finished { receipts, numbers, note } = finished;
        let (receipts, count) = (receipts.len() as u64, numbers.len() as u64);
        let expected = match self {
            Self::Sequence { steps } => (receipts, count, note.as_str()) == (*steps, 0, ""),
            Self::FanOut { width } => (receipts, count, note.as_str()) == (*width, 0, ""),
            Self::Timers { millis } => receipts == 0 && numbers == millis,
            Self::Collect { events } => (receipts, count) == (1, *events),
            Self::Retrying { failures, allowed } if failures < allowed => receipts == 1,
            Self::Retrying { allowed, .. } => receipts == 0 && *note == format!("attempt {allowed} of `flaky` fails"),
            Self::Racing { .. } => receipts == 1 && (count == 1) == note.is_empty() && count <= 1,
            Self::Abandoning { .. } => count == 0 && receipts + note.len() as u64 == 4 && receipts > 0,
            // It can't complete.
            Self::Doomed | Self::Together { events: NEVER, .. } => false,
            Self::Together { .. } => (receipts, count, note.as_str()) == (2, 0, ""),
            Self::Family { children } => receipts == 2 * children,
            Self::Generations { rounds } => (receipts, count) == (*rounds, *rounds),
            Self::Tally { signals, .. } => receipts == 0 && numbers.iter().all(|value| value > signals) && count == 1,
            Self::Bulk { bytes } => receipts == 2 && note.len() == *bytes,
            Self::Courier => receipts == 0 && numbers == &[7] && note == "delivered once",
        };
        (!expected).then(|| {
            let note: String = note.chars().take(100).collect();
            format!("{self:?} gave {receipts} receipts, the numbers {numbers:?} and the note {note:?}")
        })
    }
}

/// An instance with all that it was sent.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) plan: Plan,
    /// Milliseconds until it may begin.
    pub(super) delay: u64,
    pub(super) start: Fate,
    /// The numbers of the events are their places.
    pub(super) events: Vec<Fate>,
    pub(super) suspended: bool,
    pub(super) result: Option<Result<Finished, String>>,
}

impl Instance {
    /// Whether more events are needed to end it for sure.
    pub(super) fn is_short_of_events(&self) -> bool {
        let count = |wanted| self.events.iter().filter(|fate| **fate == wanted).count() as u64;
        count(Fate::Refused) == 0 && count(Fate::Acknowledged) < self.plan.needs_events()
    }

    /// What is wrong with its result and with the events that it consumed.
    pub(super) fn flaws(&self) -> Vec<String> {
        let id = &self.id;
        let finished = match &self.result {
            None => return vec![format!("`{id}` gave no result")],
            Some(Err(error)) if self.plan.is_doomed() && error.starts_with("Terminated ") => {
                return Vec::new();
            }
            Some(Err(error)) => return vec![format!("`{id}` ({:?}) failed: {error}", self.plan)],
            Some(Ok(finished)) => finished,
        };
        let mut flaws: Vec<_> = self.plan.flaw(finished).into_iter().map(|flaw| format!("`{id}`: {flaw}")).collect();
        if self.plan.takes_events() {
            let numbers = &finished.numbers;
            if !numbers.is_sorted_by(|a, b| a < b) {
                flaws.push(format!("`{id}` consumed events out of order or twice: {numbers:?}"));
            }
            let last = numbers.last().copied().unwrap_or(0);
            for (number, fate) in (0_u64..).zip(&self.events) {
                let consumed = numbers.contains(&number);
                match fate {
                    Fate::Acknowledged if !consumed && number < last => {
                        flaws.push(format!("`{id}` lost the acknowledged event {number}: it consumed {numbers:?}"));
                    }
                    Fate::Refused if consumed => flaws.push(format!("`{id}` consumed the refused event {number}")),
                    Fate::Acknowledged | Fate::Refused | Fate::Unknown => {}
                }
            }
            if last >= self.events.len().max(1) as u64 {
                flaws.push(format!("`{id}` consumed event {last}, which nobody raised"));
            }
        }
        flaws
    }
}

/// A counter with all that it was sent.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) key: &'static str,
    /// The command, and the operation.
    pub(super) verb: (&'static str, &'static str),
    /// Whether the operations are to be performed later, and so in any order.
    pub(super) delayed: bool,
    /// The tokens are their places.
    pub(super) tokens: Vec<Fate>,
}

impl Lane {
    pub(super) fn all() -> Vec<Self> {
        let lane = |key, verb, operation, delayed| Self { key, verb: (verb, operation), delayed, tokens: Vec::new() };
        vec![
            lane("plain-0", "signal", "add", false),
            lane("plain-1", "signal", "add", false),
            lane("slow", "signal", "add_slowly", false),
            lane("later", "signal", "add", true),
            lane("relay", "signal", "relay", false),
            lane("launch", "signal", "launch", false),
            lane("refuse", "signal", "refuse", false),
            lane("called", "call", "add", false),
            lane("called-slowly", "call", "add_slowly", false),
        ]
    }

    /// What is wrong with what the counter holds.
    pub(super) fn flaws(&self, held: &[String]) -> Vec<String> {
        let (key, mut flaws) = (self.key, Vec::new());
        if self.verb.1 == "refuse" {
            return if held.is_empty() { flaws } else { vec![format!("`{key}` kept what failed: {held:?}")] };
        }
        let numbers: Vec<usize> = held.iter().filter_map(|token| token.parse().ok()).collect();
        let distinct: BTreeSet<_> = numbers.iter().copied().collect();
        if distinct.len() != held.len() {
            flaws.push(format!("`{key}` performed operations twice: {held:?}"));
        }
        if !self.delayed && !numbers.is_sorted() {
            flaws.push(format!("`{key}` performed operations out of order: {held:?}"));
        }
        for (token, fate) in self.tokens.iter().enumerate() {
            match (fate, distinct.contains(&token)) {
                (Fate::Acknowledged, false) => flaws.push(format!("`{key}` lost the acknowledged operation {token}")),
                (Fate::Refused, true) => flaws.push(format!("`{key}` performed the refused operation {token}")),
                _ => {}
            }
        }
        if distinct.last().is_some_and(|last| *last >= self.tokens.len()) {
            flaws.push(format!("`{key}` performed operations that nobody asked for: {held:?}"));
        }
        flaws
    }
}
