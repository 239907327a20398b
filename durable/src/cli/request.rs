//! What the API is asked, and what it answers; the same for both doors.

use axum::http::{Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::failed::{Code, Failed};

/// What is not written as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What to do when somebody else answers.
const ADVICE: &str = "check the address: another program may be there, or the API below another path, which --url names \
                      in full";

/// A request to the API, below its base path.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    /// With the query.
    pub(super) path: String,
    /// JSON.
    pub(super) body: Option<String>,
    pub(super) continuation: Option<String>,
}

impl Request {
    /// A request for a path of these segments.
    pub(super) fn new<'a>(method: Method, segments: impl IntoIterator<Item = &'a str>) -> Self {
        let segments = segments.into_iter().map(|segment| format!("/{}", utf8_percent_encode(segment, SEGMENT)));
        Self { method, path: segments.collect(), body: None, continuation: None }
    }

    pub(super) fn get<'a>(segments: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(Method::GET, segments)
    }

    pub(super) fn post<'a>(segments: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(Method::POST, segments)
    }

    pub(super) fn delete<'a>(segments: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(Method::DELETE, segments)
    }

    pub(super) fn query(mut self, name: &str, value: &str) -> Self {
        let mark = if self.path.contains('?') { '&' } else { '?' };
        self.path.push(mark);
        self.path.push_str(name);
        self.path.push('=');
        self.path.extend(utf8_percent_encode(value, SEGMENT));
        self
    }

    pub(super) fn query_some(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    pub(super) fn json(self, body: Option<String>) -> Self {
        Self { body, ..self }
    }
}

/// What the API answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) continuation: Option<String>,
    pub(super) body: String,
}

/// The body of an answer that says what went wrong.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Refused {
    message: String,
    exception_type: String,
}

impl Answer {
    /// The answer itself, unless it says that something went wrong.
    pub(super) fn accepted(self) -> Result<Self, Failed> {
        let refused = serde_json::from_str::<Refused>(&self.body).ok();
        // A failed instance can be answered with this status as well, and is no error of the request.
        if self.status.is_success() || (self.status == StatusCode::INTERNAL_SERVER_ERROR && refused.is_none()) {
            return Ok(self);
        }
        let Some(Refused { message, exception_type }) = refused else {
            let message = format!("the answer has status {}, and is not one of the API of `durable`", self.status);
            return Err(Failed::new(Code::Error, message).advise(ADVICE));
        };
        let code = match (self.status, exception_type.as_str()) {
            (StatusCode::NOT_FOUND, _) | (_, "NotFound") => Code::NotFound,
            (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::MISDIRECTED_REQUEST, _) => Code::NotAllowed,
            (StatusCode::CONFLICT | StatusCode::GONE | StatusCode::PRECONDITION_FAILED, _)
            | (_, "InvalidState" | "AlreadyExists") => Code::WrongState,
            (StatusCode::BAD_REQUEST, "InvalidArgument") => Code::Usage,
            (StatusCode::GATEWAY_TIMEOUT, _) | (_, "TimedOut") => Code::TimedOut,
            _ => Code::Error,
        };
        let failed = Failed::new(code, message);
        Err(if self.status == StatusCode::UNAUTHORIZED {
            failed.advise("set the environment variable DURABLE_KEY to a key of the API")
        } else {
            failed
        })
    }

    /// The body as JSON.
    pub(super) fn value(&self) -> Result<Value, Failed> {
        serde_json::from_str(&self.body).map_err(|error| unreadable(&error))
    }

    /// The body as what it is expected to be.
    pub(super) fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, Failed> {
        serde_json::from_str(&self.body).map_err(|error| unreadable(&error))
    }

    /// The items of a body that is a list, as they were written.
    pub(super) fn items(&self) -> Result<Vec<Box<RawValue>>, Failed> {
        serde_json::from_str(&self.body).map_err(|error| unreadable(&error))
    }
}

fn unreadable(error: &serde_json::Error) -> Failed {
    Failed::new(Code::Error, format!("the answer is not one of the API of `durable`: {error}")).advise(ADVICE)
}
