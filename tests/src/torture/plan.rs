//! What instances are asked for, and what they must give.

use serde_json::json;

use super::{program::Finished, random::Random};

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
    Lineage {
        depth: u64,
    },
    /// Fails, with so many descendants, until it is mended and rewound.
    Fragile {
        depth: u64,
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
    /// A plan for one of many instances that share so many counters.
    pub(super) fn random(random: &mut Random, counters: u64) -> Self {
        match random.between(0, 22) {
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
            11 => Self::Tally { counter: random.between(0, counters), signals: random.between(1, 6) },
            // Few, because they are large.
            12 if random.between(0, 8) == 0 => {
                Self::Bulk { bytes: usize::try_from(random.between(60_000, 90_000)).unwrap_or(70_000) }
            }
            13 => Self::Abandoning { work: random.between(1, 60), wait: random.between(1, 60) },
            14 => Self::Doomed,
            15..=17 => {
                let counters = (0..random.between(1, 4)).map(|_| random.between(0, counters)).collect();
                Self::Together { counters, events: if random.between(0, 6) == 0 { NEVER } else { 0 } }
            }
            18 => Self::Lineage { depth: random.between(2, 13) },
            19 => Self::Fragile { depth: random.between(0, 3) },
            _ => Self::Courier,
        }
    }

    /// The orchestrator and its argument, as a command takes them.
    pub(super) fn request(&self, id: &str) -> String {
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
            Self::Lineage { depth } => format!("lineage {depth}"),
            Self::Fragile { depth } => format!("fragile {}", json!({"root": id, "depth": depth})),
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

    /// The orchestrator.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Sequence { .. } => "sequence",
            Self::FanOut { .. } => "fan_out",
            Self::Timers { .. } => "timers",
            Self::Collect { .. } => "collect",
            Self::Retrying { .. } => "retrying",
            Self::Racing { .. } => "racing",
            Self::Abandoning { .. } => "abandoning",
            Self::Doomed => "doomed",
            Self::Family { .. } => "family",
            Self::Lineage { .. } => "lineage",
            Self::Fragile { .. } => "fragile",
            Self::Generations { .. } => "generations",
            Self::Tally { .. } => "tally",
            Self::Together { .. } => "together",
            Self::Bulk { .. } => "bulk",
            Self::Courier => "courier",
        }
    }

    /// Whether it fails until it is mended and rewound.
    pub(super) const fn is_fragile(&self) -> bool {
        matches!(self, Self::Fragile { .. })
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
            | Self::Lineage { .. }
            | Self::Fragile { .. }
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
            Self::Lineage { depth } | Self::Fragile { depth } => *depth,
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
    pub(super) fn flaw(&self, finished: &Finished) -> Option<String> {
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
            Self::Lineage { depth } => receipts == depth + 1 && numbers == &[*depth],
            Self::Fragile { depth } => receipts == 2 * (depth + 1),
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
