//! Where an instance can be asked and managed: the nine fields of the check-status payload, from one place.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::{Api, api::seconds_now, json, key::Link, refusal::Refusal, route::Verb};
use crate::{client::Client, model::InstanceId};

/// What is not written as it is in a segment of a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// How long a caller should wait before it looks at a new instance, in seconds.
const LOOK_AFTER: HeaderValue = HeaderValue::from_static("10");

/// The body of an answer that says where to look.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckStatus<'a> {
    id: &'a str,
    status_query_get_uri: &'a str,
    send_event_post_uri: String,
    terminate_post_uri: String,
    purge_history_delete_uri: String,
    restart_post_uri: String,
    suspend_post_uri: String,
    resume_post_uri: String,
    rewind_post_uri: String,
}

/// Makes links to instances below one address.
pub(super) struct Links<'a> {
    api: &'a Api,
    /// With the base path, and no slash at its end.
    root: String,
}

impl<'a> Links<'a> {
    /// `prefix` is what the router is nested under.
    ///
    /// # Errors
    ///
    /// The request does not say which host it has asked.
    pub(super) fn new(api: &'a Api, headers: &HeaderMap, prefix: &str) -> Result<Self, Refusal> {
        let base = &api.base_path;
        if let Some(url) = &api.public_url {
            return Ok(Self { api, root: format!("{url}{base}") });
        }
        let first = |name: &str| Some(headers.get(name)?.to_str().ok()?.split(',').next()?.trim());
        let forwarded = |name| first(name).filter(|_| api.forwarded_host);
        let host = forwarded("x-forwarded-host").or_else(|| first(header::HOST.as_str()));
        let host = host.and_then(|host| host.parse::<axum::http::uri::Authority>().ok());
        let host = host.ok_or_else(|| Refusal::bad_request("the header `host` is missing, or names no host"))?;
        let scheme = forwarded("x-forwarded-proto").filter(|scheme| *scheme == "https").unwrap_or("http");
        Ok(Self { api, root: format!("{scheme}://{host}{prefix}{base}") })
    }

    /// 202 with the payload; `fails` has failures answered with status 500 when the instance is looked at.
    pub(super) fn check_status(&self, id: &InstanceId, fails: bool) -> Response {
        let status = self.to(id, &Verb::Status, "", if fails { "returnInternalServerErrorOnFailure=true" } else { "" });
        let reason = "reason={text}";
        let body = CheckStatus {
            id: id.as_str(),
            status_query_get_uri: &status,
            send_event_post_uri: self.to(id, &Verb::Raise(String::new()), "/raiseEvent/{eventName}", ""),
            terminate_post_uri: self.to(id, &Verb::Terminate, "/terminate", reason),
            purge_history_delete_uri: self.to(id, &Verb::Purge, "", ""),
            restart_post_uri: self.to(id, &Verb::Restart, "/restart", ""),
            suspend_post_uri: self.to(id, &Verb::Suspend, "/suspend", reason),
            resume_post_uri: self.to(id, &Verb::Resume, "/resume", reason),
            rewind_post_uri: self.to(id, &Verb::Rewind, "/rewind", reason),
        };
        let mut response = json(StatusCode::ACCEPTED, &body);
        response.headers_mut().insert(header::RETRY_AFTER, LOOK_AFTER);
        if let Ok(status) = status.parse() {
            response.headers_mut().insert(header::LOCATION, status);
        }
        response
    }

    /// The link that was just followed, to be followed again.
    pub(super) fn again(&self, path: &str, query: Option<&str>) -> String {
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}{path}{query}", self.root)
    }

    pub(super) fn client(&self) -> &Client {
        &self.api.client
    }

    fn to(&self, id: &InstanceId, verb: &Verb, path: &str, query: &str) -> String {
        let root = &self.root;
        let instance = utf8_percent_encode(id.as_str(), SEGMENT);
        let link = format!("{root}/instances/{instance}{path}");
        let signature = self.signature(id, verb);
        match (query.is_empty(), signature.is_empty()) {
            (true, true) => link,
            (false, false) => format!("{link}?{query}&{signature}"),
            (true, false) | (false, true) => format!("{link}?{query}{signature}"),
        }
    }

    /// What makes a link work without a key, as parameters; empty if this one doesn't.
    fn signature(&self, id: &InstanceId, verb: &Verb) -> String {
        let api = self.api;
        let key = if *verb == Verb::Status || api.sign_actions { api.signing_keys().next() } else { None };
        let Some(key) = key.filter(|_| !api.links_valid.is_zero()) else { return String::new() };
        let expires = seconds_now().saturating_add(api.links_valid.as_secs());
        let signature = key.sign(&Link { operation: verb.as_str(), instance: id.as_str(), expires });
        format!("expires={expires}&sig={signature}")
    }
}
