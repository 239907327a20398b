//! The query of a request: names without regard to case, values decoded, each read as what it stands for.

use std::{fmt::Display, str::FromStr, time::Duration};

use percent_encoding::percent_decode_str;

use super::refusal::Refusal;
use crate::model::Timestamp;

/// The longest that a request may ask to wait.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// The parameters of a query, in their order.
#[derive(Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(query: Option<&str>) -> Self {
        let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name).to_lowercase(), decode(value))
        });
        Self(pairs.collect())
    }

    /// All values of a parameter; `name` is in lower case.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a parameter; an empty one counts as none.
    pub(super) fn text<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).find(|value| !value.is_empty())
    }

    /// All values of a parameter, those in one value separated by commas.
    pub(super) fn list<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.all(name).flat_map(|value| value.split(',')).map(str::trim).filter(|value| !value.is_empty())
    }

    /// `true` or `false`, whatever the case.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        let read = |text: &str| text.to_lowercase().parse();
        self.text(name).map(|text| read(text).map_err(|_| unfit(name, text, "`true` or `false`"))).transpose()
    }

    /// A whole number.
    pub(super) fn number<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, Refusal> {
        self.text(name).map(|text| text.parse().map_err(|_| unfit(name, text, "a whole number"))).transpose()
    }

    /// A number of seconds, also a broken one; more than an hour counts as an hour.
    pub(super) fn seconds(&self, name: &str) -> Result<Option<Duration>, Refusal> {
        let read = |text: &str| text.parse().ok().filter(|seconds| *seconds >= 0.0);
        let seconds = self
            .text(name)
            .map(|text| read(text).ok_or_else(|| unfit(name, text, "a number of seconds")))
            .transpose()?;
        Ok(seconds.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT)))
    }

    /// A point in time; without a zone it is in UTC, without a time of day it is midnight.
    pub(super) fn time(&self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let spellings = [text.to_owned(), format!("{text}Z"), format!("{text}T00:00:00Z")];
        let time = spellings.iter().filter(|text| !text.contains("us")).find_map(|text| text.parse().ok());
        time.map(Some).ok_or_else(|| unfit(name, text, "a point in time such as 2026-11-21T12:00:00Z"))
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn unfit(name: &str, text: &str, expected: &str) -> Refusal {
    let text: String = text.chars().take(60).collect();
    Refusal::bad_request(format!("the parameter `{name}` is `{text}`: expected {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ignore_case_and_values_are_decoded() {
        let query = Query::parse(Some("ShowInput=FALSE&reason=a+b%2Bc%20d&&x&runtimestatus=A,B&runtimeStatus=C"));
        assert_eq!(query.flag("showinput").unwrap(), Some(false));
        assert_eq!(query.text("reason"), Some("a b+c d"));
        assert_eq!(query.text("x"), None);
        assert_eq!(query.list("runtimestatus").collect::<Vec<_>>(), ["A", "B", "C"]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let query = Query::parse(Some("flag=maybe&number=1.5&seconds=-1&nan=NaN&time=yesterday&micros=5us"));
        assert!(query.flag("flag").is_err());
        assert!(query.number::<usize>("number").is_err());
        assert!(query.seconds("seconds").is_err() && query.seconds("nan").is_err());
        assert!(query.time("time").is_err() && query.time("micros").is_err());
        assert_eq!(query.time("none").unwrap(), None);
    }

    #[test]
    fn times_are_read_with_and_without_zone_and_time_of_day() {
        let query = Query::parse(Some("a=2026-11-21T00:00:00Z&b=2026-11-21T00:00:00&c=2026-11-21&d=9e99"));
        for name in ["a", "b", "c"] {
            assert_eq!(query.time(name).unwrap().unwrap().to_string(), "2026-11-21T00:00:00Z");
        }
        assert_eq!(query.seconds("d").unwrap(), Some(LONGEST_WAIT));
    }
}
