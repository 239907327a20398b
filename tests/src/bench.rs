//! What the benchmark program shares with nobody: sizes, medians, the table, and the bound that raw SQLite sets.

use std::{path::Path, time::Duration};

use durable::{Error, Result};

/// What to run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Only workloads whose name begins so.
    pub only: Option<String>,
    /// How much more, or less, than usual.
    pub size: f64,
    /// How often; the medians are shown.
    pub runs: usize,
}

impl Settings {
    /// Reads `--only NAME --size FACTOR --runs N`.
    ///
    /// # Errors
    ///
    /// An argument is not known, or its value is not a number.
    pub fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut settings = Self { only: None, size: 1.0, runs: 3 };
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| Error::new(format!("{name} needs a value")))?;
            match name.as_str() {
                "--only" => settings.only = Some(value),
                "--size" => settings.size = value.parse()?,
                "--runs" => settings.runs = value.parse::<usize>()?.max(1),
                _ => return Err(Error::new(format!("`{name}` is not known: --only NAME, --size FACTOR, --runs N"))),
            }
        }
        Ok(settings)
    }

    /// The workloads with the number of their units.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes are small positive numbers")]
    pub fn workloads(&self) -> Vec<(&'static str, u64)> {
        let sized = |units: f64| (units * self.size).max(1.0) as u64;
        vec![
            ("hello 1,000 in flight", sized(20_000.0)),
            ("hello 2,000 at once", sized(2_000.0)),
            ("hello 20,000 at once", sized(20_000.0)),
            ("hello alone", sized(1_000.0)),
            ("fan-out", sized(10_000.0)),
            ("chain", sized(5_000.0)),
            ("signals 1,000 keys", sized(200_000.0)),
            ("signals 1 key", sized(200_000.0)),
            ("entity calls", sized(20_000.0)),
            ("transfers", sized(20_000.0)),
            ("events", sized(10_000.0)),
        ]
    }
}

/// One workload, measured several times.
#[derive(Debug)]
pub struct Line {
    name: &'static str,
    units: u64,
    elapsed: Vec<Duration>,
    latencies: Vec<Duration>,
    bytes: u64,
}

impl Line {
    /// Nothing measured yet.
    pub fn new(name: &'static str, units: u64) -> Self {
        Self { name, units, elapsed: Vec::new(), latencies: Vec::new(), bytes: 0 }
    }

    /// Adds one run. Of several latencies the percentiles are shown; a single one replaces the elapsed time.
    pub fn add(&mut self, elapsed: Duration, latencies: Vec<Duration>, directory: &Path) {
        if let [only] = latencies.as_slice() {
            self.elapsed.push(*only);
        } else {
            self.elapsed.push(elapsed);
            self.latencies.extend(latencies);
        }
        let files = std::fs::read_dir(directory).into_iter().flatten().flatten();
        self.bytes = files.filter_map(|file| file.metadata().ok()).map(|metadata| metadata.len()).sum();
    }
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// What raw SQLite does on this disk, in this run.
#[derive(Debug)]
pub struct Raw {
    rows_per_second: f64,
    commit: Duration,
}

/// Measures raw SQLite (WAL, `synchronous=FULL`): rows of about 200 bytes appended in batches of 1,000 with an index on
/// two integers, and the time of a commit of one row.
///
/// # Errors
///
/// SQLite can't write in the temporary directory.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
pub fn raw_rows_per_second(settings: &Settings) -> Result<Raw> {
    const BATCH: i64 = 1_000;
    let directory = tempfile::tempdir()?;
    let mut connection = rusqlite::Connection::open(directory.path().join("raw.db"))?;
    connection.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
         CREATE TABLE row(lsn INTEGER PRIMARY KEY, iid INTEGER, seq INTEGER, data TEXT);
         CREATE UNIQUE INDEX row_i ON row(iid, seq);",
    )?;
    let data = "x".repeat(160);
    let mut rates = Vec::new();
    let mut lsn = 0;
    for _ in 0..settings.runs.max(3) {
        let began = std::time::Instant::now();
        for _ in 0..50 {
            let transaction = connection.transaction()?;
            let mut insert = transaction.prepare_cached("INSERT INTO row VALUES (?1, ?2, ?3, ?4)")?;
            for n in 0..BATCH {
                lsn += 1;
                insert.execute((lsn, n, lsn, &data))?;
            }
            drop(insert);
            transaction.commit()?;
        }
        rates.push(50_000.0 / began.elapsed().as_secs_f64());
    }
    let mut commits = Vec::new();
    for _ in 0..500 {
        lsn += 1;
        let began = std::time::Instant::now();
        connection.execute("INSERT INTO row VALUES (?1, 0, ?1, ?2)", (lsn, &data))?;
        commits.push(began.elapsed());
    }
    rates.sort_by(f64::total_cmp);
    commits.sort_unstable();
    let rows_per_second = rates.get(rates.len() / 2).copied().unwrap_or_default();
    Ok(Raw { rows_per_second, commit: percentile(&commits, 50) })
}

/// Prints the table, and one JSON line for each workload.
#[expect(clippy::print_stdout, reason = "the program is for people to read")]
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub fn report(raw: &Raw, lines: &[Line]) {
    println!(
        "raw SQLite: {:.0} indexed rows/s in batches of 1,000; commit of one row {:?}\n",
        raw.rows_per_second, raw.commit
    );
    println!(
        "{:<24}{:>9}{:>12}{:>13}{:>11}{:>11}{:>12}",
        "workload", "units", "median", "per second", "p50", "p99", "bytes/unit"
    );
    for line in lines {
        let mut elapsed = line.elapsed.clone();
        let mut latencies = line.latencies.clone();
        elapsed.sort_unstable();
        latencies.sort_unstable();
        let median = percentile(&elapsed, 50);
        let rate = line.units as f64 / median.as_secs_f64();
        let shown = |percent| {
            if latencies.is_empty() { "-".to_owned() } else { format!("{:.2?}", percentile(&latencies, percent)) }
        };
        println!(
            "{:<24}{:>9}{:>12}{rate:>13.0}{:>11}{:>11}{:>12}",
            line.name,
            line.units,
            format!("{median:.2?}"),
            shown(50),
            shown(99),
            line.bytes / line.units.max(1),
        );
    }
    println!();
    for line in lines {
        let mut elapsed: Vec<f64> = line.elapsed.iter().map(Duration::as_secs_f64).collect();
        elapsed.sort_by(f64::total_cmp);
        let runs: Vec<String> = elapsed.iter().map(|seconds| format!("{seconds:.6}")).collect();
        println!(
            "{{\"workload\":\"{}\",\"units\":{},\"seconds\":[{}],\"raw_rows_per_second\":{:.0}}}",
            line.name,
            line.units,
            runs.join(","),
            raw.rows_per_second
        );
    }
}
