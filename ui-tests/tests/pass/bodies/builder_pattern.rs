// good: builders, by value and by reference, with pure defaults
use std::{collections::BTreeMap, time::Duration};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Request {
    method: String,
    url: String,
    headers: BTreeMap<String, String>,
    body: Option<String>,
    timeout_ms: u64,
}

#[derive(Debug, Clone)]
struct RequestBuilder {
    request: Request,
}

impl Default for RequestBuilder {
    fn default() -> Self {
        let headers = BTreeMap::from([("accept".to_owned(), "application/json".to_owned())]);
        Self { request: Request { method: "GET".into(), url: String::new(), headers, body: None, timeout_ms: 30_000 } }
    }
}

impl RequestBuilder {
    fn to(url: impl AsRef<str>) -> Self {
        let mut builder = Self::default();
        builder.request.url = url.as_ref().trim_end_matches('/').to_owned();
        builder
    }

    fn header(&mut self, name: &str, value: impl ToString) -> &mut Self {
        self.request.headers.insert(name.to_ascii_lowercase(), value.to_string());
        self
    }

    #[must_use]
    fn json<T: Serialize>(mut self, value: &T) -> Self {
        self.request.body = serde_json::to_string(value).ok();
        self.request.method = "POST".to_owned();
        self
    }

    #[must_use]
    fn timeout(self, timeout: Duration) -> Self {
        let timeout_ms = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        Self { request: Request { timeout_ms, ..self.request } }
    }

    fn build(&self) -> Request {
        self.request.clone()
    }
}

#[activity]
async fn send(request: Request) -> Result<u16> {
    Ok(if request.body.is_some() { 201 } else { 200 })
}

#[orchestrator]
async fn notify_partners(ctx: &Context, urls: Vec<String>, order: u64) -> Result<Vec<u16>> {
    let mut codes = Vec::new();
    for (index, url) in urls.iter().enumerate() {
        let mut builder = RequestBuilder::to(url).timeout(Duration::from_secs(10)).json(&[order]);
        builder.header("X-Partner", index).header("Idempotency-Key", ctx.new_uuid());
        codes.push(ctx.call(send(builder.build())).await?);
    }
    Ok(codes)
}
