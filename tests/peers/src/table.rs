//! The table for people, and the lines of JSON for programs.

use serde_json::json;

use crate::{
    contestant::{Contestant, Framework},
    job::Run,
    ratio::{Ratio, median},
    workload::Workload,
};

/// The runs of one contestant on one workload.
#[derive(Debug)]
pub struct Row {
    /// Who.
    pub contestant: Contestant,
    /// How each of the runs went.
    pub runs: Vec<Run>,
}

impl Row {
    fn rates(&self, workload: Workload) -> Vec<f64> {
        self.runs.iter().map(|run| run.rate(workload)).collect()
    }

    fn median(&self, of: impl Fn(&Run) -> f64) -> f64 {
        median(&self.runs.iter().map(of).collect::<Vec<_>>()).unwrap_or_default()
    }

    fn failures(&self) -> u64 {
        self.runs.iter().map(|run| run.failures).sum()
    }

    fn instances(&self) -> u64 {
        self.runs.iter().map(|run| run.instances).sum()
    }

    fn in_flight(&self) -> u64 {
        self.runs.first().map_or(0, |run| run.in_flight)
    }
}

/// All of one workload, ours first.
#[derive(Debug)]
pub struct Section {
    /// What was measured.
    pub workload: Workload,
    /// The contestants that can do it.
    pub rows: Vec<Row>,
}

impl Section {
    /// How many times as fast as this row ours is; nothing for ours.
    fn ratio(&self, row: &Row) -> Option<Ratio> {
        let ours = self.rows.iter().find(|row| row.contestant.framework == Framework::Durable)?;
        let compared = row.contestant.framework != Framework::Durable;
        compared.then(|| Ratio::of(&ours.rates(self.workload), &row.rates(self.workload))).flatten()
    }

    /// Prints the section of the table.
    #[expect(clippy::print_stdout, reason = "the program is for people to read")]
    pub fn print(&self) {
        println!(
            "\n{:<20}{:>10}{:>11}{:>13}{:>11}{:>11}{:>10}   durable is",
            self.workload.name(),
            "in flight",
            "instances",
            "per second",
            "p50",
            "p99",
            "failures",
        );
        for row in &self.rows {
            let ratio = self.ratio(row).map_or_else(String::new, |ratio| {
                format!("{} times as fast ({} to {})", short(ratio.median), short(ratio.least), short(ratio.most))
            });
            println!(
                "{:<20}{:>10}{:>11}{:>13}{:>11}{:>11}{:>10}   {ratio}",
                row.contestant.to_string(),
                row.in_flight(),
                row.instances(),
                short(row.median(|run| run.rate(self.workload))),
                milliseconds(row.median(|run| run.p50)),
                milliseconds(row.median(|run| run.p99)),
                row.failures(),
            );
        }
        for row in &self.rows {
            if let Some(failure) = row.runs.iter().find_map(|run| run.failure.as_ref()) {
                println!("  the first failure of {}: {failure}", row.contestant);
            }
        }
    }

    /// One line for each contestant.
    #[expect(clippy::print_stdout, reason = "the program is for people to read")]
    pub fn print_json(&self) {
        for row in &self.rows {
            println!("{}", self.json(row));
        }
    }

    fn json(&self, row: &Row) -> serde_json::Value {
        json!({
            "workload": self.workload.name(),
            "framework": row.contestant.framework.name(),
            "synchronous": row.contestant.synchronous,
            "in_flight": row.in_flight(),
            "instances": row.instances(),
            "failures": row.failures(),
            "seconds": row.runs.iter().map(|run| run.seconds).collect::<Vec<_>>(),
            "per_second": row.rates(self.workload),
            "p50": row.median(|run| run.p50),
            "p99": row.median(|run| run.p99),
            "durable_times_as_fast": self.ratio(row).map(|ratio| [ratio.median, ratio.least, ratio.most]),
        })
    }
}

/// Three digits, as far as a benchmark has them.
fn short(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

fn milliseconds(seconds: f64) -> String {
    format!("{} ms", short(seconds * 1_000.0))
}

#[cfg(test)]
mod tests {
    use super::{Row, Section, milliseconds, short};
    use crate::{contestant::Contestant, job::Run, workload::Workload};

    fn row(contestant: usize, seconds: &[f64]) -> Row {
        let run = |seconds: &f64| Run {
            seconds: *seconds,
            instances: 100,
            failures: 0,
            failure: None,
            in_flight: 10,
            p50: 0.001,
            p99: 0.002,
        };
        Row { contestant: Contestant::ALL[contestant], runs: seconds.iter().map(run).collect() }
    }

    #[test]
    fn each_peer_is_compared_with_ours_and_ours_with_nobody() {
        let rows = vec![row(0, &[1.0, 2.0, 1.0]), row(2, &[10.0, 10.0, 10.0])];
        let section = Section { workload: Workload::HelloAlone, rows };
        let ratios: Vec<_> =
            section.rows.iter().map(|row| section.json(row)["durable_times_as_fast"].clone()).collect();
        assert_eq!(ratios, [serde_json::Value::Null, serde_json::json!([10.0, 5.0, 10.0])]);
    }

    #[test]
    fn numbers_show_no_more_than_is_known() {
        assert_eq!([0.123, 1.234, 12.34, 1_234.5].map(short), ["0.12", "1.23", "12.3", "1234"]);
        assert_eq!(milliseconds(0.0203), "20.3 ms");
    }
}
