//! A program that is asked over HTTP.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use reqwest::Url;

use super::{Answer, BASE, Chunks, Code, Failed, Request};
use crate::http_client;

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A program that is asked over HTTP.
pub(in crate::cli) struct Network {
    http: reqwest::Client,
    /// Without a slash at its end.
    root: String,
    shown: String,
    key: Option<HeaderValue>,
}

impl Network {
    pub(super) fn new(url: &str, key: Option<String>) -> Result<Self, Failed> {
        let url = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
        let wrong = |why: &str| Failed::usage(format!("`{url}` is no address of an API: {why}"));
        let parsed = Url::parse(&url).map_err(|error| wrong(&error.to_string()))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(wrong("expected http://.. or https://.."));
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return Err(Failed::usage("the address must not hold a name and a password").advise("use --key"));
        }
        let key = key.map(|key| HeaderValue::from_str(&format!("Bearer {key}")));
        let mut key =
            key.transpose().map_err(|_| Failed::usage("the key has characters that no key of the API has"))?;
        if let Some(key) = &mut key {
            key.set_sensitive(true);
        }
        let shown = parsed.as_str().trim_end_matches('/').to_owned();
        // Whoever serves the API below another path names it in full.
        let root = if parsed.path().trim_matches('/').is_empty() { format!("{shown}{BASE}") } else { shown.clone() };
        Ok(Self { http: http_client::unguarded(CONNECT_TIMEOUT)?, root, shown, key })
    }

    async fn response(&self, request: Request) -> Result<reqwest::Response, Failed> {
        let mut headers = HeaderMap::new();
        if let Some(key) = &self.key {
            headers.insert(header::AUTHORIZATION, key.clone());
        }
        if let Some(token) = request.continuation.and_then(|token| HeaderValue::try_from(token).ok()) {
            headers.insert("x-ms-continuation-token", token);
        }
        let mut asked = self.http.request(request.method, format!("{}{}", self.root, request.path)).headers(headers);
        if let Some(body) = request.body {
            asked = asked.header(header::CONTENT_TYPE, "application/json").body(body);
        }
        asked.send().await.map_err(|error| self.unreachable(&error))
    }

    pub(super) async fn send(&self, request: Request) -> Result<Answer, Failed> {
        let response = self.response(request).await?;
        let token = response.headers().get("x-ms-continuation-token").and_then(|token| token.to_str().ok());
        let (status, continuation) = (response.status(), token.map(str::to_owned));
        let body = response.text().await.map_err(|error| self.unreachable(&error))?;
        Ok(Answer { status, continuation, body })
    }

    pub(super) async fn stream(&self, request: Request) -> Result<Option<Chunks>, Failed> {
        let response = self.response(request).await?;
        Ok(response.status().is_success().then_some(Chunks::Network(response)))
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failed {
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        let message = format!("{} can't be reached: {cause}", self.shown);
        let what = if error.is_connect() { "is the program running, and does it serve its API?" } else { "try again;" };
        Failed::new(Code::Error, message)
            .advise(format!("{what} --url names another address, --db opens a database file without the program"))
    }
}
