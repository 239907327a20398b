//! A runtime in memory behind the HTTP API, asked without a socket; every answer must be one that is documented.

use std::{future::Future, net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request},
};
use durable::{
    Client, Error,
    http::{Api, Key},
    prelude::*,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower::ServiceExt;

use super::document::Document;

pub(super) const BASE: &str = "/runtime/webhooks/durabletask";

/// What takes longer hangs, unless it was asked to wait.
const SOON: Duration = Duration::from_secs(10);
/// How long those who ask to wait are waited for.
const PATIENCE: Duration = Duration::from_millis(5);

#[activity]
async fn echo(text: String) -> Result<String> {
    Ok(text)
}

#[orchestrator]
async fn quick(ctx: &Context, text: String) -> Result<String> {
    ctx.call(echo(text)).await
}

#[orchestrator]
async fn waits(ctx: &Context) -> Result<u64> {
    ctx.event("more").await
}

#[orchestrator]
async fn fails(_ctx: &Context) -> Result<()> {
    Err(Error::new("it was told to"))
}

#[entity]
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Counter {
    value: i64,
}

#[entity]
impl Counter {
    fn add(&mut self, amount: i64) -> Result<i64> {
        self.value = self.value.checked_add(amount).ok_or_else(|| Error::new("the counter is full"))?;
        Ok(self.value)
    }

    fn note(&mut self, text: String) -> usize {
        text.len()
    }
}

/// The runtime, its API, and what the API is documented to answer.
pub(super) struct Server {
    threads: tokio::runtime::Runtime,
    /// Lives as long as the server.
    _runtime: Runtime,
    client: Client,
    router: Router,
    document: Document,
}

/// An answer that has been read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Server {
    /// With instances in several states, and an entity; answers this machine only.
    pub(super) fn new() -> Self {
        Self::with(|api| api)
    }

    /// One that asks for a key, and signs links to all operations.
    pub(super) fn with_key(key: &str) -> Self {
        let key: Key = key.parse().expect("it is long enough");
        Self::with(|api| api.key(key).sign_actions())
    }

    fn with(settings: impl FnOnce(Api) -> Api) -> Self {
        let mut threads = tokio::runtime::Builder::new_multi_thread();
        let threads = threads.worker_threads(1).enable_all().build().expect("threads can be made");
        let runtime = threads.block_on(async {
            let builder = Runtime::builder().memory().register(registry![echo, quick, waits, fails, Counter]);
            let runtime = builder.start().await.expect("a runtime in memory starts");
            let client = runtime.client();
            client.start(quick("hello".into())).instance_id("quick").await?.output().await?;
            client.start(waits()).instance_id("x").await?;
            client.start(fails()).instance_id("fails").await?.output().await.expect_err("it fails");
            client.call(Counter::at("cats").add(1)).await?;
            Ok::<_, Error>(runtime)
        });
        let runtime = runtime.expect("the runtime works");
        let client = runtime.client();
        let router = settings(Api::new(client.clone())).router();
        Self { threads, _runtime: runtime, client, router, document: Document::read() }
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Waits for what happens on the threads of the server.
    pub(super) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.threads.block_on(future)
    }

    /// Asks; `None` if that is no request, or one that waits. `path` begins behind the base path.
    pub(super) fn ask(&self, method: &str, path: &str, headers: &[(&str, &[u8])], body: &[u8]) -> Option<Answer> {
        let request = request(method, path, headers, body)?;
        let uri = request.uri().clone();
        let is_known = self.document.statuses(method, uri.path().strip_prefix(BASE).unwrap_or_default());
        // A stream has no end; waiting is asked for by a number of seconds.
        let waits = ["timeout", "changes"].iter().any(|word| uri.to_string().to_lowercase().contains(word));
        let asked = async {
            let response = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
            let (parts, body) = response.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.expect("an answer is read to its end");
            (parts, body)
        };
        let answered = self.block_on(async {
            let patience = if waits { PATIENCE } else { SOON };
            tokio::time::timeout(patience, asked).await
        });
        let Ok((parts, body)) = answered else {
            assert!(waits, "{method} {uri} hangs");
            return None;
        };
        let status = parts.status.as_u16();
        assert!(is_known.contains(&status), "{method} {uri} is answered with {status}, not one of {is_known:?}");
        assert_ne!(status, 503, "the runtime is gone, or too many requests are at work");
        let answer = Answer { status, body: body.to_vec() };
        if method != "HEAD" {
            check_body(&parts.headers, &answer);
        }
        Some(answer)
    }

    /// Asks for a stream, and gives what comes at once.
    pub(super) fn first_of_stream(&self, path: &str, headers: &[(&str, &[u8])]) -> Option<(u16, String)> {
        let request = request("GET", path, headers, b"")?;
        self.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
            let (parts, mut body) = response.into_parts();
            let frame = tokio::time::timeout(Duration::ZERO, http_body_util::BodyExt::frame(&mut body)).await;
            let data = frame.ok().flatten().and_then(|frame| frame.ok()?.into_data().ok()).unwrap_or_default();
            Some((parts.status.as_u16(), String::from_utf8(data.to_vec()).expect("answers are UTF-8")))
        })
    }
}

fn request(method: &str, path: &str, headers: &[(&str, &[u8])], body: &[u8]) -> Option<Request<Body>> {
    // What is not below the base path does not come to the API.
    if !path.starts_with('/') {
        return None;
    }
    let mut request = Request::builder().method(method).uri(format!("{BASE}{path}"));
    let has = |wanted: &str| headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    if !has("host") {
        request = request.header("host", "localhost:7071");
    }
    if !has("content-length") && !body.is_empty() {
        request = request.header("content-length", body.len());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(body.to_vec())).ok()?;
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 50_000))));
    Some(request)
}

/// What says that it is JSON is.
fn check_body(headers: &HeaderMap, answer: &Answer) {
    let content_type = headers.get("content-type").and_then(|it| it.to_str().ok()).unwrap_or_default();
    if content_type.starts_with("application/json") {
        let read = serde_json::from_slice::<Value>(&answer.body);
        // Payloads are kept as they came, and may lie deeper than what serde reads into a value.
        let is_deep = answer.body.windows(64).any(|window| window.iter().all(|byte| b"[{".contains(byte)));
        assert!(read.is_ok() || is_deep, "{read:?}: {answer:?}");
    }
}
