//! Measures how fast the whole is, beside what raw SQLite does on the same disk and what is to be reached.
//!
//! `cargo run --release -p durable-tests --bin bench -- --help` lists the workloads. Every workload runs on a new SQLite
//! file, everything real: an fsync before every answer, JSON payloads, readable history. Each run of a workload is a
//! process of its own (the program starts itself with the hidden argument `child`), so that processor time and memory
//! belong to that workload. A round measures raw SQLite first and then each workload once; what is shown are medians
//! over the rounds. Memory is known on Linux only.
//!
//! # What the figures mean
//!
//! The columns of the table are about the part of a workload that is timed: what its description says. Bytes are those
//! of the database after an orderly end, and the peak of memory is that of the whole process, with the clients in it.
//! "of raw" of the hellos is their rate beside that of raw SQLite writing the same rows; of all others, their rows per
//! second beside the indexed rows per second of raw SQLite.
//!
//! # JSON lines
//!
//! The first line is `{"raw": {..}}`: `hellos_per_second`, `cpu_seconds_per_hello`, `rows_per_second` (indexed, in
//! transactions of 1,000), `commit_seconds` (of one row), `fsync_seconds` (of 4 KiB overwritten) and `durability`.
//! One line for each workload follows. Its keys stay as they are; what was not measured is `null`:
//!
//! | key | holds |
//! |---|---|
//! | `workload`, `units`, `runs` | the name, how many units one run has, how many runs there were |
//! | `seconds`, `seconds_of_runs` | the median of the timed part, and each of them |
//! | `units_per_second` | by the median |
//! | `p50_seconds`, `p99_seconds` | percentiles of the latency of a unit |
//! | `cpu_seconds_per_unit` | user and system time |
//! | `commits_per_unit`, `rows_per_unit` | rows are inserts, updates and deletions |
//! | `syncs_per_unit` | how often the disk was waited for beside commits; 0 if each commit does that |
//! | `bytes_per_unit` | of the database |
//! | `peak_bytes` | of memory |
//! | `raw_ratio` | see above |
//! | `figures` | what only this workload has, by name |
//! | `goals` | for each: `figure`, `relation` (`<=` or `>=`), `limit`, `value`, `met` |

pub mod counting;
pub mod curves;
mod goal;
mod in_flight;
mod process;
mod raw;
mod report;
mod resources;
mod settings;
mod summary;
mod trial;
mod workloads;

use std::{ffi::OsString, process::ExitCode};

use durable::Result;

use self::{
    process::{Child, Role, Task},
    raw::Raw,
    settings::{Request, Settings},
    summary::Summary,
    trial::{Measured, Trial},
};

/// Runs the program with those arguments: measures and reports, or is one of the processes that measure.
///
/// # Errors
///
/// An argument is not known, or a workload fails.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<()> {
    match settings::parse(arguments)? {
        Request::Help => report::say(&settings::help()),
        Request::Child(task) => be_child(Task::from_json(&task)?)?,
        Request::Measure(settings) => measure(&settings)?,
    }
    Ok(())
}

/// Says what has failed, if it has: the end of a program.
pub fn exit_code(done: Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::progress(&format!("error {error}"));
            ExitCode::FAILURE
        }
    }
}

fn measure(settings: &Settings) -> Result<()> {
    let workloads = settings.chosen()?;
    let (mut raw, mut measured) = (Vec::<Raw>::new(), vec![Vec::<Measured>::new(); workloads.len()]);
    for run in 1..=settings.runs {
        report::progress(&format!("run {run} of {}: raw SQLite", settings.runs));
        raw.push(in_child(Role::Raw, 1, settings)?);
        for (workload, runs) in workloads.iter().zip(&mut measured) {
            report::progress(&format!("run {run} of {}: {}", settings.runs, workload.name));
            runs.push(in_child(Role::Workload(workload.name.to_owned()), settings.units(workload), settings)?);
        }
    }
    let summaries: Vec<_> = workloads
        .iter()
        .zip(&measured)
        .map(|(workload, runs)| Summary::new(workload, settings.units(workload), runs, &raw))
        .collect();
    let raw = Raw::median(&raw);
    report::table(&raw, &summaries);
    report::json(&raw, settings.durability, &summaries, settings.json.as_deref())
}

fn in_child<T: serde::de::DeserializeOwned>(role: Role, units: u64, settings: &Settings) -> Result<T> {
    let directory = tempfile::tempdir()?;
    let task = Task { role, units, durability: settings.durability, directory: directory.path().to_owned() };
    Child::spawn(&task)?.answer()
}

fn be_child(task: Task) -> Result<()> {
    let Task { role, units, durability, directory } = task;
    let trial = Trial::new(units, durability, directory);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match role {
        Role::Raw => {
            let template = runtime.block_on(raw::Template::of_a_hello(&trial))?;
            process::answer(&raw::measure(&trial, template)?)
        }
        Role::Workload(name) => {
            let workload = workloads::find(&name)?;
            let measured = runtime.block_on((workload.run)(trial.clone()))?;
            process::answer(&measured.with_resources(&trial))
        }
        Role::Sleepers => process::answer(&runtime.block_on(workloads::dormant::put_to_sleep(trial))?),
        Role::Victim => runtime.block_on(workloads::recovery::wait_for_death(&trial)),
        Role::Point(spot) => {
            let measured = runtime.block_on(spot.measure(trial.clone()))?;
            process::answer(&measured.with_resources(&trial))
        }
        Role::Filler(bytes) => process::answer(&runtime.block_on(curves::database::fill(trial, bytes))?),
    }
}
