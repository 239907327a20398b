//! Bodies of requests: read with a limit and a time limit, and taken for JSON where they are.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode, header},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::{Api, refusal::Refusal};
use crate::model::{FailureKind, Payload};

/// How deep arrays and objects may lie in each other.
const MAX_DEPTH: usize = 128;

/// Reads a body to its end.
///
/// # Errors
///
/// It is too large, comes too slowly, breaks off, or is compressed.
pub(super) async fn read(api: &Api, headers: &HeaderMap, body: Body) -> Result<Bytes, Refusal> {
    let too_large = || {
        let message = format!("the body has more than {} bytes", api.max_body);
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, FailureKind::InvalidArgument, message)
    };
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        let message = "compressed bodies are not accepted";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, FailureKind::InvalidArgument, message));
    }
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > api.max_body) {
        return Err(too_large());
    }
    let read = tokio::time::timeout(api.body_timeout, Limited::new(body, api.max_body).collect()).await;
    let read = read.map_err(|_| {
        let message = format!("the body was not there after {:?}", api.body_timeout);
        Refusal::new(StatusCode::REQUEST_TIMEOUT, FailureKind::TimedOut, message)
    })?;
    match read {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => Err(Refusal::bad_request("the body breaks off")),
    }
}

/// One JSON value; an empty body stands for `null`.
///
/// # Errors
///
/// It is no JSON, or too deep.
pub(super) fn json(bytes: &[u8]) -> Result<Payload, Refusal> {
    let text = str::from_utf8(bytes).map_err(|_| Refusal::bad_request("the body is not UTF-8"))?;
    if text.trim_ascii().is_empty() {
        return Ok(Payload::null());
    }
    if depth(text) > MAX_DEPTH {
        let message = format!("arrays and objects in the body lie in each other more than {MAX_DEPTH} deep");
        return Err(Refusal::bad_request(message));
    }
    Payload::from_json(text).map_err(|error| Refusal::bad_request(format!("the body is no JSON: {error}")))
}

/// Whether the headers say that the body is JSON.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Whether the headers say nothing of what the body is, or what programs say that were not told.
pub(super) fn is_unnamed(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_none_or(|name| name.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// Whether the headers announce a body.
pub(super) fn is_announced(headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length != "0")
}

/// How deep brackets lie in each other. The parser keeps values as text, and so does not look.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_of_texts() {
        assert_eq!(depth(r#"[{"a\"[[[": [1, "]"]}, []]"#), 3);
        assert!(json(format!("{}{}", "[".repeat(128), "]".repeat(128)).as_bytes()).is_ok());
        assert!(json(format!("{}{}", "[".repeat(129), "]".repeat(129)).as_bytes()).is_err());
        assert!(json("[".repeat(1_000_000).as_bytes()).is_err());
    }

    #[test]
    fn an_empty_body_is_null_and_no_json_is_refused() {
        assert!(json(b" \r\n").unwrap().is_null());
        assert_eq!(json(b" {\"a\": 1} ").unwrap().as_json(), r#"{"a": 1}"#);
        assert!(json(b"{").is_err() && json(b"\xff").is_err() && json(b"1 2").is_err());
    }

    #[test]
    fn media_types_of_json_are_known() {
        for (text, expected) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/cloudevents+json", true),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("application/jsonp", false),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, text.parse().unwrap())]);
            assert_eq!(is_json(&headers), expected, "{text}");
        }
    }
}
