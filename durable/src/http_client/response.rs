//! What a service answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::content::Content;
use crate::model::{Error, FailureKind, Result};

/// The answer to an [`HttpRequest`](super::HttpRequest).
///
/// It is plain data, with the members `statusCode`, `headers` and `content`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpResponse {
    #[serde(rename = "statusCode")]
    pub(super) status: u16,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, Values>,
    #[serde(default)]
    pub(super) content: Content,
}

/// What a header of an answer says: mostly one value, and so it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Values {
    One(String),
    Many(Vec<String>),
}

impl Values {
    pub(super) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [String] {
        match self {
            Self::One(value) => std::slice::from_mut(value),
            Self::Many(values) => values,
        }
    }

    pub(super) fn push(&mut self, another: String) {
        let mut values = self.as_slice().to_vec();
        values.push(another);
        *self = Self::Many(values);
    }
}

impl HttpResponse {
    /// The status, for example 404.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is one of success: 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first value of the header of that name, in any case of letters. Values that carry credentials, such as those
    /// of `set-cookie`, are `[redacted]`.
    pub fn header(&self, name: &str) -> Option<&str> {
        let values = self.headers.get(name).or_else(|| self.headers.get(&name.to_ascii_lowercase()))?;
        values.as_slice().first().map(String::as_str)
    }

    /// All headers, by name in lower case; a name comes once for each of its values.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .flat_map(|(name, values)| values.as_slice().iter().map(move |value| (name.as_str(), value.as_str())))
    }

    /// The content.
    pub fn bytes(&self) -> &[u8] {
        &self.content.0
    }

    /// The content as a text.
    ///
    /// # Errors
    ///
    /// It is no UTF-8 (kind [`InvalidPayload`](FailureKind::InvalidPayload)).
    pub fn text(&self) -> Result<&str> {
        std::str::from_utf8(self.bytes()).map_err(|error| self.unreadable("UTF-8", &error))
    }

    /// Reads the content as JSON.
    ///
    /// # Errors
    ///
    /// It is no JSON, or no `T` (kind [`InvalidPayload`](FailureKind::InvalidPayload)).
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(self.bytes()).map_err(|error| self.unreadable("the JSON that is expected", &error))
    }

    fn unreadable(&self, expected: &str, error: &dyn std::error::Error) -> Error {
        let message = format!("the content of the answer with status {} is not {expected}: {error}", self.status);
        Error::of_kind(FailureKind::InvalidPayload, message)
    }
}

/// An answer that is no success, to a request with a retry policy. [`Error::downcast`](crate::Error::downcast) finds
/// it in the error.
///
/// ```
/// use durable::{HttpRequest, UnexpectedStatus, prelude::*};
/// use std::time::Duration;
///
/// #[orchestrator]
/// async fn price(ctx: &Context, article: String) -> Result<Option<u64>> {
///     let request = HttpRequest::get(format!("https://prices.example/{article}"))
///         .retry(Retry::exponential(4, Duration::from_secs(1)));
///     match ctx.call_http(request).await {
///         Ok(response) => Ok(Some(response.json()?)),
///         Err(error) => match error.downcast::<UnexpectedStatus>() {
///             Some(unexpected) if unexpected.response.status() == 404 => Ok(None),
///             _ => Err(error),
///         },
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{request} was answered with status {}", .response.status())]
pub struct UnexpectedStatus {
    /// The method and the address of the request, without its query.
    pub request: String,
    /// The answer; of its content the first 64 KiB.
    pub response: HttpResponse,
}
