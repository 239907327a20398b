//! What to run, as the arguments say.

use std::{ffi::OsString, fmt::Write as _, path::PathBuf};

use durable::{Error, Result};
use lexopt::{Arg, Parser, ValueExt};

use super::{
    report::shown_count,
    trial::Durability,
    workloads::{self, Workload},
};

/// What is asked of the program.
#[derive(Debug, PartialEq)]
pub(super) enum Request {
    /// To explain itself.
    Help,
    /// To measure.
    Measure(Settings),
    /// To be one of the processes that measure; the task as JSON.
    Child(String),
}

/// What is measured, and how.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settings {
    /// Only the workload of that name, or those whose name begins so.
    only: Option<String>,
    /// How much more, or less, than usual.
    size: f64,
    /// How often; the medians are shown.
    pub(super) runs: usize,
    /// What a commit survives.
    pub(super) durability: Durability,
    /// The file for the JSON lines, instead of the standard output.
    pub(super) json: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { only: None, size: 1.0, runs: 3, durability: Durability::Full, json: None }
    }
}

impl Settings {
    /// The workloads to run.
    ///
    /// # Errors
    ///
    /// No name begins so.
    pub(super) fn chosen(&self) -> Result<Vec<&'static Workload>> {
        let prefix = self.only.as_deref().unwrap_or("");
        if let Some(exactly) = workloads::all().find(|workload| workload.name == prefix) {
            return Ok(vec![exactly]);
        }
        let chosen: Vec<_> = workloads::all().filter(|workload| workload.name.starts_with(prefix)).collect();
        if chosen.is_empty() {
            let names: Vec<_> = workloads::all().map(|workload| workload.name).collect();
            return Err(Error::new(format!("no workload begins with `{prefix}`; there are: {}", names.join(", "))));
        }
        Ok(chosen)
    }

    /// How many units of that workload to run.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes are small positive numbers")]
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(super) fn units(&self, workload: &Workload) -> u64 {
        (workload.units as f64 * self.size).round().max(1.0) as u64
    }
}

/// Reads the arguments.
///
/// # Errors
///
/// One is not known, or its value does not fit.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request> {
    let mut parser = Parser::from_args(arguments);
    let mut settings = Settings::default();
    while let Some(argument) = parser.next().map_err(refused)? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Request::Help),
            Arg::Long("only") => settings.only = Some(parser.value().and_then(ValueExt::string).map_err(refused)?),
            Arg::Long("size") => settings.size = parser.value().and_then(|value| value.parse()).map_err(refused)?,
            Arg::Long("runs") => settings.runs = parser.value().and_then(|value| value.parse()).map_err(refused)?,
            Arg::Long("json") => settings.json = Some(parser.value().map_err(refused)?.into()),
            Arg::Long("durability") => {
                let value = parser.value().and_then(|value| value.parse()).map_err(refused)?;
                settings.durability = value;
            }
            Arg::Value(value) if value == "child" => {
                return Ok(Request::Child(parser.value().and_then(ValueExt::string).map_err(refused)?));
            }
            Arg::Short(_) | Arg::Long(_) | Arg::Value(_) => return Err(refused(argument.unexpected())),
        }
    }
    if settings.runs == 0 || !settings.size.is_finite() || settings.size <= 0.0 {
        return Err(Error::new("`--runs` and `--size` take numbers above zero"));
    }
    Ok(Request::Measure(settings))
}

/// The error for arguments that are not understood.
#[expect(clippy::needless_pass_by_value, reason = "it is the argument of `map_err`")]
pub(super) fn refused(error: lexopt::Error) -> Error {
    Error::new(format!("{error}; `--help` explains the arguments"))
}

/// What `--help` prints.
pub(super) fn help() -> String {
    let mut text = "\
Measures the speed of durable workloads, each run in a process of its own, beside raw SQLite on the same disk.

cargo run --release -p durable-tests --bin bench -- [ARGUMENTS]

  --only NAME         only that workload, or those whose name begins so
  --size FACTOR       how many units, beside the usual number (1)
  --runs N            how often; medians are shown (3)
  --durability LEVEL  what waits for the disk: `full`: answers (usual); `strict`: all; `relaxed`: nothing
  --json FILE         writes the JSON lines to that file, not to the standard output
  --help              this text

Workloads with their usual numbers of units, and what is to be reached:
"
    .to_owned();
    for Workload { name, units, about, goals, .. } in workloads::all() {
        // Writing to a string cannot fail.
        let _ok = write!(text, "\n  {name} ({}): {about}\n", shown_count(*units));
        for goal in *goals {
            let _ok = writeln!(text, "      {goal}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Request> {
        parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn what_is_not_given_is_as_usual() {
        assert_eq!(parsed(&[]).unwrap(), Request::Measure(Settings::default()));
    }

    #[test]
    fn all_arguments_are_taken_in_any_order() {
        let request =
            parsed(&["--runs", "5", "--durability=relaxed", "--only", "hello a", "--size", "0.5", "--json=x"]);
        let expected = Settings {
            only: Some("hello a".to_owned()),
            size: 0.5,
            runs: 5,
            durability: Durability::Relaxed,
            json: Some("x".into()),
        };
        assert_eq!(request.unwrap(), Request::Measure(expected));
    }

    #[test]
    fn an_argument_that_does_not_fit_is_named() {
        for (arguments, named) in [
            (&["--sizes", "2"][..], "--sizes"),
            (&["--size"], "--size"),
            (&["--size", "big"], "big"),
            (&["--durability", "none"], "none"),
            (&["--runs", "0"], "--runs"),
            (&["--size", "-1"], "--size"),
            (&["fast"], "fast"),
        ] {
            let message = parsed(arguments).unwrap_err().to_string();
            assert!(message.contains(named), "{arguments:?}: {message}");
        }
    }

    #[test]
    fn a_name_that_no_workload_has_is_answered_with_all_names() {
        let settings = Settings { only: Some("hullo".to_owned()), ..Settings::default() };
        let message = settings.chosen().unwrap_err().to_string();
        assert!(message.contains("hello alone") && message.contains("recovery"), "{message}");
    }

    #[test]
    fn a_size_changes_the_number_of_units_and_leaves_at_least_one() {
        let workload = workloads::find("hello alone").unwrap();
        let units = |size| Settings { size, ..Settings::default() }.units(workload);
        assert_eq!((units(1.0), units(2.5), units(0.000_1)), (1_000, 2_500, 1));
    }

    #[test]
    fn the_help_names_every_workload() {
        let help = help();
        assert!(workloads::all().all(|workload| help.contains(workload.name)));
    }
}
