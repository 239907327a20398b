//! The curves: what grows, what a unit is, and the question that the picture answers.

use durable::{Error, Result};
use serde::{Deserialize, Serialize};

use super::{axis::Quantity, database, payload};
use crate::bench::{
    trial::{Measured, Trial},
    workloads::{self, Running},
};

/// What is measured for several values of one quantity.
#[derive(Debug)]
pub(super) struct Curve {
    /// Its name.
    pub(super) name: &'static str,
    /// What grows, and what a unit is.
    pub(super) about: &'static str,
    /// What kind of quantity grows.
    pub(super) quantity: Quantity,
    /// The values of it.
    pub(super) scale: &'static [u64],
    /// How many of them are measured when there is little time.
    pub(super) quick: usize,
    /// How many units to run at a value.
    pub(super) units: fn(u64) -> u64,
    /// Whether the value is the size of a database that has to be there before.
    pub(super) is_about_the_database: bool,
    /// Runs it once.
    run: fn(Trial, Spot) -> Running,
    /// How it is drawn.
    pub(super) panels: &'static [Panel],
}

/// One run of one point of a curve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::bench) struct Spot {
    /// The name of the curve.
    pub(super) curve: String,
    /// How much there is of what grows.
    pub(super) at: u64,
    /// How many runs there were before.
    pub(super) run: u64,
}

impl Spot {
    /// Measures it.
    ///
    /// # Errors
    ///
    /// There is no such curve, or what is measured fails.
    pub(in crate::bench) async fn measure(self, trial: Trial) -> Result<Measured> {
        (find(&self.curve)?.run)(trial, self).await
    }
}

/// A part of the picture, with two lines.
#[derive(Debug)]
pub(super) struct Panel {
    /// The question that it answers.
    pub(super) question: &'static str,
    /// What the vertical axis shows.
    pub(super) vertical: &'static str,
    /// What the horizontal axis shows.
    pub(super) horizontal: &'static str,
    /// How the vertical axis rises.
    pub(super) rise: Rise,
    /// The figure of the main line, and its label.
    pub(super) main: (&'static str, &'static str),
    /// The figure of the paler line, and its label.
    pub(super) pale: (&'static str, &'static str),
    /// The figure of the bytes per second that is written beside the end of the main line.
    pub(super) rate: Option<&'static str>,
}

/// How a vertical axis rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rise {
    /// Evenly, from zero.
    Evenly,
    /// By powers of ten.
    ByPowers,
}

/// The main line of most.
pub(super) const CPU: (&str, &str) = ("cpu_seconds", "CPU");
const WALL: (&str, &str) = ("wall_seconds", "wall");

/// How many hellos measure a database.
const HELLOS: u64 = 20_000;

/// All of them, in the order in which they are measured and drawn.
pub(super) const CURVES: &[Curve] = &[
    Curve {
        name: "instances",
        about: "hellos (orchestrations of three activities) in one run, always 1,000 at work; a unit is one",
        quantity: Quantity::Count,
        scale: &[1_000, 10_000, 100_000, 1_000_000],
        quick: 3,
        units: |at| at,
        is_about_the_database: false,
        run: |trial, _| hellos(trial),
        panels: &[Panel {
            question: "Do many instances make each one slower?",
            vertical: "time per orchestration of three steps",
            horizontal: "orchestrations in one run, 1,000 at work",
            rise: Rise::Evenly,
            main: CPU,
            pale: WALL,
            rate: None,
        }],
    },
    Curve {
        name: "history",
        about: "activities that one orchestration awaits one by one; a unit is one",
        quantity: Quantity::Count,
        scale: &[100, 1_000, 10_000, 50_000],
        quick: 3,
        units: |at| at,
        is_about_the_database: false,
        run: |trial, _| again("chain", trial),
        panels: &[Panel {
            question: "Does a long history make steps slower?",
            vertical: "time per step",
            horizontal: "steps of one orchestration, one by one",
            rise: Rise::Evenly,
            main: CPU,
            pale: WALL,
            rate: None,
        }],
    },
    Curve {
        name: "width",
        about: "activities that one orchestration awaits at once; a unit is one",
        quantity: Quantity::Count,
        scale: &[100, 1_000, 10_000, 100_000],
        quick: 4,
        units: |at| at,
        is_about_the_database: false,
        run: |trial, _| again("fan-out", trial),
        panels: &[Panel {
            question: "Does a wide fan-out make activities slower?",
            vertical: "time per activity",
            horizontal: "activities awaited at once",
            rise: Rise::Evenly,
            main: CPU,
            pale: WALL,
            rate: None,
        }],
    },
    Curve {
        name: "payload",
        about: "bytes that an activity takes and gives back; a unit is one activity of three in an orchestration",
        quantity: Quantity::Bytes,
        scale: &[100, 1_000, 10_000, 100_000, 1_000_000],
        quick: 5,
        units: payload::steps,
        is_about_the_database: false,
        run: |trial, spot| Box::pin(payload::measure(trial, spot.at)),
        panels: &[Panel {
            question: "What does a large payload cost?",
            vertical: "time per step",
            horizontal: "payload that a step takes and gives back",
            rise: Rise::ByPowers,
            main: CPU,
            pale: WALL,
            rate: Some("payload_bytes_per_second"),
        }],
    },
    Curve {
        name: "database",
        about: "bytes of a database of instances that have ended; a unit is a hello, 1,000 at work",
        quantity: Quantity::Bytes,
        scale: &[10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000],
        quick: 3,
        units: |_| HELLOS,
        is_about_the_database: true,
        run: |trial, spot| Box::pin(database::measure(trial, spot.run)),
        panels: &[
            Panel {
                question: "Does a large database make work slower?",
                vertical: "time per orchestration of three steps",
                horizontal: "size of the database before",
                rise: Rise::Evenly,
                main: CPU,
                pale: WALL,
                rate: None,
            },
            Panel {
                question: "Is an old instance harder to find?",
                vertical: "median latency, one after the other",
                horizontal: "size of the database before",
                rise: Rise::Evenly,
                main: ("wake_seconds", "wake"),
                pale: ("read_seconds", "read"),
                rate: None,
            },
        ],
    },
];

/// The curve of that name.
///
/// # Errors
///
/// There is none.
pub(super) fn find(name: &str) -> Result<&'static Curve> {
    CURVES.iter().find(|curve| curve.name == name).ok_or_else(|| {
        let names: Vec<_> = CURVES.iter().map(|curve| curve.name).collect();
        Error::new(format!("no curve is called `{name}`; there are: {}", names.join(", ")))
    })
}

/// Runs hellos, 1,000 at work.
pub(super) fn hellos(trial: Trial) -> Running {
    again("hello 1,000 in flight", trial)
}

/// Runs a workload of the benchmark.
fn again(workload: &'static str, trial: Trial) -> Running {
    Box::pin(async move { (workloads::find(workload)?.run)(trial).await })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scale_rises_and_the_quick_part_of_it_has_a_slope() {
        for Curve { name, scale, quick, .. } in CURVES {
            assert!(scale.is_sorted_by(|a, b| a < b), "{name}");
            assert!((2..=scale.len()).contains(quick), "{name}");
        }
    }

    #[test]
    fn every_point_has_units() {
        for Curve { name, scale, units, .. } in CURVES {
            assert!(scale.iter().all(|at| units(*at) > 0), "{name}");
        }
    }

    #[test]
    fn a_curve_that_is_not_there_is_answered_with_those_that_are() {
        let message = find("depth").unwrap_err().to_string();
        assert!(CURVES.iter().all(|curve| message.contains(curve.name)), "{message}");
    }
}
