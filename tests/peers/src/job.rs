//! What a program that runs one framework is asked for, and what it answers: one line of JSON each.

use serde::{Deserialize, Serialize};

use crate::{contestant::Synchronous, workload::Workload};

/// One run of one workload, on a new file.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Job {
    /// What the instances do.
    pub workload: Workload,
    /// How many there are.
    pub instances: u64,
    /// What a commit of the store waits for.
    pub synchronous: Synchronous,
}

/// How a run went.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    /// From the first start, or event, to the last output.
    pub seconds: f64,
    /// How many instances were asked for.
    pub instances: u64,
    /// How many of them failed, were late, or returned something else than they should.
    pub failures: u64,
    /// How the first of these failed.
    pub failure: Option<String>,
    /// How many instances there were at once.
    pub in_flight: u64,
    /// From the start, or event, of one instance to its output, in seconds: half took no longer.
    pub p50: f64,
    /// The same, for 99 of 100.
    pub p99: f64,
}

impl Run {
    /// A run that came to no end: nothing of it counts.
    pub fn failed(job: Job, failure: String) -> Self {
        let (instances, failure) = (job.instances, Some(failure));
        Self { seconds: 0.0, instances, failures: instances, failure, in_flight: 0, p50: 0.0, p99: 0.0 }
    }

    /// Units per second, of those that came out right: failing is no way to be fast.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn rate(&self, workload: Workload) -> f64 {
        let right = self.instances.saturating_sub(self.failures) * workload.width();
        if self.seconds > 0.0 { right as f64 / self.seconds } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::Run;
    use crate::workload::Workload;

    fn run(seconds: f64, failures: u64) -> Run {
        Run { seconds, instances: 10, failures, failure: None, in_flight: 1, p50: 0.0, p99: 0.0 }
    }

    #[test]
    fn a_rate_is_one_of_instances_or_of_their_activities() {
        assert!((run(2.0, 0).rate(Workload::HelloAlone) - 5.0).abs() < 1e-9);
        assert!((run(2.0, 0).rate(Workload::Chain) - 5_000.0).abs() < 1e-9);
    }

    #[test]
    fn what_failed_does_not_count() {
        assert!((run(2.0, 4).rate(Workload::HelloAlone) - 3.0).abs() < 1e-9);
        assert!(run(2.0, 10).rate(Workload::Chain).abs() < 1e-9);
    }

    #[test]
    fn no_time_is_no_rate() {
        assert!(run(0.0, 0).rate(Workload::HelloAlone).abs() < 1e-9);
    }
}
