//! Which instances and entities are meant.

use std::time::Duration;

use clap::{Args, builder::PossibleValuesParser};

use super::{request::Request, times};
use crate::model::{Status, Timestamp};

/// Which instances are meant; all that is given has to fit.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Which instances")]
pub(super) struct Filters {
    /// In that state; several are alternatives
    #[arg(long, value_name = "STATUS", ignore_case = true, value_delimiter = ',', value_parser = statuses())]
    pub(super) status: Vec<String>,
    /// Of that orchestrator; several are alternatives
    #[arg(long, value_name = "NAME")]
    pub(super) name: Vec<String>,
    /// With an id that begins so
    #[arg(long, value_name = "PREFIX")]
    pub(super) id_prefix: Option<String>,
    /// With that label; several have to be there together
    #[arg(long, value_name = "NAME=VALUE", value_parser = label)]
    pub(super) tag: Vec<String>,
    /// Of that version
    #[arg(long, value_name = "VERSION")]
    pub(super) version: Option<String>,
    /// Started by that instance or entity
    #[arg(long, value_name = "ID")]
    pub(super) parent: Option<String>,
    /// Failed with an error of that type
    #[arg(long, value_name = "TYPE")]
    pub(super) error_type: Option<String>,
    /// Only parked ones, or only those that are not
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(super) parked: Option<bool>,
    /// Created within that time, such as 1h or 7d
    #[arg(long, value_name = "TIME", value_parser = times::duration, conflicts_with = "from")]
    pub(super) since: Option<Duration>,
    /// Created longer ago than that
    #[arg(long, value_name = "TIME", value_parser = times::duration, conflicts_with = "to")]
    pub(super) older_than: Option<Duration>,
    /// Created at that time or later, such as 2026-11-21T12:00:00Z
    #[arg(long, value_name = "WHEN")]
    pub(super) from: Option<String>,
    /// Created at that time or earlier
    #[arg(long, value_name = "WHEN")]
    pub(super) to: Option<String>,
}

impl Filters {
    /// The request with the filters as parameters.
    pub(super) fn apply(&self, mut request: Request, now: Timestamp) -> Request {
        for status in &self.status {
            let known = Status::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(status));
            request = request.query("runtimeStatus", known.map_or(status.as_str(), |known| known.as_str()));
        }
        for name in &self.name {
            request = request.query("name", name);
        }
        for tag in &self.tag {
            request = request.query("tag", tag);
        }
        let from = self.since.map(|since| (now - since).to_string()).or_else(|| self.from.clone());
        let to = self.older_than.map(|age| (now - age).to_string()).or_else(|| self.to.clone());
        request
            .query_some("instanceIdPrefix", self.id_prefix.as_deref())
            .query_some("version", self.version.as_deref())
            .query_some("parent", self.parent.as_deref())
            .query_some("errorType", self.error_type.as_deref())
            .query_some("parked", self.parked.map(|parked| if parked { "true" } else { "false" }))
            .query_some("createdTimeFrom", from.as_deref())
            .query_some("createdTimeTo", to.as_deref())
    }

    /// Whether only what has failed is meant.
    pub(super) fn is_failed(&self) -> bool {
        let is_failed = |status: &String| status.eq_ignore_ascii_case(Status::Failed.as_str());
        !self.status.is_empty() && self.status.iter().all(is_failed)
    }

    /// Whether nothing is asked for, which means all.
    pub(super) fn is_empty(&self) -> bool {
        let Self { status, name, id_prefix, tag, version, parent, error_type, parked, since, older_than, from, to } =
            self;
        let texts = [id_prefix, version, parent, error_type, from, to];
        status.is_empty()
            && name.is_empty()
            && tag.is_empty()
            && texts.iter().all(|text| text.is_none())
            && parked.is_none()
            && since.is_none()
            && older_than.is_none()
    }
}

/// Which entities are meant.
#[derive(Debug, Args)]
pub(super) struct EntityFilters {
    /// Of that name
    pub(super) name: Option<String>,
    /// With a key that begins so
    #[arg(long, value_name = "PREFIX")]
    pub(super) key_prefix: Option<String>,
    /// Only those that a critical section holds, or only those that none holds
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(super) locked: Option<bool>,
    /// Only parked ones, or only those that are not
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(super) parked: Option<bool>,
    /// At most that many; 0 for all
    #[arg(long, default_value_t = 50)]
    pub(super) limit: usize,
}

/// A label as it is given: `name=value`.
pub(super) fn label(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((name, _)) if !name.is_empty() => Ok(text.to_owned()),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

fn statuses() -> PossibleValuesParser {
    PossibleValuesParser::new(Status::ALL.map(Status::as_str))
}
