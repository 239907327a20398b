//! What an orchestrator asks a service.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    content::Content,
    headers::{HeaderValue, RequestHeaders, is_own, is_sensitive},
};
use crate::model::{Error, FailureKind, Result, Retry};

/// A request for [`Context::call_http`](crate::Context::call_http).
///
/// It is plain data, and can be the argument of an orchestrator. In JSON its members are `method`, `uri`, `headers`
/// (texts, or `{"secret": "NAME"}`), `content`, `timeout`, `deadline`, `retryOptions`, `statusCodesToRetry` and
/// `asynchronousPatternEnabled`.
///
/// ```
/// use durable::{HttpRequest, Retry};
/// use std::time::Duration;
///
/// let request = HttpRequest::post("https://pay.example/charges")
///     .json(&serde_json::json!({ "cents": 4_200 }))
///     .header("idempotency-key", "order-42")
///     .secret_header("authorization", "PAY_TOKEN")
///     .retry(Retry::exponential(5, Duration::from_secs(1)))
///     .retry_statuses([429, 503])
///     .timeout(Duration::from_secs(10));
/// # drop(request);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "this only describes a request; pass it to `ctx.call_http(..)` and await that"]
pub struct HttpRequest {
    #[serde(default = "get")]
    pub(super) method: String,
    pub(super) uri: String,
    #[serde(default, skip_serializing_if = "RequestHeaders::is_empty")]
    pub(super) headers: RequestHeaders,
    #[serde(default, skip_serializing_if = "Content::is_empty")]
    pub(super) content: Content,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) timeout: Option<Duration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deadline: Option<Duration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retry_options: Option<Retry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) status_codes_to_retry: Vec<u16>,
    #[serde(default = "yes")]
    pub(super) asynchronous_pattern_enabled: bool,
    /// What the author did wrong first, told by `call_http`, so that a chain of calls needs no `?`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

fn get() -> String {
    "GET".to_owned()
}

const fn yes() -> bool {
    true
}

impl HttpRequest {
    /// A request with that method.
    pub fn new(method: impl Into<String>, uri: impl Into<String>) -> Self {
        let mut request = Self {
            method: method.into(),
            uri: uri.into(),
            headers: RequestHeaders::new(),
            content: Content::default(),
            timeout: None,
            deadline: None,
            retry_options: None,
            status_codes_to_retry: Vec::new(),
            asynchronous_pattern_enabled: true,
            problem: None,
        };
        if let Some((before, host)) = around_credentials(&request.uri) {
            let shown = format!("{before}{host}");
            request.refuse(credentials_in(&shown));
            request.uri = shown;
        }
        request
    }

    /// A GET request.
    pub fn get(uri: impl Into<String>) -> Self {
        Self::new("GET", uri)
    }

    /// A HEAD request.
    pub fn head(uri: impl Into<String>) -> Self {
        Self::new("HEAD", uri)
    }

    /// A POST request.
    pub fn post(uri: impl Into<String>) -> Self {
        Self::new("POST", uri)
    }

    /// A PUT request.
    pub fn put(uri: impl Into<String>) -> Self {
        Self::new("PUT", uri)
    }

    /// A PATCH request.
    pub fn patch(uri: impl Into<String>) -> Self {
        Self::new("PATCH", uri)
    }

    /// A DELETE request.
    pub fn delete(uri: impl Into<String>) -> Self {
        Self::new("DELETE", uri)
    }

    /// Sets a header. The value is recorded: one that carries credentials (`authorization`, `cookie`, `x-api-key` and
    /// the like) is refused when the request is called; give it with [`secret_header`](Self::secret_header).
    pub fn header(mut self, name: impl AsRef<str>, value: impl Into<String>) -> Self {
        let name = name.as_ref().to_ascii_lowercase();
        // The value of a refused one goes no further than this.
        match refusal(&name) {
            Some(problem) => self.refuse(problem),
            None => drop(self.headers.insert(name, HeaderValue::Text(value.into()))),
        }
        self
    }

    /// Sets a header whose value is the secret of that name, which is looked up when the request is sent and never
    /// recorded. See [`RuntimeBuilder::http_secret`](crate::runtime::RuntimeBuilder::http_secret).
    pub fn secret_header(mut self, name: impl AsRef<str>, secret: impl Into<String>) -> Self {
        let value = HeaderValue::Secret { secret: secret.into() };
        self.headers.insert(name.as_ref().to_ascii_lowercase(), value);
        self
    }

    /// Sets the content: text or bytes. Without a header `content-type` it is sent as plain text.
    pub fn content(mut self, content: impl Into<Vec<u8>>) -> Self {
        self.content = Content(content.into());
        self
    }

    /// Sets the content to a value in JSON, and with it the header `content-type` if there is none.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => self.content = Content(json),
            Err(error) => self.refuse(format!("the content of the request can't be serialized: {error}")),
        }
        let json = || HeaderValue::Text("application/json".to_owned());
        self.headers.entry("content-type".to_owned()).or_insert_with(json);
        self
    }

    /// How long each exchange may take, with its redirects and its content; what
    /// [`HttpClientSettings::timeout`](super::HttpClientSettings::timeout) says if not set. Then it fails with the kind
    /// [`TimedOut`](FailureKind::TimedOut).
    pub fn timeout(mut self, duration: Duration) -> Self {
        self.timeout = Some(duration);
        self
    }

    /// How long the whole call may take, with all retries, polls and waiting between them; without a limit if not set.
    /// Then it fails with the kind [`TimedOut`](FailureKind::TimedOut).
    pub fn deadline(mut self, duration: Duration) -> Self {
        self.deadline = Some(duration);
        self
    }

    /// Tries again when the service can't be reached, does not answer in time, or answers with a status of 400 or more.
    ///
    /// Without it, an answer is an answer, whatever its status. With it, an answer that is no success even after the
    /// last attempt is an error, an [`UnexpectedStatus`](super::UnexpectedStatus).
    pub fn retry(mut self, policy: Retry) -> Self {
        self.retry_options = Some(policy);
        self
    }

    /// With [`retry`](Self::retry): tries again only after answers of these statuses; others are normal answers.
    pub fn retry_statuses(mut self, statuses: impl IntoIterator<Item = u16>) -> Self {
        self.status_codes_to_retry = statuses.into_iter().collect();
        self
    }

    /// Whether an answer `202 Accepted` is followed: then the address in its header `location` is asked again and
    /// again, as often as its header `retry-after` says (every 30 seconds if it says nothing), until the status is
    /// another one. So it is if not set.
    pub fn follow_accepted(mut self, follow: bool) -> Self {
        self.asynchronous_pattern_enabled = follow;
        self
    }

    /// The method.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The address.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    fn refuse(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }

    /// Checks what must not get into a history. A request that was read from JSON has passed no builder.
    ///
    /// Texts are all that is looked at: this runs in orchestrators, and must say the same in every version.
    pub(super) fn check(mut self) -> Result<Self> {
        let invalid = |problem| Error::of_kind(FailureKind::InvalidArgument, problem);
        if let Some(problem) = self.problem {
            return Err(invalid(problem));
        }
        if let Some((before, host)) = around_credentials(&self.uri) {
            return Err(invalid(credentials_in(&format!("{before}{host}"))));
        }
        for (name, value) in std::mem::take(&mut self.headers) {
            let name = name.to_ascii_lowercase();
            let secret = matches!(value, HeaderValue::Secret { .. }) && !is_own(&name);
            if let Some(problem) = refusal(&name).filter(|_| !secret) {
                return Err(invalid(problem));
            }
            self.headers.insert(name, value);
        }
        Ok(self)
    }
}

/// Why a header of that name can't have a value that is recorded.
fn refusal(name: &str) -> Option<String> {
    let sensitive = || {
        format!(
            "the value of the header `{name}` would be readable in the history: name a secret with \
             `.secret_header(\"{name}\", \"NAME\")`, and give its value with `Runtime::builder().http_secret(\"NAME\", ..)`"
        )
    };
    let own = || format!("the header `{name}` is written by the client alone");
    is_sensitive(name).then(sensitive).or_else(|| is_own(name).then(own))
}

/// What is before and after the user name and password of an address, if it has them. As browsers read it: a
/// backslash is a slash.
pub(super) fn around_credentials(uri: &str) -> Option<(&str, &str)> {
    let begin = uri.find(':')? + 1;
    let slashes = uri.get(begin..)?.find(|c| !matches!(c, '/' | '\\' | '\t' | '\n' | '\r'))?;
    let (before, rest) = uri.split_at(begin + slashes);
    let authority = rest.split(['/', '\\', '?', '#']).next()?;
    let (_, host) = rest.split_at(authority.rfind('@')? + 1);
    Some((before, host))
}

fn credentials_in(shown: &str) -> String {
    let shown = shown.split(['?', '#']).next().unwrap_or_default();
    format!(
        "the address `{shown}` has a user name or password in it, which would be readable in the history: use \
         `.secret_header(\"authorization\", \"NAME\")`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(request: HttpRequest, part: &str) {
        let json = serde_json::to_string(&request).unwrap();
        assert!(!json.contains("canary"), "{json}");
        let error = request.check().unwrap_err();
        assert_eq!(error.kind(), FailureKind::InvalidArgument);
        assert!(error.message().contains(part), "{error}");
        assert!(!error.message().contains("canary"), "{error}");
    }

    #[test]
    fn a_credential_gets_no_further_than_the_builder() {
        check_refused(HttpRequest::get("https://a.example").header("Authorization", "canary"), ".secret_header(");
        check_refused(HttpRequest::get("https://a.example").header("X-Api-Key", "canary"), "`x-api-key`");
        check_refused(HttpRequest::get("https://me:canary@a.example/x"), "`https://a.example/x`");
        check_refused(HttpRequest::get("https:canary@a.example/x"), "user name");
        check_refused(HttpRequest::get("https:\\\\canary@a.example\\x"), "user name");
        check_refused(HttpRequest::get("https:/\t/canary@a.example\\x"), "user name");
        check_refused(HttpRequest::get("https://a.example").header("Host", "b.example"), "`host`");
        check_refused(HttpRequest::get("https://a.example").secret_header("Host", "NAME"), "`host`");
    }

    #[test]
    fn a_request_from_json_is_checked_as_well() {
        for json in [
            r#"{"uri":"https://a.example","headers":{"Authorization":"Bearer x"}}"#,
            r#"{"uri":"https://me:pw@a.example"}"#,
        ] {
            let request: HttpRequest = serde_json::from_str(json).unwrap();
            assert_eq!(request.check().unwrap_err().kind(), FailureKind::InvalidArgument);
        }
        let json = r#"{"uri":"https://a.example/a@b?c@d","headers":{"Authorization":{"secret":"X"}}}"#;
        assert!(serde_json::from_str::<HttpRequest>(json).unwrap().check().is_ok());
    }

    #[test]
    fn a_request_survives_its_json() {
        let request = HttpRequest::post("https://a.example")
            .json(&[1, 2])
            .secret_header("authorization", "X")
            .retry(Retry::exponential(3, Duration::from_secs(1)))
            .retry_statuses([503])
            .follow_accepted(false);
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<HttpRequest>(&json).unwrap(), request);
    }
}
