//! All runs of one workload: medians, and the goals beside them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    goal::Verdict,
    raw::Raw,
    trial::{Measured, percentile},
    workloads::{Bound, Workload},
};

/// The medians of all runs of one workload; a line of JSON, whose keys the documentation of the module lists.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Summary {
    pub(super) workload: &'static str,
    pub(super) units: u64,
    runs: usize,
    pub(super) seconds: f64,
    seconds_of_runs: Vec<f64>,
    pub(super) units_per_second: f64,
    pub(super) p50_seconds: Option<f64>,
    pub(super) p99_seconds: Option<f64>,
    pub(super) cpu_seconds_per_unit: Option<f64>,
    pub(super) commits_per_unit: f64,
    pub(super) syncs_per_unit: f64,
    pub(super) rows_per_unit: f64,
    pub(super) bytes_per_unit: f64,
    pub(super) peak_bytes: Option<f64>,
    pub(super) raw_ratio: Option<f64>,
    pub(super) figures: BTreeMap<String, f64>,
    pub(super) goals: Vec<Verdict>,
}

impl Summary {
    /// The runs of one workload, each with what raw SQLite did in the same round.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(super) fn new(workload: &Workload, units: u64, runs: &[Measured], raw: &[Raw]) -> Self {
        let count = units as f64;
        let of = |figure: &dyn Fn(&Measured) -> Option<f64>| median(runs.iter().filter_map(figure));
        let seconds = of(&|run| Some(run.seconds)).unwrap_or_default();
        let names: BTreeSet<_> = runs.iter().flat_map(|run| run.figures.keys().cloned()).collect();
        let ratios = runs.iter().zip(raw).map(|(run, raw)| match workload.bound {
            Bound::Hellos => count / run.seconds / raw.hellos_per_second,
            Bound::Rows => run.rows as f64 / run.seconds / raw.rows_per_second,
        });
        let mut summary = Self {
            workload: workload.name,
            units,
            runs: runs.len(),
            seconds,
            seconds_of_runs: runs.iter().map(|run| run.seconds).collect(),
            units_per_second: count / seconds,
            p50_seconds: of(&|run| run.p50_seconds),
            p99_seconds: of(&|run| run.p99_seconds),
            cpu_seconds_per_unit: of(&|run| Some(run.cpu_seconds? / count)),
            commits_per_unit: of(&|run| Some(run.commits as f64 / count)).unwrap_or_default(),
            syncs_per_unit: of(&|run| Some(run.syncs as f64 / count)).unwrap_or_default(),
            rows_per_unit: of(&|run| Some(run.rows as f64 / count)).unwrap_or_default(),
            bytes_per_unit: of(&|run| Some(run.bytes as f64 / count)).unwrap_or_default(),
            peak_bytes: of(&|run| run.peak_bytes.map(|bytes| bytes as f64)),
            raw_ratio: median(ratios),
            figures: names
                .into_iter()
                .filter_map(|name| of(&|run| run.figures.get(&name).copied()).map(|figure| (name.clone(), figure)))
                .collect(),
            goals: Vec::new(),
        };
        let fsync = Raw::median(raw).fsync_seconds;
        let verdicts = workload.goals.iter().map(|goal| goal.judge(|name| summary.figure(name), units, fsync));
        summary.goals = verdicts.collect();
        summary
    }

    /// The figure of that name.
    fn figure(&self, name: &str) -> Option<f64> {
        match name {
            "seconds" => Some(self.seconds),
            "units_per_second" => Some(self.units_per_second),
            "p50_seconds" => self.p50_seconds,
            "p99_seconds" => self.p99_seconds,
            "raw_ratio" => self.raw_ratio,
            name => self.figures.get(name).copied(),
        }
    }
}

/// The value in the middle; of an even number, the smaller of the two.
pub(super) fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    percentile(&values, 50)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::workloads::find;

    fn raw() -> Raw {
        Raw { hellos_per_second: 1_000.0, rows_per_second: 10_000.0, fsync_seconds: 0.001, ..Raw::default() }
    }

    #[test]
    fn the_median_run_is_shown_not_the_mean() {
        let runs = [9.0, 1.0, 2.0].map(|seconds| Measured { seconds, rows: 600, ..Measured::default() });
        let summary = Summary::new(find("hello 1,000 in flight").unwrap(), 100, &runs, &[raw(), raw(), raw()]);
        assert_eq!((summary.seconds, summary.units_per_second, summary.rows_per_unit), (2.0, 50.0, 6.0));
        assert_eq!(summary.raw_ratio, Some(0.05));
        assert_eq!(summary.seconds_of_runs, [9.0, 1.0, 2.0]);
    }

    #[test]
    fn a_workload_without_hellos_is_compared_row_by_row() {
        let runs = [Measured { seconds: 2.0, rows: 600, ..Measured::default() }];
        let summary = Summary::new(find("chain").unwrap(), 100, &runs, &[raw()]);
        assert_eq!(summary.raw_ratio, Some(0.03));
    }

    #[test]
    fn goals_about_figures_of_one_workload_are_judged() {
        let runs = [Measured::default().with("first_progress_seconds", 0.5)];
        let summary = Summary::new(find("recovery").unwrap(), 100, &runs, &[raw()]);
        let json = serde_json::to_value(&summary).unwrap();
        let goal = json["goals"].as_array().unwrap().iter().find(|goal| goal["figure"] == "first_progress_seconds");
        assert_eq!((&goal.unwrap()["met"], &goal.unwrap()["relation"]), (&true.into(), &"<=".into()));
    }

    #[test]
    fn the_keys_of_a_line_are_those_of_the_documentation() {
        let summary = Summary::new(find("chain").unwrap(), 1, &[Measured::default()], &[raw()]);
        let json = serde_json::to_value(&summary).unwrap();
        let documentation = include_str!("mod.rs");
        for key in json.as_object().unwrap().keys() {
            assert!(documentation.contains(&format!("`{key}`")), "{key} is not documented");
        }
    }
}
