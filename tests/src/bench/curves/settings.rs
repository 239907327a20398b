//! What to measure or to draw, as the arguments say.

use std::{ffi::OsString, fmt::Write as _, path::PathBuf};

use durable::{Error, Result};
use lexopt::{Arg, Parser, ValueExt};

use super::curve::{self, CURVES, Curve};
use crate::bench::settings::refused;

/// What is asked of the program.
#[derive(Debug, PartialEq)]
pub(super) enum Request {
    /// To explain itself.
    Help,
    /// To measure.
    Measure(Settings),
    /// To draw what was measured before.
    Plot {
        /// The file with the figures.
        json: PathBuf,
        /// The file for the picture, instead of the standard output.
        svg: Option<PathBuf>,
    },
    /// To be one of the processes that measure; the task as JSON.
    Child(String),
}

/// What is measured, and where it goes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Settings {
    /// Only the curve of that name.
    only: Option<String>,
    /// Which part of a scale.
    extent: Extent,
    /// The file for the picture.
    pub(super) svg: Option<PathBuf>,
    /// The file for the figures.
    pub(super) json: Option<PathBuf>,
}

/// Which part of a scale.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Extent {
    /// All of it.
    #[default]
    Whole,
    /// What takes little time.
    Quick,
}

impl Settings {
    /// The curves to measure.
    ///
    /// # Errors
    ///
    /// None has that name.
    pub(super) fn chosen(&self) -> Result<Vec<&'static Curve>> {
        match &self.only {
            Some(name) => Ok(vec![curve::find(name)?]),
            None => Ok(CURVES.iter().collect()),
        }
    }

    /// The values to measure a curve at.
    pub(super) fn scale(&self, curve: &Curve) -> &'static [u64] {
        match self.extent {
            Extent::Whole => curve.scale,
            Extent::Quick => curve.scale.get(..curve.quick).unwrap_or(curve.scale),
        }
    }
}

/// Reads the arguments.
///
/// # Errors
///
/// One is not known, has no value, or does not go with another.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request> {
    let mut parser = Parser::from_args(arguments);
    let (mut settings, mut plot) = (Settings::default(), None);
    while let Some(argument) = parser.next().map_err(refused)? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Request::Help),
            Arg::Long("quick") => settings.extent = Extent::Quick,
            Arg::Long("only") => settings.only = Some(parser.value().and_then(ValueExt::string).map_err(refused)?),
            Arg::Long("svg") => settings.svg = Some(parser.value().map_err(refused)?.into()),
            Arg::Long("json") => settings.json = Some(parser.value().map_err(refused)?.into()),
            Arg::Long("plot") => plot = Some(parser.value().map_err(refused)?.into()),
            Arg::Value(value) if value == "child" => {
                return Ok(Request::Child(parser.value().and_then(ValueExt::string).map_err(refused)?));
            }
            Arg::Short(_) | Arg::Long(_) | Arg::Value(_) => return Err(refused(argument.unexpected())),
        }
    }
    let Some(json) = plot else {
        // Before anything is measured in vain.
        settings.chosen()?;
        return Ok(Request::Measure(settings));
    };
    let Settings { only: None, extent: Extent::Whole, svg, json: None } = settings else {
        return Err(Error::new("`--plot` measures nothing: beside it only `--svg` makes sense"));
    };
    Ok(Request::Plot { json, svg })
}

/// What `--help` prints.
pub(super) fn help() -> String {
    let mut text = "\
Measures how the cost of a unit changes as there is more of something, and draws it.

cargo run --release -p durable-tests --bin curves -- [ARGUMENTS]

  --quick        leaves out what takes longest
  --only CURVE   only that one
  --svg FILE     draws it
  --json FILE    writes the figures
  --plot FILE    measures nothing: draws figures that `--json` has written, to `--svg` or the standard output
  --help         this text

Curves, and what grows:
"
    .to_owned();
    for curve in CURVES {
        let scale: Vec<_> = curve.scale.iter().map(|at| curve.quantity.shown(*at)).collect();
        // Writing to a string cannot fail.
        let _ok = write!(text, "\n  {} ({}): {}\n", curve.name, scale.join(", "), curve.about);
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
    fn what_is_not_given_is_measured_in_whole() {
        let Request::Measure(settings) = parsed(&[]).unwrap() else { panic!("not measured") };
        let points = |settings: &Settings| -> usize {
            settings.chosen().unwrap().into_iter().map(|curve| settings.scale(curve).len()).sum()
        };
        let quick = Settings { extent: Extent::Quick, ..Settings::default() };
        assert_eq!(points(&settings), CURVES.iter().map(|curve| curve.scale.len()).sum::<usize>());
        assert!(points(&quick) < points(&settings));
    }

    #[test]
    fn all_arguments_are_taken_in_any_order() {
        let settings = Settings {
            only: Some("payload".to_owned()),
            extent: Extent::Quick,
            svg: Some("a.svg".into()),
            json: Some("b.json".into()),
        };
        let request = parsed(&["--svg", "a.svg", "--only=payload", "--quick", "--json", "b.json"]);
        assert_eq!(request.unwrap(), Request::Measure(settings));
        let plot = Request::Plot { json: "b.json".into(), svg: Some("a.svg".into()) };
        assert_eq!(parsed(&["--svg=a.svg", "--plot", "b.json"]).unwrap(), plot);
    }

    #[test]
    fn arguments_that_do_not_fit_are_named() {
        for (arguments, named) in [
            (&["--fast"][..], "--fast"),
            (&["--json"], "--json"),
            (&["--only", "depth"], "depth"),
            (&["--quick=yes"], "--quick"),
            (&["--plot", "a.json", "--quick"], "--plot"),
            (&["--plot", "a.json", "--json", "b.json"], "--plot"),
            (&["measure"], "measure"),
        ] {
            let message = parsed(arguments).unwrap_err().to_string();
            assert!(message.contains(named), "{arguments:?}: {message}");
        }
    }

    #[test]
    fn the_help_names_every_curve() {
        let help = help();
        assert!(CURVES.iter().all(|curve| help.contains(&format!("  {} (", curve.name))));
    }
}
