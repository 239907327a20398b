//! Which headers carry credentials.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What stands in the history for what must not be there.
pub(super) const REDACTED: &str = "[redacted]";

/// Headers whose values are credentials. Exact names: a pattern such as `*token*` would also hit the marks with which
/// services page through lists.
///
/// Part of the format: orchestrators that have sent a header with a value do not replay once its name stands here.
const SENSITIVE: &[&str] = &[
    "api-key",
    "apikey",
    "authentication-info",
    "authorization",
    "cookie",
    "ocp-apim-subscription-key",
    "private-token",
    "proxy-authentication-info",
    "proxy-authorization",
    "set-cookie",
    "set-cookie2",
    "x-access-token",
    "x-amz-security-token",
    "x-api-key",
    "x-auth-token",
    "x-csrf-token",
    "x-functions-key",
    "x-github-token",
    "x-gitlab-token",
    "x-goog-api-key",
    "x-ms-authorization-auxiliary",
    "x-vault-token",
    "x-xsrf-token",
];

/// Headers that the client writes by itself; a wrong one could make a server see another request than we sent.
const OWN: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Whether a header of that name, in lower case, carries credentials.
pub(super) fn is_sensitive(name: &str) -> bool {
    SENSITIVE.contains(&name)
}

/// Whether nobody but the client may write a header of that name, in lower case.
pub(super) fn is_own(name: &str) -> bool {
    OWN.contains(&name)
}

/// The value of a header of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum HeaderValue {
    /// The value itself.
    Text(String),
    /// The name of a secret that is the value.
    Secret {
        /// The name.
        secret: String,
    },
}

/// The headers of a request, by name in lower case.
pub(super) type RequestHeaders = BTreeMap<String, HeaderValue>;

/// Only what may go to another origin than the request was for.
pub(super) fn without_credentials(headers: &RequestHeaders) -> RequestHeaders {
    let open = |(name, value): &(&String, &HeaderValue)| matches!(value, HeaderValue::Text(_)) && !is_sensitive(name);
    headers.iter().filter(open).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Without the headers that describe content.
pub(super) fn without_content(headers: &mut RequestHeaders) {
    headers.retain(|name, _| !name.starts_with("content-"));
}
