//! Jobs over many instances, and the stream of changes, over HTTP.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::net::SocketAddr;

use axum::{
    body::{Body, BodyDataStream},
    extract::ConnectInfo,
    http::Request,
};
use common::{
    eventually,
    http::{BASE, Http, Stage, http, waits},
    soon,
};
use durable::{InstanceId, Status};
use futures_util::StreamExt;
use serde_json::json;
use tower::ServiceExt;

#[tokio::test]
async fn a_job_is_started_with_a_filter_and_looked_after_like_any_instance() {
    let http = http(|api| api).await;
    let client = http.client();
    for n in 0..3 {
        client.start(waits(n)).instance_id(format!("w-{n}")).tag("team", "a").await.unwrap();
    }
    client.start(waits(9)).instance_id("other").await.unwrap();
    let look = async |request: &str| {
        let started = http.json(request, "").await;
        assert_eq!(started.status, 202, "{started:?}");
        let id = started.value()["id"].as_str().unwrap().to_owned();
        let path = format!("GET /instances/{id}");
        eventually(async || Ok(http.json(&path, "").await.status == 200)).await;
        http.json(&path, "").await.value()
    };
    let dry = look("POST /bulk/terminate?tag=team:a&dryRun=true").await;
    let report = json!({"matched": 3, "done": 3, "skipped": 0, "failed": 0, "failures": [], "dryRun": true});
    assert_eq!(dry["output"], report);
    assert_eq!(dry["name"], "BuiltIn::Bulk");
    let real = look("POST /bulk/terminate?instanceIdPrefix=w-&reason=enough").await;
    assert_eq!((&real["output"]["done"], &real["customStatus"]["done"]), (&json!(3), &json!(3)));
    let status = async |id: &str| client.status(&id.parse::<InstanceId>().unwrap()).await.unwrap().unwrap().status;
    assert_eq!((status("w-2").await, status("other").await), (Status::Terminated, Status::Running));
}

#[tokio::test]
async fn a_job_without_a_filter_is_refused_unless_all_are_meant() {
    let http = http(|api| api).await;
    for request in ["POST /bulk/purge", "POST /bulk/terminate?name=&reason=x", "POST /bulk/suspend?runtimeStatus=None"]
    {
        let answer = http.json(request, "").await;
        assert_eq!(answer.status, 400, "{request}");
        answer.is_an_error();
    }
    assert!(http.client().instances().await.unwrap().instances.is_empty());
    assert_eq!(http.json("POST /bulk/purge?all=true", "").await.status, 202);
}

/// The events of a stream, one by one.
struct Events {
    body: BodyDataStream,
    text: String,
}

impl Events {
    async fn of(http: &Http, path: &str, last: Option<&str>) -> Self {
        let mut request = Request::builder().uri(format!("{BASE}{path}")).header("host", "localhost");
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 50_000))));
        let response = http.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// The id, the name and the data of the next event.
    async fn next(&mut self) -> (String, String, serde_json::Value) {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let event: String = self.text.drain(..end + 2).collect();
                let line = |name: &str| {
                    let value = event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                    value.unwrap_or_else(|| panic!("no {name} in {event:?}")).to_owned()
                };
                let next = (line("id"), line("event"), serde_json::from_str(&line("data")).unwrap());
                return next;
            }
            let more = soon(self.body.next()).await.unwrap().unwrap();
            self.text.push_str(str::from_utf8(&more).unwrap());
        }
    }
}

#[tokio::test]
async fn changes_are_streamed_and_who_comes_back_goes_on_where_it_was() {
    let http = http(|api| api).await;
    let mut events = Events::of(&http, "/changes", None).await;
    Stage::Running.reach(&http.client()).await;
    let (first, name, data) = events.next().await;
    let expected = json!({
        "instanceId": "x", "name": "waits", "runtimeStatus": "Running", "generation": 0, "parked": false,
    });
    assert_eq!((name.as_str(), data), ("instance", expected));
    drop(events);
    http.json("POST /entities/Counter/cats?op=add", "1").await;
    http.json("POST /instances/x/terminate", "").await;
    http.json("DELETE /instances/x", "").await;
    let mut events = Events::of(&http, "/changes", Some(&first)).await;
    let (_, name, data) = events.next().await;
    assert_eq!((name.as_str(), data), ("entity", json!({"entityId": {"name": "Counter", "key": "cats"}})));
    let (second, name, data) = events.next().await;
    assert_eq!((name.as_str(), &data["runtimeStatus"]), ("instance", &json!("Terminated")));
    let (_, name, data) = Events::of(&http, &format!("/changes?since={second}"), None).await.next().await;
    assert_eq!((name.as_str(), data), ("purged", json!({"instanceId": "x"})));
    let (_, name, _) = Events::of(&http, "/changes?since=1", None).await.next().await;
    assert_eq!(name, "missed");
    assert_eq!(http.ask("GET /changes", &[("last-event-id", "yesterday")], "").await.status, 400);
}

#[tokio::test]
async fn a_stream_takes_a_place_of_those_that_may_be_at_work_and_needs_a_key_if_there_are_keys() {
    let limited = http(|api| api.max_in_flight(1)).await;
    let events = Events::of(&limited, "/changes", None).await;
    let refused = limited.json("GET /instances", "").await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    drop(events);
    assert_eq!(limited.json("GET /instances", "").await.status, 200);
    let locked = http(|api| api.key(durable::http::Key::new(common::http::KEY).unwrap())).await;
    assert_eq!(locked.json("GET /changes", "").await.status, 401);
}
