//! A world that is asked over HTTP, without a socket.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request},
};
use durable::{Client, InstanceId, http::Api, prelude::*};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower::ServiceExt;

use super::{World, soon, world};

pub const BASE: &str = "/runtime/webhooks/durabletask";
pub const KEY: &str = "0123456789abcdef";
pub const READ_ONLY_KEY: &str = "fedcba9876543210";

#[activity]
pub async fn echo(text: String) -> Result<String> {
    Ok(text)
}

#[activity]
pub async fn explode() -> Result<()> {
    Err(Error::new("the fuse was lit"))
}

#[orchestrator]
pub async fn quick(ctx: &Context, text: String) -> Result<String> {
    ctx.call(echo(text)).await
}

#[orchestrator]
pub async fn waits(ctx: &Context, n: u64) -> Result<u64> {
    ctx.set_status("waiting");
    let more: u64 = ctx.event("more").await?;
    Ok(n + more)
}

#[orchestrator]
pub async fn fails(ctx: &Context) -> Result<()> {
    ctx.call(explode()).await
}

/// Holds a counter until it is told to go on.
#[orchestrator]
pub async fn holds(ctx: &mut Context, key: String) -> Result<()> {
    let (_counter, section) = ctx.lock(Counter::at(&key)).await?;
    section.event::<()>("go on").await
}

#[orchestrator]
pub async fn naps(ctx: &Context) -> Result<()> {
    ctx.timer(Duration::from_secs(3600)).await;
    Ok(())
}

#[entity]
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counter {
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

pub const ALL: Registry = registry![quick, waits, fails, holds, naps, echo, explode, Counter];

/// In which state an instance is when it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Unknown,
    Pending,
    Running,
    Suspended,
    Completed,
    Failed,
    Terminated,
}

impl Stage {
    pub const ALL: [Self; 7] =
        [Self::Unknown, Self::Pending, Self::Running, Self::Suspended, Self::Completed, Self::Failed, Self::Terminated];

    /// Brings the instance `x` there.
    pub async fn reach(self, client: &Client) {
        let id: InstanceId = "x".parse().unwrap();
        let waiting = async || {
            client.start(waits(1)).instance_id("x").await.unwrap();
            while client.status(&id).await.unwrap().unwrap().status == Status::Pending {
                tokio::task::yield_now().await;
            }
        };
        match self {
            Self::Unknown => {}
            Self::Pending => {
                let later = Timestamp::from_micros(0) + Duration::from_secs(1 << 36);
                client.start(waits(1)).instance_id("x").at(later).await.unwrap();
            }
            Self::Running => waiting().await,
            Self::Suspended => {
                waiting().await;
                client.suspend(&id, "lunch").await.unwrap();
            }
            Self::Completed => {
                let handle = client.start(quick("done".into())).instance_id("x").await.unwrap();
                assert_eq!(soon(handle.output()).await.unwrap(), "done");
            }
            Self::Failed => {
                let handle = client.start(fails()).instance_id("x").await.unwrap();
                soon(handle.output()).await.unwrap_err();
            }
            Self::Terminated => {
                waiting().await;
                client.terminate(&id, "enough").await.unwrap();
                soon(client.handle::<u64, Error>("x").unwrap().output()).await.unwrap_err();
            }
        }
    }
}

/// A world and its API.
pub struct Http {
    pub world: World,
    pub router: Router,
}

pub async fn http(settings: impl FnOnce(Api) -> Api) -> Http {
    let world = world(ALL).await;
    let router = settings(Api::new(world.client())).router();
    Http { world, router }
}

impl Http {
    pub fn client(&self) -> Client {
        self.world.client()
    }

    /// Asks from this machine; `request` is like `GET /instances`, below the base path.
    pub async fn ask(&self, request: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let (method, path) = request.split_once(' ').unwrap();
        ask(&self.router, method, &format!("{BASE}{path}"), headers, body).await
    }

    /// The same without headers, but with that of JSON if there is a body.
    pub async fn json(&self, request: &str, body: &str) -> Answer {
        let headers = [("content-type", "application/json")];
        self.ask(request, if body.is_empty() { &[] } else { &headers }, body).await
    }
}

/// Asks from this machine, for `localhost:7071` unless a header says otherwise.
pub async fn ask(router: &Router, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "localhost:7071");
    }
    if !body.is_empty() {
        request = request.header("content-length", body.len());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(body.to_owned())).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 50_000))));
    send(router, request).await
}

pub async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = soon(router.clone().oneshot(request)).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Answer { status: parts.status.as_u16(), headers: parts.headers, body }
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    #[track_caller]
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The names of the members of the body, in their order.
    #[track_caller]
    pub fn members(&self) -> Vec<String> {
        members(&self.value())
    }

    /// Checks that it is an error as Durable Functions writes them.
    #[track_caller]
    pub fn is_an_error(&self) {
        assert_eq!(self.members(), ["ExceptionMessage", "ExceptionType", "Message", "StackTrace"], "{self:?}");
    }
}

/// The names of the members of an object, in the order of the alphabet.
#[track_caller]
pub fn members(value: &Value) -> Vec<String> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}")).keys().cloned().collect()
}
