//! One run of one workload: where it runs, and what is measured of it.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};

use durable::{Registry, Result, Runtime, store::sqlite, store::sqlite::SqliteStore};
use serde::{Deserialize, Serialize};

use super::{
    counting::{Counting, Counts},
    resources,
};

/// What waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Durability {
    /// Answers wait for the disk.
    Full,
    /// Everything waits for the disk.
    Strict,
    /// Nothing waits for the disk.
    Relaxed,
}

impl FromStr for Durability {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "full" => Ok(Self::Full),
            "strict" => Ok(Self::Strict),
            "relaxed" => Ok(Self::Relaxed),
            other => Err(format!("`{other}` is none of `full`, `strict` and `relaxed`")),
        }
    }
}

/// One run of one workload.
#[derive(Debug, Clone)]
pub(super) struct Trial {
    /// How many units it has.
    pub(super) units: u64,
    /// What waits for the disk.
    pub(super) durability: Durability,
    /// Where its files are.
    pub(super) directory: PathBuf,
    counts: Arc<Counts>,
}

impl Trial {
    /// Nothing has run yet.
    pub(super) fn new(units: u64, durability: Durability, directory: PathBuf) -> Self {
        Self { units, durability, directory, counts: Arc::default() }
    }

    /// The database.
    pub(super) fn database(&self) -> PathBuf {
        self.directory.join("bench.db")
    }

    /// The store in it, which is counted.
    pub(super) fn store(&self) -> Counting {
        let durability = match self.durability {
            Durability::Full => sqlite::Durability::Full,
            Durability::Strict => sqlite::Durability::Strict,
            Durability::Relaxed => sqlite::Durability::Relaxed,
        };
        Counting::new(SqliteStore::new(self.database()).durability(durability), Arc::clone(&self.counts))
    }

    /// Starts a runtime with all as usual.
    ///
    /// # Errors
    ///
    /// As [`durable::runtime::RuntimeBuilder::start`].
    pub(super) async fn start(&self, registry: Registry) -> Result<Runtime> {
        Runtime::builder().store(self.store()).register(registry).start().await
    }

    /// Begins the timed part.
    pub(super) fn window(&self) -> Window {
        let counts = Arc::clone(&self.counts);
        Window {
            commits: counts.commits(),
            rows: counts.rows(),
            syncs: counts.syncs(),
            counts,
            cpu: resources::cpu(),
            began: now(),
        }
    }
}

/// The timed part of a run, from its beginning on.
#[derive(Debug)]
pub(super) struct Window {
    began: Instant,
    cpu: Option<Duration>,
    counts: Arc<Counts>,
    commits: u64,
    rows: u64,
    syncs: u64,
}

impl Window {
    /// Ends it.
    pub(super) fn close(self, latencies: Vec<Duration>) -> Measured {
        let seconds = self.began.elapsed().as_secs_f64();
        let cpu = resources::cpu().zip(self.cpu).map(|(end, begin)| end.saturating_sub(begin).as_secs_f64());
        Measured {
            seconds,
            cpu_seconds: cpu,
            commits: self.counts.commits() - self.commits,
            rows: self.counts.rows() - self.rows,
            syncs: self.counts.syncs() - self.syncs,
            ..Measured::default()
        }
        .with_latencies(latencies)
    }
}

/// What was measured in one run; a process tells another as JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Measured {
    /// How long the timed part took.
    pub(super) seconds: f64,
    /// The median of the latencies.
    pub(super) p50_seconds: Option<f64>,
    /// The 99th percentile of the latencies.
    pub(super) p99_seconds: Option<f64>,
    /// User and system time.
    pub(super) cpu_seconds: Option<f64>,
    /// How many transactions there were.
    pub(super) commits: u64,
    /// How many rows they changed.
    pub(super) rows: u64,
    /// How often the disk was waited for beside commits.
    pub(super) syncs: u64,
    /// The size of the database in the end.
    pub(super) bytes: u64,
    /// The most memory that the process has used.
    pub(super) peak_bytes: Option<u64>,
    /// What only this workload has.
    pub(super) figures: BTreeMap<String, f64>,
}

impl Measured {
    /// Adds the percentiles of latencies, if there are any.
    pub(super) fn with_latencies(mut self, mut latencies: Vec<Duration>) -> Self {
        latencies.sort_unstable();
        self.p50_seconds = percentile(&latencies, 50).map(|latency| latency.as_secs_f64());
        self.p99_seconds = percentile(&latencies, 99).map(|latency| latency.as_secs_f64());
        self
    }

    /// Adds what only this workload has. The end of the name says the unit: `_seconds`, `_bytes`, `_per_second`.
    pub(super) fn with(mut self, name: &str, figure: f64) -> Self {
        self.figures.insert(name.to_owned(), figure);
        self
    }

    /// Adds what is known when all has ended; a peak of memory that was noted earlier stays.
    pub(super) fn with_resources(mut self, trial: &Trial) -> Self {
        self.bytes = std::fs::metadata(trial.database()).map_or(0, |metadata| metadata.len());
        self.peak_bytes = self.peak_bytes.or_else(resources::peak);
        self
    }
}

/// The value that so many percent do not exceed.
pub(super) fn percentile<T: Copy>(sorted: &[T], percent: usize) -> Option<T> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// The time now.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
pub(super) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_smallest_value_that_enough_do_not_exceed() {
        let hundred: Vec<u32> = (1..=100).collect();
        assert_eq!(percentile(&hundred, 50), Some(50));
        assert_eq!(percentile(&hundred, 99), Some(99));
        assert_eq!(percentile(&hundred, 100), Some(100));
        assert_eq!(percentile(&[1, 2, 3], 50), Some(2));
        assert_eq!(percentile(&[7], 99), Some(7));
        assert_eq!(percentile::<u32>(&[], 50), None);
    }

    #[test]
    fn latencies_need_no_order() {
        let latencies = [30, 10, 20].map(Duration::from_millis).to_vec();
        let measured = Measured::default().with_latencies(latencies);
        assert_eq!((measured.p50_seconds, measured.p99_seconds), (Some(0.02), Some(0.03)));
    }

    #[test]
    fn what_was_measured_goes_from_one_process_to_another_unchanged() {
        let measured = Measured { seconds: 1.5, rows: 7, ..Measured::default() }.with("fired_per_second", 20_000.0);
        let text = serde_json::to_string(&measured).unwrap();
        assert_eq!(serde_json::from_str::<Measured>(&text).unwrap(), measured);
    }
}
