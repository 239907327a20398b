//! Failures as the history keeps them.

use std::{error::Error as StdError, fmt};

use serde::{Deserialize, Serialize};

use crate::model::payload::{self, Payload};

/// Who or what failed: the user's code by returning an error, or something around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum FailureKind {
    /// The code returned an error.
    Application,
    /// The code panicked.
    Panicked,
    /// The time given to it ran out.
    TimedOut,
    /// It was told to stop.
    Canceled,
    /// The orchestration was terminated from outside.
    Terminated,
    /// It ended the process each time that it was tried.
    Poisoned,
    /// A stored value does not have the shape that the code expects, or a value is too large to be stored.
    InvalidPayload,
    /// An instance with that id exists already.
    AlreadyExists,
    /// There is no such instance.
    NotFound,
    /// The instance is in a state in which that can't be done.
    InvalidState,
    /// Nothing is registered under that name.
    NotRegistered,
    /// An argument is not acceptable, for example an id with control characters.
    InvalidArgument,
    /// The store could not do it.
    Store,
    /// The runtime is shutting down, this client can only read, or a service that was called can't be reached.
    Unavailable,
}

/// An error that is stored and replayed: type name, message, chain of causes, and whether trying again makes sense.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// Who or what failed.
    pub kind: FailureKind,
    /// The name of the error type, without its path.
    #[serde(rename = "type", default, skip_serializing_if = "String::is_empty")]
    pub error_type: String,
    /// What the error says of itself.
    pub message: String,
    /// The messages of the errors that caused it, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// Where it panicked (`file:line:column`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Whether a retry policy may try again.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub retryable: bool,
    /// The error value itself, where its type can be stored.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "payload::present")]
    pub details: Option<Payload>,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
const fn is_yes(retryable: &bool) -> bool {
    *retryable
}

impl Failure {
    /// A failure with a message and nothing else.
    ///
    /// Retryable are errors of the application, panics and time-outs.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        let retryable = matches!(kind, FailureKind::Application | FailureKind::Panicked | FailureKind::TimedOut);
        Self {
            kind,
            error_type: String::new(),
            message: message.into(),
            causes: Vec::new(),
            location: None,
            retryable,
            details: None,
        }
    }

    /// The failure that an error of the user's code becomes; its chain of sources is kept as text.
    pub fn of<E: StdError + ?Sized>(error: &E) -> Self {
        let mut failure = Self::new(FailureKind::Application, error.to_string());
        short_type_name(std::any::type_name::<E>()).clone_into(&mut failure.error_type);
        let mut source = error.source();
        while let Some(cause) = source {
            failure.causes.push(cause.to_string());
            source = cause.source();
        }
        failure
    }

    /// The failure that a panic becomes; `location` is `file:line:column`.
    pub fn panicked(payload: &(dyn std::any::Any + Send), location: Option<String>) -> Self {
        let message = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "the panic carries no message".to_owned());
        Self { location, ..Self::new(FailureKind::Panicked, message) }
    }
}

/// The last segment of a path, generic arguments cut off: `Overdrawn` for `bank::Overdrawn<u8>`.
fn short_type_name(path: &str) -> &str {
    let path = path.split('<').next().unwrap_or(path);
    path.rsplit("::").next().unwrap_or(path)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            FailureKind::Panicked => write!(f, "panicked: ")?,
            FailureKind::TimedOut
            | FailureKind::Application
            | FailureKind::Canceled
            | FailureKind::Terminated
            | FailureKind::Poisoned
            | FailureKind::InvalidPayload
            | FailureKind::AlreadyExists
            | FailureKind::NotFound
            | FailureKind::InvalidState
            | FailureKind::NotRegistered
            | FailureKind::InvalidArgument
            | FailureKind::Store
            | FailureKind::Unavailable => {}
        }
        f.write_str(&self.message)?;
        if let Some(location) = &self.location {
            write!(f, " ({location})")?;
        }
        self.causes.iter().try_for_each(|cause| write!(f, ": {cause}"))
    }
}

impl StdError for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the card was declined")]
    struct Declined(#[source] fmt::Error);

    #[test]
    fn a_failure_keeps_type_message_and_causes() {
        let failure = Failure::of(&Declined(fmt::Error));
        assert_eq!((failure.error_type.as_str(), failure.message.as_str()), ("Declined", "the card was declined"));
        assert_eq!(failure.causes, [fmt::Error.to_string()]);
        assert!(failure.retryable);
    }

    #[test]
    fn a_failure_survives_its_json() {
        let mut failure = Failure::new(FailureKind::Panicked, "boom");
        failure.location = Some("src/main.rs:1:2".into());
        failure.retryable = false;
        let json = serde_json::to_string(&failure).unwrap();
        assert_eq!(serde_json::from_str::<Failure>(&json).unwrap(), failure);
    }
}
