//! Measures how the cost of a unit changes as there is more: instances, history, width, payload, data.
//!
//! `cargo run --release -p durable-tests --bin curves -- --help` lists the curves. It measures as [`bench`](super) does:
//! everything real, on a new SQLite file, each run in a process of its own. What is shown are medians of five runs, or
//! the one run if it takes long; the points of a curve take turns. Processor time is that of the whole process, with the clients in it; it says more than
//! the time on the wall, which other processes of the machine disturb.
//!
//! The database of the last curve was filled just before, so that much of it is in the memory of the operating system.
//!
//! # JSON
//!
//! `{"curves": [..]}`, each with `name` and `points`; of a point: `at` is how much there is, `units` and `runs` are how
//! many there were, and `figures` has medians by name:
//!
//! | figure | holds |
//! |---|---|
//! | `cpu_seconds` | user and system time for each unit |
//! | `wall_seconds` | time for each unit |
//! | `disk_bytes` | the database in the end, for each unit (not `database`) |
//! | `peak_bytes` | the most memory of the process |
//! | `payload_bytes_per_second` | payloads written to the history (payload) |
//! | `opened_seconds` | how long a runtime takes to start (database) |
//! | `wake_seconds`, `read_seconds` | medians: to wake an instance that sleeps; to read the history of one (database) |

mod axis;
mod curve;
pub(super) mod database;
mod figures;
mod payload;
mod plot;
mod runs;
mod settings;

use std::ffi::OsString;

use durable::Result;

pub(super) use self::curve::Spot;
use self::{
    figures::{Figures, Line},
    settings::{Request, Settings},
};
use super::{process::Task, report};

/// Runs the program with those arguments: measures, draws, or is one of the processes that measure.
///
/// # Errors
///
/// An argument is not known, a file can't be read or written, or what is measured fails.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<()> {
    match settings::parse(arguments)? {
        Request::Help => report::say(&settings::help()),
        Request::Child(task) => super::be_child(Task::from_json(&task)?)?,
        Request::Measure(settings) => {
            let figures = measure(&settings)?;
            report::say(&figures.table());
            if let Some(file) = &settings.json {
                figures.write(file)?;
            }
            if let Some(file) = &settings.svg {
                std::fs::write(file, plot::svg(&figures)?)?;
            }
        }
        Request::Plot { json, svg } => {
            let drawn = plot::svg(&Figures::read(&json)?)?;
            match svg {
                Some(file) => std::fs::write(file, drawn)?,
                None => report::say(&drawn),
            }
        }
    }
    Ok(())
}

fn measure(settings: &Settings) -> Result<Figures> {
    let chosen = settings.chosen()?.into_iter();
    let curves = chosen.map(|curve| {
        let points = runs::measure(curve, settings.scale(curve))?;
        Ok(Line { name: curve.name.to_owned(), points })
    });
    Ok(Figures { curves: curves.collect::<Result<_>>()? })
}
