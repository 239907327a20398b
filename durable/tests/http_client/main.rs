//! Durable HTTP calls, against a server of our own.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, clippy::indexing_slicing, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod credentials;
mod reach;
mod server;

use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use common::{eventually, soon};
use durable::{
    FailureKind, HttpClientSettings, HttpRequest, HttpResponse, UnexpectedStatus,
    model::{Event, Failure},
    prelude::*,
    runtime::{Clock, VirtualClock},
    store::memory::MemoryStore,
};
use server::{Received, Server, answer, answer_bytes};

const CANARY: &str = "canary-7c9e6679f742";

/// What a call came to, as an orchestrator can return it.
#[orchestrator]
async fn fetch(ctx: &Context, request: HttpRequest) -> Result<HttpResponse> {
    ctx.call_http(request).await
}

#[orchestrator]
async fn fetch_or_give_up(ctx: &Context, request: HttpRequest) -> Result<String> {
    Ok(match durable::race(ctx.call_http(request), ctx.timer(Duration::from_secs(5))).await {
        Either::Left(response) => response?.text()?.to_owned(),
        Either::Right(()) => "gave up".to_owned(),
    })
}

#[orchestrator]
async fn fetch_inside(ctx: &mut Context, request: HttpRequest) -> Result<u16> {
    let (_page, section) = ctx.lock(Page::at("a")).await?;
    Ok(section.call_http(request).await?.status())
}

#[entity]
#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Page {
    text: String,
}

#[entity]
impl Page {
    fn text(&self) -> String {
        self.text.clone()
    }
}

struct World {
    clock: VirtualClock,
    store: MemoryStore,
    settings: HttpClientSettings,
    runtime: Runtime,
}

/// A runtime that may reach this machine.
async fn world() -> World {
    world_with(HttpClientSettings::new().allow("127.0.0.1")).await
}

async fn world_with(settings: HttpClientSettings) -> World {
    let (clock, store) = (VirtualClock::new(), MemoryStore::new());
    let runtime = start(&clock, &store, &settings).await;
    World { clock, store, settings, runtime }
}

async fn start(clock: &VirtualClock, store: &MemoryStore, settings: &HttpClientSettings) -> Runtime {
    Runtime::builder()
        .store(store.clone())
        .clock(clock.clone())
        .http_client(settings.clone())
        .http_secret("TOKEN", format!("Bearer {CANARY}"))
        .http_secrets(|name| async move {
            match name.as_str() {
                "RESOLVED" => Ok(Some(format!("resolved {CANARY}"))),
                "BROKEN" => Err(Error::fatal("the vault is closed")),
                _ => Ok(None),
            }
        })
        .register(registry![fetch, fetch_or_give_up, fetch_inside, Page])
        .start()
        .await
        .unwrap()
}

impl World {
    async fn fetch(&self, request: HttpRequest) -> Result<HttpResponse> {
        soon(self.runtime.client().start(fetch(request)).await?.output()).await
    }

    #[track_caller]
    fn check_kind(failed: Result<HttpResponse>, kind: FailureKind, part: &str) -> Failure {
        let failure = failed.unwrap_err().into_failure();
        assert_eq!(failure.kind, kind, "{failure}");
        assert!(failure.to_string().contains(part), "{failure}");
        assert!(!failure.to_string().contains("canary"), "{failure}");
        failure
    }

    async fn restart(self) -> Self {
        let Self { clock, store, settings, runtime } = self;
        drop(runtime);
        let runtime = start(&clock, &store, &settings).await;
        Self { clock, store, settings, runtime }
    }

    /// Waits until an instance waits for a timer, and lets that fire.
    async fn pass_timer(&self, id: &str, timers: usize) -> Duration {
        let client = self.runtime.client();
        eventually(async || Ok(timers_of(&client, id).await.len() >= timers)).await;
        let wait = *timers_of(&client, id).await.last().unwrap() - self.clock.now();
        self.clock.advance(wait);
        wait
    }
}

/// When the timers of an instance are due.
async fn timers_of(client: &Client, id: &str) -> Vec<Timestamp> {
    let segments = client.history(&InstanceId::new(id).unwrap()).await.unwrap().unwrap_or_default();
    let events = segments.into_iter().flat_map(|segment| segment.events);
    events
        .filter_map(|event| match event {
            Event::TimerCreated { fire_at, .. } => Some(fire_at),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn a_get_gives_status_headers_and_content() {
    let server = Server::start(|request: &Received| {
        assert_eq!(request.line, "GET /rates?of=eur HTTP/1.1");
        assert_eq!(request.header("x-trace"), Some("7"));
        assert!(request.header("user-agent").unwrap().starts_with("durable/"));
        answer(200, &[("content-type", "application/json"), ("x-many", "1"), ("x-many", "2")], r#"{"usd":117}"#)
    })
    .await;
    let world = world().await;
    let response = world.fetch(HttpRequest::get(server.url("/rates?of=eur")).header("X-Trace", "7")).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.is_success());
    assert_eq!(response.header("Content-Type"), Some("application/json"));
    assert_eq!(
        response.headers().filter(|(name, _)| *name == "x-many").map(|(_, value)| value).collect::<Vec<_>>(),
        ["1", "2"]
    );
    let rates: std::collections::BTreeMap<String, u32> = response.json().unwrap();
    assert_eq!(rates["usd"], 117);
    assert_eq!(response.json::<Vec<u8>>().unwrap_err().kind(), FailureKind::InvalidPayload);
}

#[tokio::test]
async fn a_post_sends_its_content_and_type() {
    let server = Server::start(|request: &Received| {
        let kind = request.header("content-type").unwrap_or("none");
        answer(201, &[], &format!("{} {kind} {}", request.line, String::from_utf8_lossy(&request.content)))
    })
    .await;
    let world = world().await;
    let text = async |request| world.fetch(request).await.unwrap().text().unwrap().to_owned();
    let json = HttpRequest::post(server.url("/a")).json(&[1, 2]);
    assert_eq!(text(json).await, "POST /a HTTP/1.1 application/json [1,2]");
    let plain = HttpRequest::put(server.url("/b")).content("tea");
    assert_eq!(text(plain).await, "PUT /b HTTP/1.1 text/plain; charset=utf-8 tea");
    let own = HttpRequest::patch(server.url("/c")).header("content-type", "text/csv").content("1;2");
    assert_eq!(text(own).await, "PATCH /c HTTP/1.1 text/csv 1;2");
    assert_eq!(text(HttpRequest::delete(server.url("/d"))).await, "DELETE /d HTTP/1.1 none ");
}

#[tokio::test]
async fn bytes_that_are_no_text_survive_the_history() {
    let server = Server::start(|request: &Received| answer_bytes(200, &[], &request.content)).await;
    let world = world().await;
    let bytes = [0, 159, 146, 150, 255];
    let response = world.fetch(HttpRequest::post(server.url("/")).content(bytes)).await.unwrap();
    assert_eq!(response.bytes(), bytes);
    assert_eq!(response.text().unwrap_err().kind(), FailureKind::InvalidPayload);
}

#[tokio::test]
async fn without_a_retry_policy_any_status_is_an_answer() {
    let server = Server::start(|request: &Received| answer(request.path()[1..].parse().unwrap(), &[], "no")).await;
    let world = world().await;
    for status in [204, 304, 400, 404, 500, 503] {
        let response = world.fetch(HttpRequest::get(server.url(&format!("/{status}")))).await.unwrap();
        assert_eq!((response.status(), response.is_success()), (status, status == 204));
    }
    assert_eq!(server.received().len(), 6);
}

/// Runs a request whose server answers with these statuses in turn, and gives the outcome and how often it was asked.
async fn try_statuses(
    statuses: &'static [u16],
    request: impl FnOnce(HttpRequest) -> HttpRequest,
) -> (Result<u16>, usize) {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |_: &Received| {
        let n = count.fetch_add(1, Ordering::SeqCst);
        answer(statuses[n.min(statuses.len() - 1)], &[], &format!("answer {n}"))
    })
    .await;
    let world = world().await;
    let request = request(HttpRequest::get(server.url("/x?secret=canary")));
    let outcome = world.fetch(request.retry(Retry::fixed(3, Duration::ZERO))).await;
    (outcome.map(|response| response.status()), server.received().len())
}

#[tokio::test]
async fn with_a_retry_policy_a_status_that_is_no_success_is_tried_again() {
    let (outcome, asked) = try_statuses(&[503, 404, 200], |request| request).await;
    assert_eq!((outcome.unwrap(), asked), (200, 3));
    let (outcome, asked) = try_statuses(&[500], |request| request).await;
    let error = outcome.unwrap_err();
    assert_eq!((error.kind(), asked), (FailureKind::Application, 3));
    assert!(error.message().ends_with("/x was answered with status 500"), "{error}");
    let unexpected = error.downcast::<UnexpectedStatus>().unwrap();
    assert_eq!((unexpected.response.status(), unexpected.response.text().unwrap()), (500, "answer 2"));
}

#[tokio::test]
async fn with_a_list_only_those_statuses_are_tried_again() {
    let (outcome, asked) = try_statuses(&[503, 404, 200], |request| request.retry_statuses([429, 503])).await;
    assert_eq!((outcome.unwrap(), asked), (404, 2));
    let (outcome, asked) = try_statuses(&[200, 201], |request| request.retry_statuses([200])).await;
    assert_eq!((outcome.unwrap(), asked), (201, 2));
}

#[tokio::test]
async fn a_service_that_is_not_there_is_unavailable_and_may_be_tried_again() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let world = world().await;
    let request = HttpRequest::get(format!("http://{nobody}/x?key=canary"));
    let failure = World::check_kind(world.fetch(request).await, FailureKind::Unavailable, "/x was not answered: ");
    assert!(failure.retryable);
}

#[tokio::test]
async fn a_service_that_breaks_off_is_unavailable() {
    let world = world().await;
    for broken in ["", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfive", "nonsense\r\n\r\n"] {
        let server = Server::start(move |_: &Received| broken.as_bytes().to_vec()).await;
        let failed = world.fetch(HttpRequest::get(server.url("/"))).await;
        World::check_kind(failed, FailureKind::Unavailable, "was not answered");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_timed_out() {
    let server = Server::silent().await;
    let world = world().await;
    // The first request of a client reads the certificates, which takes time as well.
    let other = Server::start(|_: &Received| answer(200, &[], "")).await;
    world.fetch(HttpRequest::get(other.url("/"))).await.unwrap();
    let request = HttpRequest::get(server.url("/slow?key=canary")).timeout(Duration::from_millis(300));
    let failed = world.fetch(request.retry(Retry::fixed(2, Duration::ZERO))).await;
    let failure = World::check_kind(failed, FailureKind::TimedOut, "/slow was not answered within 300ms");
    assert!(failure.retryable);
    assert_eq!(server.received().len(), 2);
    let world = world_with(HttpClientSettings::new().allow("127.0.0.1").timeout(Duration::from_millis(60))).await;
    World::check_kind(world.fetch(HttpRequest::get(server.url("/"))).await, FailureKind::TimedOut, "within 60ms");
}

#[tokio::test]
async fn a_deadline_bounds_the_whole_call() {
    let server = Server::start(|_: &Received| answer(202, &[("location", "/again"), ("retry-after", "60")], "")).await;
    let world = world().await;
    let request = HttpRequest::get(server.url("/")).deadline(Duration::from_secs(150));
    let handle = world.runtime.client().start(fetch(request)).instance_id("d").await.unwrap();
    // The first timer is that of the deadline.
    for timers in 2..=4 {
        world.pass_timer("d", timers).await;
    }
    World::check_kind(soon(handle.output()).await, FailureKind::TimedOut, "within 150s");
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused() {
    let world = world_with(HttpClientSettings::new().allow("127.0.0.1").max_response_bytes(1_000)).await;
    let length = Server::start(|_: &Received| answer(200, &[], &"x".repeat(1_001))).await;
    let chunked = Server::start(|_: &Received| {
        let chunk = format!("1f4\r\n{}\r\n", "x".repeat(500));
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunk}{chunk}{chunk}0\r\n\r\n").into_bytes()
    })
    .await;
    let endless = Server::start(|_: &Received| {
        format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "x".repeat(100_000)).into_bytes()
    })
    .await;
    for server in [&length, &chunked, &endless] {
        let request = HttpRequest::get(server.url("/")).retry(Retry::fixed(3, Duration::ZERO));
        let failed = world.fetch(request).await;
        let failure = World::check_kind(failed, FailureKind::InvalidPayload, "longer than 1000 bytes");
        assert!(!failure.retryable);
        assert_eq!(server.received().len(), 1);
    }
    let fits = Server::start(|_: &Received| answer(200, &[], &"x".repeat(1_000))).await;
    assert_eq!(world.fetch(HttpRequest::get(fits.url("/"))).await.unwrap().bytes().len(), 1_000);
}

#[tokio::test]
async fn an_accepted_request_is_followed_across_restarts() {
    let server = Server::start(|request: &Received| {
        assert_eq!(request.header("authorization"), Some(format!("Bearer {CANARY}").as_str()));
        assert_eq!(request.header("x-trace"), Some("7"));
        match request.path() {
            "/v1/begin" => answer(202, &[("location", "../jobs/1?x=y"), ("retry-after", "7")], ""),
            "/jobs/1?x=y" => answer(202, &[("location", "/jobs/2")], ""),
            "/jobs/2" => answer(202, &[("location", "3"), ("retry-after", "Thu, 01 Jan 2026 01:00:00 GMT")], ""),
            _ => answer(200, &[], "done"),
        }
    })
    .await;
    let mut world = world().await;
    let request = HttpRequest::post(server.url("/v1/begin"))
        .json(&1)
        .header("x-trace", "7")
        .secret_header("authorization", "TOKEN");
    world.runtime.client().start(fetch(request)).instance_id("job").await.unwrap();
    let mut waits = Vec::new();
    for timers in 1..=3 {
        waits.push(world.pass_timer("job", timers).await.as_secs());
        // Perhaps a poll is on its way when the process dies; then it is sent once more.
        world = world.restart().await;
    }
    let handle = world.runtime.client().handle::<HttpResponse, Error>("job").unwrap();
    assert_eq!(soon(handle.output()).await.unwrap().text().unwrap(), "done");
    assert_eq!(waits, [7, 30, 3_600 - 37]);
    let received = server.received();
    assert_eq!(received.iter().filter(|request| request.line.starts_with("POST /v1/begin ")).count(), 1);
    let polls: Vec<_> = received.iter().filter(|request| request.line.starts_with("GET /jobs/")).collect();
    assert_eq!(polls.len(), received.len() - 1);
    assert!(polls.iter().all(|poll| poll.content.is_empty() && poll.header("content-type").is_none()));
}

#[tokio::test]
async fn an_accepted_answer_that_leads_nowhere_is_the_answer() {
    let world = world().await;
    for headers in [&[][..], &[("location", "http://[")], &[("location", "http://me:canary@127.0.0.1/")]] {
        let server = Server::start(move |_: &Received| answer(202, headers, "")).await;
        assert_eq!(world.fetch(HttpRequest::get(server.url("/"))).await.unwrap().status(), 202);
    }
    let server = Server::start(|_: &Received| answer(202, &[("location", "/x")], "")).await;
    let request = HttpRequest::get(server.url("/")).follow_accepted(false);
    assert_eq!(world.fetch(request).await.unwrap().status(), 202);
}

#[tokio::test]
async fn dropping_the_future_breaks_the_request_off() {
    let server = Server::silent().await;
    let world = world().await;
    let request = HttpRequest::get(server.url("/"));
    let handle = world.runtime.client().start(fetch_or_give_up(request)).instance_id("g").await.unwrap();
    eventually(async || Ok(server.open() == 1)).await;
    world.pass_timer("g", 1).await;
    assert_eq!(soon(handle.output()).await.unwrap(), "gave up");
    eventually(async || Ok(server.open() == 0)).await;
}

#[tokio::test]
async fn a_section_calls_too() {
    let server = Server::start(|_: &Received| answer(200, &[], "")).await;
    let world = world().await;
    let handle = world.runtime.client().start(fetch_inside(HttpRequest::get(server.url("/")))).await.unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), 200);
}

#[tokio::test]
async fn a_request_that_makes_no_sense_is_an_invalid_argument() {
    let world = world().await;
    let get = || HttpRequest::get("http://127.0.0.1/");
    for (request, part) in [
        (HttpRequest::get("nonsense?canary"), "GET nonsense can't be sent: "),
        (HttpRequest::get(""), "can't be sent"),
        (HttpRequest::new("CONNECT", "http://127.0.0.1/"), "`CONNECT` is no method for that"),
        (HttpRequest::new("GE T", "http://127.0.0.1/"), "`GE T` is no method for that"),
        (get().header("a b", "c"), "the header `a b`"),
        (get().header("x-a", "canary\r\nx-b: c"), "the header `x-a`"),
        (get().header("host", "canary"), "written by the client"),
    ] {
        let failed = world.fetch(request.retry(Retry::fixed(3, Duration::from_secs(1)))).await;
        assert!(!World::check_kind(failed, FailureKind::InvalidArgument, part).retryable);
    }
}

/// A name that users can't take.
#[activity(name = "BuiltIn::HttpActivity")]
async fn impostor() -> Result<()> {
    Ok(())
}

#[tokio::test]
async fn the_name_of_the_activity_is_reserved() {
    let error = Runtime::builder().memory().register(registry![impostor]).start().await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidArgument);
    assert!(error.message().contains("`BuiltIn::HttpActivity` is reserved"), "{error}");
}

#[tokio::test]
async fn what_can_not_be_allowed_is_told_at_the_start() {
    let settings = HttpClientSettings::new().allow("http://a.example");
    let error = Runtime::builder().memory().http_client(settings).start().await.unwrap_err();
    assert!(error.message().starts_with("`http://a.example` can't be allowed"), "{error}");
}
