//! What was measured, and the JSON that holds it.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use durable::{Error, Result};
use serde::{Deserialize, Serialize};

use super::curve;
use crate::bench::{
    report::{shown, shown_count},
    summary::median,
    trial::Measured,
};

/// All that was measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Figures {
    /// One for each curve.
    pub(super) curves: Vec<Line>,
}

/// The points of one curve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    /// The name of the curve.
    pub(super) name: String,
    /// From the left to the right.
    pub(super) points: Vec<Point>,
}

/// What was measured with so much of what grows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Point {
    /// How much there was.
    pub(super) at: u64,
    units: u64,
    runs: usize,
    /// Medians of the runs; the documentation of the module lists the names.
    pub(super) figures: BTreeMap<String, f64>,
}

impl Point {
    /// The medians of several runs with so many units; the last says whether each had a new database.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(super) fn new(at: u64, units: u64, runs: &[Measured], new: bool) -> Self {
        let count = units as f64;
        let mut all = BTreeMap::<_, Vec<f64>>::new();
        for run in runs {
            let own = [
                ("cpu_seconds", run.cpu_seconds.map(|seconds| seconds / count)),
                ("wall_seconds", Some(run.seconds / count)),
                ("disk_bytes", new.then_some(run.bytes as f64 / count)),
                ("peak_bytes", run.peak_bytes.map(|bytes| bytes as f64)),
            ];
            let own = own.into_iter().filter_map(|(name, figure)| Some((name.to_owned(), figure?)));
            for (name, figure) in own.chain(run.figures.clone()) {
                all.entry(name).or_default().push(figure);
            }
        }
        let medians = all.into_iter().filter_map(|(name, runs)| Some((name, median(runs.into_iter())?)));
        Self { at, units, runs: runs.len(), figures: medians.collect() }
    }
}

impl Figures {
    /// Reads the JSON.
    ///
    /// # Errors
    ///
    /// The file can't be read, or holds something else.
    pub(super) fn read(file: &Path) -> Result<Self> {
        let not = |error: &dyn std::fmt::Display| Error::new(format!("{}: {error}", file.display()));
        let text = fs::read_to_string(file).map_err(|error| not(&error))?;
        serde_json::from_str(&text).map_err(|error| not(&error))
    }

    /// Writes the JSON.
    ///
    /// # Errors
    ///
    /// The file can't be written.
    pub(super) fn write(&self, file: &Path) -> Result<()> {
        Ok(fs::write(file, serde_json::to_string_pretty(self)? + "\n")?)
    }

    /// A line for each point, for people.
    pub(super) fn table(&self) -> String {
        let mut text = String::new();
        for Line { name, points } in &self.curves {
            for Point { at, units, runs, figures } in points {
                let at = curve::find(name).map_or_else(|_| shown_count(*at), |curve| curve.quantity.shown(*at));
                let units = shown_count(*units);
                let _ok = write!(text, "{name:<10}{at:>8}  {units:>9} units, {runs} runs:");
                for (name, figure) in figures {
                    let _ok = write!(text, "  {name} {}", shown(name, *figure));
                }
                text.push('\n');
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Figures {
        let runs = [3.0, 1.0, 2.0].map(|seconds| {
            Measured { seconds, cpu_seconds: Some(seconds * 2.0), ..Measured::default() }.with("wake_seconds", seconds)
        });
        let points = vec![Point::new(1_000, 100, &runs, true)];
        Figures { curves: vec![Line { name: "instances".to_owned(), points }] }
    }

    #[test]
    fn a_point_has_the_median_for_one_unit_and_of_other_figures_as_they_are() {
        let figures = &figures().curves[0].points[0].figures;
        assert_eq!((figures["cpu_seconds"], figures["wall_seconds"], figures["wake_seconds"]), (0.04, 0.02, 2.0));
    }

    #[test]
    fn what_was_measured_survives_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        figures().write(file.path()).unwrap();
        assert_eq!(Figures::read(file.path()).unwrap(), figures());
    }

    #[test]
    fn a_file_that_holds_something_else_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for place in [file.path(), Path::new("missing.json")] {
            let message = Figures::read(place).unwrap_err().to_string();
            assert!(message.contains(&place.display().to_string()), "{message}");
        }
    }

    #[test]
    fn the_documentation_lists_every_figure() {
        let documentation = include_str!("mod.rs");
        for name in figures().curves[0].points[0].figures.keys() {
            assert!(documentation.contains(&format!("`{name}`")), "{name} is not documented");
        }
    }
}
