//! What is to be reached, and whether it is.

use std::fmt;

use serde::Serialize;

use super::report::{shown, shown_count};

/// What one figure of a workload is to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Goal {
    figure: &'static str,
    bound: Bound,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Bound {
    Least(f64),
    Most(f64),
    /// At most so much for so many units, and less for fewer.
    MostFor(f64, u64),
    /// At most so many times an fsync, and so much more.
    MostFsyncs(f64, f64),
}

impl Goal {
    /// The figure is that or more.
    pub(super) const fn at_least(figure: &'static str, limit: f64) -> Self {
        Self { figure, bound: Bound::Least(limit) }
    }

    /// The figure is that or less.
    pub(super) const fn at_most(figure: &'static str, limit: f64) -> Self {
        Self { figure, bound: Bound::Most(limit) }
    }

    /// The figure is that or less for so many units, and changes with their number.
    pub(super) const fn at_most_for(figure: &'static str, limit: f64, units: u64) -> Self {
        Self { figure, bound: Bound::MostFor(limit, units) }
    }

    /// The figure is no more than so many fsyncs and so many seconds.
    pub(super) const fn at_most_fsyncs(figure: &'static str, fsyncs: f64, seconds: f64) -> Self {
        Self { figure, bound: Bound::MostFsyncs(fsyncs, seconds) }
    }

    /// Whether the goal is reached with that value of its figure.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(super) fn judge(&self, value: impl FnOnce(&str) -> Option<f64>, units: u64, fsync_seconds: f64) -> Verdict {
        let (relation, limit) = match self.bound {
            Bound::Least(limit) => (Relation::AtLeast, limit),
            Bound::Most(limit) => (Relation::AtMost, limit),
            Bound::MostFor(limit, usual) => (Relation::AtMost, limit * units as f64 / usual as f64),
            Bound::MostFsyncs(fsyncs, seconds) => (Relation::AtMost, fsyncs * fsync_seconds + seconds),
        };
        let value = value(self.figure);
        let met = value.map(|value| match relation {
            Relation::AtLeast => value >= limit,
            Relation::AtMost => value <= limit,
        });
        Verdict { figure: self.figure, relation, limit, value, met }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { figure, bound } = self;
        match bound {
            Bound::Least(limit) => write!(f, "{figure} >= {}", shown(figure, *limit)),
            Bound::Most(limit) => write!(f, "{figure} <= {}", shown(figure, *limit)),
            Bound::MostFor(limit, units) => {
                write!(f, "{figure} <= {} for {} units", shown(figure, *limit), shown_count(*units))
            }
            Bound::MostFsyncs(fsyncs, seconds) => {
                write!(f, "{figure} <= {fsyncs} fsyncs and {}", shown(figure, *seconds))
            }
        }
    }
}

/// On which side of its limit a figure is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) enum Relation {
    /// It is to be the limit or more.
    #[serde(rename = ">=")]
    AtLeast,
    /// It is to be the limit or less.
    #[serde(rename = "<=")]
    AtMost,
}

/// A goal beside what was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Verdict {
    figure: &'static str,
    relation: Relation,
    limit: f64,
    value: Option<f64>,
    met: Option<bool>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { figure, relation, limit, value, met } = self;
        let relation = match relation {
            Relation::AtLeast => ">=",
            Relation::AtMost => "<=",
        };
        let met = match met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "not measured",
        };
        let value = value.map_or_else(|| "-".to_owned(), |value| shown(figure, value));
        write!(f, "{figure} {value}, goal {relation} {}: {met}", shown(figure, *limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(goal: Goal, value: f64, units: u64, fsync_seconds: f64) -> Option<bool> {
        goal.judge(|_| Some(value), units, fsync_seconds).met
    }

    #[test]
    fn a_figure_on_its_limit_meets_the_goal() {
        assert_eq!(met(Goal::at_least("units_per_second", 10.0), 10.0, 1, 0.0), Some(true));
        assert_eq!(met(Goal::at_least("units_per_second", 10.0), 9.9, 1, 0.0), Some(false));
        assert_eq!(met(Goal::at_most("seconds", 10.0), 10.0, 1, 0.0), Some(true));
        assert_eq!(met(Goal::at_most("seconds", 10.0), 10.1, 1, 0.0), Some(false));
    }

    #[test]
    fn a_limit_for_a_number_of_units_grows_with_them() {
        let goal = Goal::at_most_for("seconds", 15.0, 1_000_000);
        assert_eq!(met(goal, 1.5, 100_000, 0.0), Some(true));
        assert_eq!(met(goal, 1.6, 100_000, 0.0), Some(false));
        assert_eq!(met(goal, 29.0, 2_000_000, 0.0), Some(true));
    }

    #[test]
    fn a_limit_in_fsyncs_follows_the_disk() {
        let goal = Goal::at_most_fsyncs("p50_seconds", 2.0, 0.000_1);
        assert_eq!(met(goal, 0.000_3, 1, 0.000_1), Some(true));
        assert_eq!(met(goal, 0.000_31, 1, 0.000_1), Some(false));
        assert_eq!(met(goal, 0.002, 1, 0.001), Some(true));
    }

    #[test]
    fn what_was_not_measured_is_neither_met_nor_missed() {
        let verdict = Goal::at_least("raw_ratio", 0.3).judge(|_| None, 1, 0.0);
        assert_eq!(verdict.met, None);
        assert_eq!(verdict.to_string(), "raw_ratio -, goal >= 0.30: not measured");
    }
}
