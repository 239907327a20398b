//! The runs of the points of one curve.

use std::{path::Path, time::Duration};

use durable::Result;
use serde::de::DeserializeOwned;
use tempfile::{TempDir, tempdir};

use super::{
    curve::{Curve, Spot},
    figures::Point,
};
use crate::bench::{
    process::{Child, Role, Task},
    report, resources,
    trial::{Durability, Measured, now},
};

/// How often a point is measured, if that does not take long.
pub(super) const RUNS: u64 = 5;
/// Above that, one run has to do.
const LONG: Duration = Duration::from_secs(5);

/// Measures a curve at those values, which take turns: so they meet the same weather on the machine.
///
/// # Errors
///
/// What is measured fails.
pub(super) fn measure(curve: &Curve, scale: &[u64]) -> Result<Vec<Point>> {
    let mut all = Vec::new();
    for &at in scale {
        all.extend(Runs::prepare(curve, at)?);
    }
    for run in 0..RUNS {
        for runs in all.iter_mut().filter(|runs| runs.longest < LONG) {
            runs.again(run)?;
        }
    }
    Ok(all.iter().map(Runs::point).collect())
}

/// The runs of one point so far.
struct Runs<'a> {
    curve: &'a Curve,
    at: u64,
    units: u64,
    /// The directory of all runs, if it was filled before; else each has its own.
    filled: Option<TempDir>,
    measured: Vec<Measured>,
    longest: Duration,
}

impl<'a> Runs<'a> {
    /// None yet; or `None` if the disk is too small for them.
    fn prepare(curve: &'a Curve, at: u64) -> Result<Option<Self>> {
        let units = (curve.units)(at);
        let mut runs = Self { curve, at, units, filled: None, measured: Vec::new(), longest: Duration::ZERO };
        if curve.is_about_the_database {
            let directory = tempdir()?;
            if let Some(free) = resources::free_disk(directory.path()).filter(|free| free / 2 < at) {
                let free = curve.quantity.shown(free);
                runs.say(&format!("left out, as twice as much has to be free on the disk, and that is {free}"));
                return Ok(None);
            }
            runs.say("filling");
            in_child::<u64>(Role::Filler(at), 0, directory.path())?;
            runs.filled = Some(directory);
        }
        Ok(Some(runs))
    }

    /// Runs it once more.
    fn again(&mut self, run: u64) -> Result<()> {
        self.say(&format!("run {}", run + 1));
        let new = tempdir()?;
        let directory = self.filled.as_ref().unwrap_or(&new).path();
        let spot = Spot { curve: self.curve.name.to_owned(), at: self.at, run };
        let began = now();
        self.measured.push(in_child(Role::Point(spot), self.units, directory)?);
        self.longest = self.longest.max(began.elapsed());
        Ok(())
    }

    fn point(&self) -> Point {
        Point::new(self.at, self.units, &self.measured, self.filled.is_none())
    }

    fn say(&self, what: &str) {
        report::progress(&format!("{} {}: {what}", self.curve.name, self.curve.quantity.shown(self.at)));
    }
}

fn in_child<T: DeserializeOwned>(role: Role, units: u64, directory: &Path) -> Result<T> {
    let task = Task { role, units, durability: Durability::Full, directory: directory.to_owned() };
    Child::spawn(&task)?.answer()
}
