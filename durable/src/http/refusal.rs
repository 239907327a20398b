//! Why a request is not done, and the answer that says so.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::json;
use crate::model::{Error, FailureKind, InvalidId};

/// Why a request is not done.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    kind: String,
    message: String,
}

/// The body of the answer, as ASP.NET writes errors.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    message: &'a str,
    exception_message: &'a str,
    exception_type: &'a str,
    stack_trace: Option<&'a str>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, kind: FailureKind, message: impl Into<String>) -> Self {
        Self { status, kind: format!("{kind:?}"), message: message.into() }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, FailureKind::InvalidArgument, message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, FailureKind::NotFound, message)
    }

    /// Who asks is not known, or may not do that.
    pub(super) fn denied(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, kind: "Denied".to_owned(), message: message.into() }
    }

    /// More requests are at work than is allowed.
    pub(super) fn busy() -> Self {
        let message = "too many requests are at work; try again later";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, FailureKind::Unavailable, message)
    }

    /// The same with another status.
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let status = match error.kind() {
            FailureKind::InvalidArgument | FailureKind::InvalidPayload | FailureKind::NotRegistered => {
                StatusCode::BAD_REQUEST
            }
            FailureKind::NotFound => StatusCode::NOT_FOUND,
            FailureKind::AlreadyExists => StatusCode::CONFLICT,
            FailureKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            FailureKind::Application
            | FailureKind::Panicked
            | FailureKind::TimedOut
            | FailureKind::Canceled
            | FailureKind::Terminated
            | FailureKind::Poisoned
            | FailureKind::InvalidState
            | FailureKind::Store => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, error.kind(), error.to_string())
    }
}

impl From<InvalidId> for Refusal {
    fn from(error: InvalidId) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { status, kind, message } = self;
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            // Without the message: it may show what callers have sent.
            tracing::warn!(kind, "an HTTP request failed");
        }
        let body = Body { message: &message, exception_message: &message, exception_type: &kind, stack_trace: None };
        let mut response = json(status, &body);
        let headers = response.headers_mut();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
