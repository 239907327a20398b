//! The errors that users meet: the everyday [`Error`], and [`CallError`] around an error type of their own.

use std::{error::Error as StdError, fmt};

use serde::{Serialize, de::DeserializeOwned};

use crate::model::{
    failure::{Failure, FailureKind},
    id::InvalidId,
    payload::Payload,
};

/// `std::result::Result` with [`Error`] as the usual error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The everyday error of activities, orchestrators, entities and clients.
///
/// Every `std::error::Error` becomes one by `?`. In the history it is kept as a [`Failure`]: type name, message,
/// chain of causes, retryable or not. An error that came out of the history has its [`kind`](Self::kind) and
/// [`failure`](Self::failure); one that arose in this process can also be [downcast](Self::downcast_ref).
///
/// ```
/// use durable::{Error, FailureKind};
///
/// fn parse(text: &str) -> durable::Result<u32> {
///     Ok(text.parse::<u32>()?)
/// }
/// let error = parse("many").unwrap_err();
/// assert_eq!(error.kind(), FailureKind::Application);
/// assert!(error.downcast_ref::<std::num::ParseIntError>().is_some());
/// assert!(!Error::fatal("the card is stolen").is_retryable());
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    failure: Failure,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error with a message.
    pub fn new(message: impl fmt::Display) -> Self {
        Self::from_failure(Failure::new(FailureKind::Application, message.to_string()))
    }

    /// An error that no retry policy tries again.
    pub fn fatal(message: impl fmt::Display) -> Self {
        Self::new(message).not_retryable()
    }

    /// An error of that kind, with a message.
    pub fn of_kind(kind: FailureKind, message: impl fmt::Display) -> Self {
        Self::from_failure(Failure::new(kind, message.to_string()))
    }

    /// An error of that kind that keeps `source`, so that it can be [downcast](Self::downcast_ref).
    pub(crate) fn wrapping<E: StdError + Send + Sync + 'static>(kind: FailureKind, source: E) -> Self {
        let failure = Failure { kind, ..Failure::of(&source) };
        Self(Box::new(Inner { failure, source: Some(Box::new(source)) }))
    }

    /// The error that a stored failure becomes.
    pub fn from_failure(failure: Failure) -> Self {
        Self(Box::new(Inner { failure, source: None }))
    }

    /// Marks the error so that no retry policy tries again.
    #[must_use]
    pub fn not_retryable(mut self) -> Self {
        self.0.failure.retryable = false;
        self
    }

    /// Puts a sentence before the message; what was the message becomes the nearest cause.
    #[must_use]
    pub fn context(mut self, message: impl fmt::Display) -> Self {
        let failure = &mut self.0.failure;
        let cause = std::mem::replace(&mut failure.message, message.to_string());
        failure.causes.insert(0, cause);
        self
    }

    /// Who or what failed.
    pub fn kind(&self) -> FailureKind {
        self.0.failure.kind
    }

    /// What the error says of itself.
    pub fn message(&self) -> &str {
        &self.0.failure.message
    }

    /// Whether a retry policy may try again.
    pub fn is_retryable(&self) -> bool {
        self.0.failure.retryable
    }

    /// All that the history keeps of it, by value.
    pub fn into_failure(self) -> Failure {
        self.0.failure
    }

    /// All that the history keeps of it.
    pub fn failure(&self) -> &Failure {
        &self.0.failure
    }

    /// The error value, if it is an `E`: from this process, or stored by code that returned an `E`.
    ///
    /// A stored error is recognised by the name of its type.
    pub fn downcast<E: StdError + DeserializeOwned + Clone + 'static>(&self) -> Option<E> {
        self.downcast_ref::<E>().cloned().or_else(|| {
            let wanted = std::any::type_name::<E>();
            let named = wanted.rsplit("::").next() == Some(self.0.failure.error_type.as_str());
            let details = self.0.failure.details.as_ref().filter(|_| named)?;
            details.decode().ok()
        })
    }

    /// The error that this one was made of in this process.
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.0.source.as_deref().and_then(|source| source.downcast_ref())
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        let failure = failure_in(&error).unwrap_or_else(|| Failure::of(&error));
        Self(Box::new(Inner { failure, source: Some(Box::new(error)) }))
    }
}

/// The failure that an error of our own carries already.
fn failure_in(error: &(dyn StdError + 'static)) -> Option<Failure> {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return Some(failure.clone());
    }
    if let Some(invalid) = error.downcast_ref::<InvalidId>() {
        return Some(Failure::new(FailureKind::InvalidArgument, invalid.to_string()));
    }
    error.downcast_ref::<CarriesFailure>().map(|carrier| carrier.failure.clone())
}

/// What a [`CallError`] turns into on its way to an [`Error`], so that kind and details survive `?`.
#[derive(Debug)]
struct CarriesFailure {
    failure: Failure,
}

impl fmt::Display for CarriesFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.failure, f)
    }
}

impl StdError for CarriesFailure {}

impl From<Error> for Box<dyn StdError + Send + Sync> {
    fn from(error: Error) -> Self {
        match error.0.source {
            Some(source) => source,
            None => Box::new(CarriesFailure { failure: error.0.failure }),
        }
    }
}

impl From<Error> for Box<dyn StdError> {
    fn from(error: Error) -> Self {
        Box::<dyn StdError + Send + Sync>::from(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.failure, f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { kind, error_type, message, causes, location, .. } = &self.0.failure;
        if error_type.is_empty() {
            write!(f, "{kind:?}")?;
        } else {
            write!(f, "{error_type}")?;
        }
        write!(f, ": {message}")?;
        if let Some(location) = location {
            write!(f, "\n  at {location}")?;
        }
        causes.iter().try_for_each(|cause| write!(f, "\n  caused by: {cause}"))
    }
}

/// Why a call gave no result, where the called code has an error type `E` of its own.
#[derive(Debug, Clone, PartialEq)]
pub enum CallError<E> {
    /// The called code returned this error.
    Application(E),
    /// It did not return: it panicked, ran out of time, was terminated, could not be reached, and so on.
    Failure(Failure),
}

impl<E> CallError<E> {
    /// The error of the called code, if it returned one.
    pub fn application(self) -> Option<E> {
        match self {
            Self::Application(error) => Some(error),
            Self::Failure(_) => None,
        }
    }

    /// Whether a retry policy may try again: an application error always may.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Application(_) => true,
            Self::Failure(failure) => failure.retryable,
        }
    }
}

impl<E: fmt::Display> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Application(error) => error.fmt(f),
            Self::Failure(failure) => failure.fmt(f),
        }
    }
}

// `CallError` is no `std::error::Error`, so that its way into `Error` keeps the kind of the failure.
impl<E: StdError + Serialize + Send + Sync + 'static> From<CallError<E>> for Error {
    fn from(error: CallError<E>) -> Self {
        match error {
            CallError::Failure(failure) => Self::from_failure(failure),
            CallError::Application(error) => {
                let failure = stored(&error);
                Self(Box::new(Inner { failure, source: Some(Box::new(error)) }))
            }
        }
    }
}

/// The failure of an error whose value is stored with it.
fn stored<E: StdError + Serialize>(error: &E) -> Failure {
    let mut failure = Failure::of(error);
    failure.details = Payload::encode(error).ok();
    failure
}

/// An error type that user code may return across a durable boundary: [`Error`], or any serializable error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the error of a durable function: it can't be stored in the history",
    label = "errors are stored, like results",
    note = "return `durable::Result<T>`, into which `?` turns every error, or derive `Serialize` and `Deserialize` for `{Self}`"
)]
pub trait ApplicationError: Sized + 'static {
    /// What the caller sees: [`Error`] for [`Error`], `CallError<E>` for an `E` of the user's.
    type Seen: From<Failure> + Into<Error>;

    /// What is stored.
    fn into_failure(self) -> Failure;

    /// What the caller sees of a stored failure.
    fn seen(failure: Failure) -> Self::Seen;

    /// Whether a retry policy may try again.
    fn is_retryable(seen: &Self::Seen) -> bool;
}

impl ApplicationError for Error {
    type Seen = Self;

    fn into_failure(self) -> Failure {
        Self::into_failure(self)
    }

    fn seen(failure: Failure) -> Self {
        Self::from_failure(failure)
    }

    fn is_retryable(seen: &Self) -> bool {
        seen.is_retryable()
    }
}

impl<E> From<Failure> for CallError<E> {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

#[diagnostic::do_not_recommend]
impl<E: StdError + Serialize + DeserializeOwned + Send + Sync + 'static> ApplicationError for E {
    type Seen = CallError<E>;

    fn into_failure(self) -> Failure {
        stored(&self)
    }

    fn seen(failure: Failure) -> CallError<E> {
        if failure.kind == FailureKind::Application
            && let Some(Ok(error)) = failure.details.as_ref().map(Payload::decode)
        {
            return CallError::Application(error);
        }
        CallError::Failure(failure)
    }

    fn is_retryable(seen: &CallError<E>) -> bool {
        seen.is_retryable()
    }
}

/// What a durable function may return: `Result<T, E>` of a storable `T`.
pub trait Outcome {
    /// The value of success.
    type Value;
    /// The error.
    type Error;
    /// The same as a plain `Result`.
    ///
    /// # Errors
    ///
    /// That of `self`.
    fn into_result(self) -> std::result::Result<Self::Value, Self::Error>;
}

impl<T, E> Outcome for std::result::Result<T, E> {
    type Value = T;
    type Error = E;
    fn into_result(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
    #[error("short of {missing}")]
    struct Overdrawn {
        missing: i64,
    }

    #[test]
    fn an_error_of_the_users_comes_back_typed() {
        let failure = Overdrawn { missing: 5 }.into_failure();
        assert_eq!(Overdrawn::seen(failure), CallError::Application(Overdrawn { missing: 5 }));
    }

    #[test]
    fn what_is_not_the_users_error_is_never_taken_for_it() {
        let mut failure = Overdrawn { missing: 5 }.into_failure();
        failure.kind = FailureKind::TimedOut;
        assert!(matches!(Overdrawn::seen(failure), CallError::Failure(_)));
    }

    #[test]
    fn the_question_mark_keeps_kind_and_details() {
        fn call() -> Result<()> {
            Err(CallError::<Overdrawn>::Failure(Failure::new(FailureKind::TimedOut, "late")))?
        }
        fn pay() -> Result<()> {
            Err(CallError::Application(Overdrawn { missing: 2 }))?
        }
        assert_eq!(call().unwrap_err().kind(), FailureKind::TimedOut);
        let stored = Error::from_failure(pay().unwrap_err().into_failure());
        assert_eq!(stored.downcast::<Overdrawn>(), Some(Overdrawn { missing: 2 }));
    }

    #[test]
    fn context_keeps_the_cause() {
        let error = Error::new("no route").context("sending the mail");
        assert_eq!(error.to_string(), "sending the mail: no route");
    }
}
