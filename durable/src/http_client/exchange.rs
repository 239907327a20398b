//! One exchange with a service: the activity, its argument and its result.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    client::HttpClient,
    content::Content,
    headers::{RequestHeaders, without_content, without_credentials},
    response::HttpResponse,
};
use crate::{
    activity::{Activity, ActivityContext, StateType},
    model::{Error, FailureKind, Result, Timestamp},
};

/// How long to wait where a service does not say.
const USUAL_WAIT: Duration = Duration::from_secs(30);
/// The shortest and the longest wait that a service may ask for.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3_600);

/// The activity that sends requests.
#[derive(Debug)]
pub(crate) struct HttpActivity;

impl Activity for HttpActivity {
    const NAME: &'static str = "BuiltIn::HttpActivity";
    const BLOCKING: bool = false;
    const STATES: &'static [StateType] = &[StateType::of::<HttpClient>()];
    type Input = Exchange;
    type Output = Answer;
    type Error = Error;

    async fn run(ctx: ActivityContext, input: Exchange) -> Result<Answer> {
        let client = ctx.state::<HttpClient>();
        let answer = ctx.cancellation().run_until_cancelled(client.exchange(&input)).await;
        answer.unwrap_or_else(|| Err(Error::of_kind(FailureKind::Canceled, "nobody waits for the answer any more")))
    }
}

/// What is sent. Recorded, and so it names secrets without their values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Exchange {
    pub(super) method: String,
    pub(super) uri: String,
    #[serde(default, skip_serializing_if = "RequestHeaders::is_empty")]
    pub(super) headers: RequestHeaders,
    #[serde(default, skip_serializing_if = "Content::is_empty")]
    pub(super) content: Content,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) timeout: Option<Duration>,
    /// The statuses that are a failure; all of 400 and more if the list is empty; none if there is no list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) failures: Option<Vec<u16>>,
}

impl Exchange {
    pub(super) fn fails_with(&self, status: u16) -> bool {
        match self.failures.as_deref() {
            None => false,
            Some([]) => status >= 400,
            Some(listed) => listed.contains(&status),
        }
    }

    /// The next question whether what was accepted is done.
    pub(super) fn poll(self, poll: Poll) -> Self {
        let Self { headers, timeout, failures, .. } = self;
        let mut headers = if poll.same_origin { headers } else { without_credentials(&headers) };
        without_content(&mut headers);
        Self { method: "GET".to_owned(), uri: poll.uri, headers, content: Content::default(), timeout, failures }
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Answer {
    #[serde(flatten)]
    pub(super) response: HttpResponse,
    /// Where and when to ask again, if that is how the answer is to be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) poll: Option<Poll>,
}

/// Where and when to ask again. It is recorded, so that a replay does not have to read addresses and dates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Poll {
    /// Absolute.
    pub(super) uri: String,
    /// Whether it has the origin of the request, and so may see its credentials.
    pub(super) same_origin: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retry_after: Option<RetryAfter>,
}

/// What a header `retry-after` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum RetryAfter {
    Seconds(u64),
    Until(Timestamp),
}

impl RetryAfter {
    /// Reads seconds, or a date of HTTP.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Self::Seconds(seconds));
        }
        let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        Some(Self::Until(Timestamp::from_micros(date.as_microsecond())))
    }
}

impl Poll {
    /// When to ask again.
    pub(super) fn due(&self, now: Timestamp) -> Timestamp {
        let wait = match self.retry_after {
            None => USUAL_WAIT,
            Some(RetryAfter::Seconds(seconds)) => Duration::from_secs(seconds),
            Some(RetryAfter::Until(time)) => time - now,
        };
        now + wait.clamp(SHORTEST_WAIT, LONGEST_WAIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_wait(retry_after: &str, expected: u64) {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let poll = Poll { uri: String::new(), same_origin: true, retry_after: RetryAfter::parse(retry_after) };
        assert_eq!((poll.due(now) - now).as_secs(), expected, "{retry_after}");
    }

    #[test]
    fn a_wait_is_seconds_or_a_date_within_bounds() {
        check_wait("7", 7);
        check_wait(" 7 ", 7);
        check_wait("0", 1);
        check_wait("18446744073709551615", 24 * 3_600);
        check_wait("Sat, 21 Nov 2026 12:01:30 GMT", 90);
        check_wait("Sat, 21 Nov 2026 11:00:00 GMT", 1);
        check_wait("Sat, 21 Nov 2099 11:00:00 GMT", 24 * 3_600);
        check_wait("", 30);
        check_wait("-5", 30);
        check_wait("1.5", 30);
        check_wait("soon", 30);
    }

    /// Histories have these: they are read for ever.
    #[test]
    fn the_stored_form_stays() {
        #[track_caller]
        fn check<T: Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(json: &str) {
            let value: T = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
        }
        check::<Exchange>(r#"{"method":"GET","uri":"https://a.example/?b"}"#);
        check::<Exchange>(
            r#"{"method":"POST","uri":"https://a.example","headers":{"accept":"*/*","authorization":{"secret":"A"}},"content":"text","timeout":{"secs":10,"nanos":0},"failures":[429]}"#,
        );
        check::<Answer>(r#"{"statusCode":200,"headers":{"a":"1","b":["2","3"]},"content":{"base64":"/wA="}}"#);
        check::<Answer>(
            r#"{"statusCode":202,"headers":{},"content":"","poll":{"uri":"https://a.example/1","sameOrigin":true,"retryAfter":{"seconds":5}}}"#,
        );
        check::<Poll>(
            r#"{"uri":"https://b.example","sameOrigin":false,"retryAfter":{"until":"2026-11-21T12:00:00Z"}}"#,
        );
    }

    #[test]
    fn a_poll_of_another_origin_carries_no_credentials() {
        let json = r#"{"method":"POST","uri":"https://a.example","headers":{"accept":"x","content-type":"y",
            "x-own":{"secret":"A"},"authorization":{"secret":"B"}},"content":"z","failures":[500]}"#;
        let exchange: Exchange = serde_json::from_str(json).unwrap();
        let poll = |same_origin| Poll { uri: "https://b.example".to_owned(), same_origin, retry_after: None };
        let names = |exchange: Exchange| exchange.headers.into_keys().collect::<Vec<_>>();
        assert_eq!(names(exchange.clone().poll(poll(true))), ["accept", "authorization", "x-own"]);
        assert_eq!(names(exchange.poll(poll(false))), ["accept"]);
    }
}
