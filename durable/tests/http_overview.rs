//! What the HTTP API tells those who look around: an overview, histories event by event, entities with their queues.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{
    http::{BASE, Http, KEY, READ_ONLY_KEY, Stage, ask, http},
    soon,
};
use durable::{
    Payload,
    http::{Api, Key},
};
use serde_json::{Value, json};

async fn open() -> Http {
    http(|api| api).await
}

fn events(page: &Value) -> Vec<(u64, &str)> {
    let events = page["events"].as_array().unwrap().iter();
    events.map(|event| (event["sequence"].as_u64().unwrap(), event["type"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn an_overview_counts_what_there_is_and_groups_what_has_failed() {
    let http = http(|api| api.environment("staging")).await;
    let empty = http.json("GET /overview", "").await.value();
    assert_eq!(empty["instances"], json!([]));
    assert_eq!(empty["failures"], json!([]));
    for _ in 0..3 {
        http.json("POST /orchestrators/fails?timeout=10&pollingInterval=1", "").await;
    }
    http.json("POST /orchestrators/quick?timeout=10&pollingInterval=1", "\"a\"").await;
    Stage::Running.reach(&http.client()).await;
    http.client().start_named("gone", Payload::null()).await.unwrap();
    http.json("POST /entities/Counter/a/call?op=add", "1").await;
    let overview = http.json("GET /overview", "").await.value();
    let expected = json!({
        "version": env!("CARGO_PKG_VERSION"), "environment": "staging", "mayChange": true, "live": true,
        "orchestrators": ["fails", "holds", "naps", "quick", "waits"], "entities": ["Counter"],
        "instances": [
            {"name": "fails", "runtimeStatus": "Failed", "count": 3},
            {"name": "gone", "runtimeStatus": "Pending", "count": 1},
            {"name": "quick", "runtimeStatus": "Completed", "count": 1},
            {"name": "waits", "runtimeStatus": "Running", "count": 1},
        ],
        "parked": 1, "entityCounts": [{"name": "Counter", "count": 1}], "failuresExamined": 3,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(overview[name], *value, "{name}");
    }
    let [failure] = &overview["failures"].as_array().unwrap()[..] else { panic!("{overview}") };
    assert_eq!((&failure["name"], &failure["count"]), (&json!("fails"), &json!(3)));
    assert_eq!(failure["message"], failure["pattern"]);
    assert!(failure["message"].as_str().unwrap().contains("the fuse was lit"), "{failure}");
    let latest = http.json(&format!("GET /instances/{}", failure["instanceId"].as_str().unwrap()), "").await.value();
    assert_eq!(latest["runtimeStatus"], "Failed");
}

#[tokio::test]
async fn an_overview_tells_what_the_key_allows() {
    let http = http(|api| api.key(Key::new(KEY).unwrap()).read_only_key(Key::new(READ_ONLY_KEY).unwrap())).await;
    for (key, may_change) in [(KEY, true), (READ_ONLY_KEY, false)] {
        let overview = http.ask("GET /overview", &[("x-functions-key", key)], "").await.value();
        assert_eq!(overview["mayChange"], may_change, "{key}");
    }
}

#[tokio::test]
async fn pages_of_a_history_put_together_are_the_history_field_by_field() {
    let http = open().await;
    http.json("POST /orchestrators/quick/x?timeout=10&pollingInterval=1", "\"hello\"").await;
    let whole = http.json("GET /instances/x/history", "").await.value();
    let expected = [(0, "ExecutionStarted"), (1, "TaskScheduled"), (2, "TaskCompleted"), (3, "ExecutionCompleted")];
    assert_eq!(events(&whole), expected);
    assert_eq!((&whole["total"], &whole["next"], &whole["generation"]), (&json!(4), &Value::Null, &json!(0)));
    let fields = |event: &Value| {
        let mut fields = event.clone();
        let timestamp = fields.as_object_mut().unwrap().remove("timestamp").unwrap();
        assert!(timestamp.as_str().unwrap().ends_with('Z'), "{event}");
        fields
    };
    let scheduled = json!({"sequence": 1, "type": "TaskScheduled", "id": 0, "name": "echo", "input": "hello"});
    assert_eq!(fields(&whole["events"][1]), scheduled);
    let execution_id = whole["events"][0]["executionId"].as_str().unwrap();
    assert_eq!(execution_id.len(), 32);

    let (mut pieces, mut after) = (Vec::new(), String::new());
    loop {
        let page = http.json(&format!("GET /instances/x/history?top=1{after}"), "").await.value();
        pieces.extend(page["events"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_u64() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(json!(pieces), whole["events"]);
    for (n, event) in pieces.iter().enumerate() {
        assert_eq!(http.json(&format!("GET /instances/x/history/{n}"), "").await.value(), *event);
    }
    for nothing in ["4", "-1", "x", "18446744073709551616"] {
        assert_eq!(http.json(&format!("GET /instances/x/history/{nothing}"), "").await.status, 404, "{nothing}");
    }
    let behind = http.json("GET /instances/x/history?after=18446744073709551615", "").await.value();
    assert_eq!((events(&behind), &behind["next"]), (vec![], &Value::Null));
    assert_eq!(http.json("GET /instances/x/history?after=first", "").await.status, 400);
}

#[tokio::test]
async fn a_place_in_another_generation_is_no_place_in_this_one() {
    let http = open().await;
    http.json("POST /orchestrators/quick/x?timeout=10&pollingInterval=1", "\"hello\"").await;
    let of = async |query: &str| {
        let page = http.json(&format!("GET /instances/x/history?{query}"), "").await.value();
        events(&page).len()
    };
    assert_eq!(of("after=2&generation=0").await, 1);
    assert_eq!(of("after=2").await, 1);
    assert_eq!(of("after=2&generation=7").await, 4, "the whole, from its beginning");
}

#[tokio::test]
async fn payloads_over_the_limit_are_left_out_and_measured_and_numbers_stay_as_they_are() {
    let http = open().await;
    let long = format!("\"{}\"", "x".repeat(5_000));
    http.json("POST /orchestrators/quick/x?timeout=10&pollingInterval=1", &long).await;
    let page = http.json("GET /instances/x/history?payloadLimit=100", "").await;
    assert!(page.body.len() < 1_500, "{}", page.body.len());
    for event in page.value()["events"].as_array().unwrap() {
        let name =
            if event["type"] == "ExecutionStarted" || event["type"] == "TaskScheduled" { "input" } else { "result" };
        assert_eq!((&event[name], &event["omitted"]), (&Value::Null, &json!({name: 5_002})), "{event}");
    }
    let one = http.json("GET /instances/x/history/1", "").await;
    assert!(one.body.contains(&long), "one event is shown whole");
    let status = http.json("GET /instances/x?showDetails=true&payloadLimit=100", "").await.value();
    assert_eq!((&status["input"], &status["output"]), (&Value::Null, &Value::Null));
    assert_eq!(status["details"]["omitted"], json!({"input": 5_002, "output": 5_002}));
    let list = http.json("GET /instances?payloadLimit=100&showDetails=true", "").await.value();
    assert_eq!(list[0]["details"]["omitted"], json!({"input": 5_002, "output": 5_002}));

    let exact = r#"{"z":1.10,"a":123456789012345678901234567890}"#;
    let client = http.client();
    client.start_named("gone", Payload::from_json(exact.to_owned()).unwrap()).instance_id("parked").await.unwrap();
    client.start_named("quick", Payload::from_json(exact.to_owned()).unwrap()).instance_id("y").await.unwrap();
    soon(client.handle::<Payload, durable::Error>("y").unwrap().output()).await.unwrap_err();
    let history = http.json("GET /instances/y/history", "").await;
    assert!(history.body.contains(exact), "{history:?}");
}

#[tokio::test]
async fn a_list_without_inputs_and_outputs_says_who_is_there_and_no_more() {
    let http = open().await;
    http.json("POST /orchestrators/quick/x?timeout=10&pollingInterval=1&tag=team:a", "\"hello\"").await;
    let list = http.json("GET /instances?showInput=false&showOutput=false&showDetails=true", "").await.value();
    assert_eq!((&list[0]["input"], &list[0]["output"]), (&Value::Null, &Value::Null));
    assert_eq!((&list[0]["instanceId"], &list[0]["details"]["tags"]), (&json!("x"), &json!({"team": "a"})));
    let created = list[0]["details"]["created"].as_str().unwrap();
    assert!(created.starts_with(list[0]["createdTime"].as_str().unwrap().trim_end_matches('Z')), "{created}");
    let list = http.json("GET /instances?showInput=false", "").await.value();
    assert_eq!((&list[0]["input"], &list[0]["output"]), (&Value::Null, &json!("hello")));
}

#[tokio::test]
async fn details_name_the_events_that_are_awaited() {
    let http = open().await;
    Stage::Running.reach(&http.client()).await;
    let details = http.json("GET /instances/x?showDetails=true", "").await.value()["details"].clone();
    assert_eq!(details["awaitedEvents"], json!(["more"]));
}

#[tokio::test]
async fn an_entity_tells_who_holds_it_and_what_waits_for_it() {
    let http = open().await;
    http.json("POST /orchestrators/holds/first", "\"a\"").await;
    let details = async || http.json("GET /entities/Counter/a?showDetails=true", "").await.value();
    while details().await["lockedBy"].is_null() {
        tokio::task::yield_now().await;
    }
    http.json("POST /orchestrators/holds/second", "\"a\"").await;
    http.json("POST /entities/Counter/a?op=add", "1").await;
    while details().await["backlog"] != 2 {
        tokio::task::yield_now().await;
    }
    let details = details().await;
    assert_eq!(details["entityId"], json!({"name": "Counter", "key": "a"}));
    assert_eq!((&details["state"], &details["parked"]), (&Value::Null, &Value::Null));
    assert_eq!(details["lockedBy"]["instance_id"], "first");
    let waiting = details["waiting"].as_array().unwrap();
    assert_eq!(waiting.iter().map(|holder| &holder["instance_id"]).collect::<Vec<_>>(), ["second"]);
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_database_of_a_program_that_is_gone_tells_what_its_instances_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("app.db");
    let runtime = durable::Runtime::builder().sqlite(&path).register(common::http::ALL).start().await.unwrap();
    let router = durable::http::router(runtime.client());
    for path in ["/orchestrators/naps/nap", "/orchestrators/fails/fail?timeout=10&pollingInterval=1"] {
        ask(&router, "POST", &format!("{BASE}{path}"), &[], "").await;
    }
    let nap = durable::InstanceId::new("nap").unwrap();
    while runtime.client().waiting_for(&nap).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    runtime.shutdown().await.unwrap();

    let reader = durable::Client::read_only(&path).await.unwrap();
    let router = Api::new(reader).read_only().router();
    let asked = async |request: &str| ask(&router, "GET", &format!("{BASE}{request}"), &[], "").await.value();
    let overview = asked("/overview").await;
    assert_eq!((&overview["live"], &overview["mayChange"]), (&json!(false), &json!(false)));
    assert_eq!(overview["failures"][0]["instanceId"], "fail");
    let waiting = asked("/instances/nap?showDetails=true").await["details"]["waitingFor"].clone();
    assert!(waiting[0].as_str().unwrap().starts_with("timer #0 due "), "{waiting}");
    assert_eq!(asked("/instances/fail?showDetails=true").await["details"]["waitingFor"], json!([]));
    assert_eq!(events(&asked("/instances/nap/history").await)[1], (1, "TimerCreated"));
}
