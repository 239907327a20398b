//! Why the command ends without having done what it was asked for.

use std::{io, process::ExitCode};

use super::text::escape;
use crate::model::{Error, FailureKind};

/// How the process ends; the numbers are a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    Done = 0,
    Error = 1,
    Usage = 2,
    NotFound = 3,
    Unsuccessful = 4,
    TimedOut = 5,
    WrongState = 6,
    NotAllowed = 7,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}

/// Why the command ends without having done what it was asked for, and what can be done about it.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) code: Code,
    message: String,
    advice: Option<String>,
}

impl Failed {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), advice: None }
    }

    pub(super) fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(Code::Usage, message)
    }

    /// With what to do about it.
    pub(super) fn advise(self, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..self }
    }

    /// What is printed; `None` if nobody listens any more, which is no failure.
    pub(super) fn shown(&self) -> Option<String> {
        if self.message.is_empty() {
            return None;
        }
        let lines = |text: &str| text.lines().map(escape).collect::<Vec<_>>().join("\n       ");
        let advice = self.advice.as_deref().map(|advice| format!("\n       {}", lines(advice))).unwrap_or_default();
        Some(format!("error: {}{advice}", lines(&self.message)))
    }
}

/// What went wrong with a database or a runtime of ours.
impl From<Error> for Failed {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds have no exit code of their own")]
    fn from(error: Error) -> Self {
        let code = match error.kind() {
            FailureKind::NotFound => Code::NotFound,
            FailureKind::AlreadyExists | FailureKind::InvalidState => Code::WrongState,
            FailureKind::TimedOut => Code::TimedOut,
            _ => Code::Error,
        };
        Self::new(code, error.to_string())
    }
}

/// What went wrong with printing.
impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            // Whoever reads has enough.
            return Self::new(Code::Done, "");
        }
        Self::new(Code::Error, format!("the output can't be written: {error}"))
    }
}
