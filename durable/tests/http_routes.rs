//! What each route of the HTTP API answers, header for header and field for field.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::time::Duration;

use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
    routing::post,
};
use common::{
    http::{BASE, Http, Stage, ask, http, members},
    soon,
};
use durable::{InstanceId, Status, http::Api};
use serde_json::{Value, json};

const STATUS: [&str; 8] =
    ["createdTime", "customStatus", "input", "instanceId", "lastUpdatedTime", "name", "output", "runtimeStatus"];

async fn open() -> Http {
    http(|api| api).await
}

#[tokio::test]
async fn a_start_tells_where_to_look_in_nine_fields() {
    let http = open().await;
    let root = format!("http://localhost:7071{BASE}/instances/a%20%2F%C3%BC");
    let started = http.json("POST /Orchestrators/QUICK/a%20%2F%C3%BC", r#""hello""#).await;
    assert_eq!(started.status, 202);
    assert_eq!(started.header("location"), Some(root.as_str()));
    assert_eq!(started.header("retry-after"), Some("10"));
    assert_eq!(started.header("content-type"), Some("application/json"));
    let expected = json!({
        "id": "a /ü",
        "statusQueryGetUri": root,
        "sendEventPostUri": format!("{root}/raiseEvent/{{eventName}}"),
        "terminatePostUri": format!("{root}/terminate?reason={{text}}"),
        "purgeHistoryDeleteUri": root,
        "restartPostUri": format!("{root}/restart"),
        "suspendPostUri": format!("{root}/suspend?reason={{text}}"),
        "resumePostUri": format!("{root}/resume?reason={{text}}"),
        "rewindPostUri": format!("{root}/rewind?reason={{text}}"),
    });
    assert_eq!(started.value(), expected);
    let generated = http.json("POST /orchestrators/waits?version=2&tag=team:a&tag=region=eu", "1").await.value();
    let id: InstanceId = generated["id"].as_str().unwrap().parse().unwrap();
    let status = http.client().status(&id).await.unwrap().unwrap();
    assert_eq!(
        (status.version.as_deref(), status.tags["team"].as_str(), status.tags["region"].as_str()),
        (Some("2"), "a", "eu")
    );
    let fails = http.json("POST /orchestrators/fails?returnInternalServerErrorOnFailure=true", "").await.value();
    let link = fails["statusQueryGetUri"].as_str().unwrap();
    assert!(link.ends_with("?returnInternalServerErrorOnFailure=true"), "{link}");
}

#[tokio::test]
async fn what_can_not_be_started_is_refused_with_the_reason() {
    let http = open().await;
    let long = format!("POST /orchestrators/waits/{}", "k".repeat(257));
    let deep = "[".repeat(129) + &"]".repeat(129);
    for (request, body, reason) in [
        (
            "POST /orchestrators/nothing",
            "",
            "no orchestrator `nothing` is registered; there are: fails, holds, naps, quick, waits",
        ),
        ("POST /orchestrators/waits", "{", "the body is no JSON"),
        ("POST /orchestrators/waits", "1 2", "the body is no JSON"),
        ("POST /orchestrators/waits", &deep, "more than 128 deep"),
        ("POST /orchestrators/waits/@a@b", "1", "reserved for entities"),
        ("POST /orchestrators/waits/a%0Ab", "1", "control character"),
        (&long, "1", "257 characters"),
        ("POST /orchestrators/waits?timeout=1&pollingInterval=2", "1", "longer than the timeout"),
        ("POST /orchestrators/waits?timeout=soon&pollingInterval=2", "1", "expected a number of seconds"),
        ("POST /orchestrators/waits?tag=team", "1", "name:value"),
        ("POST /orchestrators/waits?returnInternalServerErrorOnFailure=perhaps", "1", "expected `true` or `false`"),
        ("POST /entities/Nothing/a?op=add", "1", "no entity `Nothing` is registered; there are: Counter"),
        ("POST /entities/Counter/a?op=add", "{", "the body is no JSON"),
        ("GET /instances?top=many", "", "expected a whole number"),
        ("GET /instances?createdTimeFrom=yesterday", "", "expected a point in time"),
        ("GET /instances/a%FF", "", "not UTF-8"),
        ("DELETE /instances", "", "`createdTimeFrom` is needed"),
    ] {
        let answer = http.json(request, body).await;
        assert_eq!(answer.status, 400, "{request}: {answer:?}");
        answer.is_an_error();
        assert!(answer.value()["Message"].as_str().unwrap().contains(reason), "{request}: {answer:?}");
    }
    assert!(http.client().instances().await.unwrap().instances.is_empty());
}

#[tokio::test]
async fn a_body_of_more_than_the_limit_is_refused() {
    let http = http(|api| api.max_body(1_000)).await;
    let text = |length: usize| format!("\"{}\"", "x".repeat(length - 2));
    assert_eq!(http.json("POST /orchestrators/quick", &text(1_000)).await.status, 202);
    let answer = http.json("POST /orchestrators/quick", &text(1_001)).await;
    assert_eq!(answer.status, 413);
    answer.is_an_error();
    let gzip = [("content-type", "application/json"), ("content-encoding", "gzip")];
    assert_eq!(http.ask("POST /orchestrators/quick", &gzip, "x").await.status, 415);
}

#[tokio::test]
async fn more_requests_than_allowed_are_told_to_come_back() {
    let http = http(|api| api.max_in_flight(1)).await;
    Stage::Running.reach(&http.client()).await;
    let waiting = http.json("POST /orchestrators/waits/y?timeout=3600&pollingInterval=1", "1");
    let others = async {
        while http.client().status(&"y".parse().unwrap()).await.unwrap().is_none() {
            tokio::task::yield_now().await;
        }
        let refused = http.json("GET /instances", "").await;
        assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
        http.client().raise_event(&"y".parse().unwrap(), "more", &41).await.unwrap();
    };
    let (waited, ()) = tokio::join!(waiting, others);
    assert_eq!((waited.status, waited.body.as_str()), (200, "42"));
    assert_eq!(http.json("GET /instances", "").await.status, 200);
}

#[tokio::test]
async fn a_status_has_eight_fields_and_those_that_are_asked_for() {
    let http = open().await;
    Stage::Running.reach(&http.client()).await;
    let answer = http.json("GET /instances/x", "").await;
    assert_eq!((answer.status, answer.header("retry-after")), (202, Some("5")));
    assert_eq!(answer.header("location"), Some(format!("http://localhost:7071{BASE}/instances/x").as_str()));
    assert_eq!(answer.members(), STATUS);
    let status = answer.value();
    for (name, expected) in [
        ("name", json!("waits")),
        ("instanceId", json!("x")),
        ("runtimeStatus", json!("Running")),
        ("input", json!(1)),
        ("customStatus", json!("waiting")),
        ("output", json!(null)),
    ] {
        assert_eq!(status[name], expected, "{name}");
    }
    for time in ["createdTime", "lastUpdatedTime"] {
        let text = status[time].as_str().unwrap();
        assert!(text.len() == "2026-11-21T12:00:00Z".len() && text.ends_with('Z'), "{text}");
    }
    let hidden = http.json("GET /instances/x?SHOWINPUT=False", "").await.value();
    assert_eq!((&hidden["input"], members(&hidden).len()), (&json!(null), 8));
    let details = http.json("GET /instances/x?showDetails=true", "").await.value();
    let expected = "awaitedEvents created failure generation parent tags updated version waitingFor";
    assert_eq!(members(&details["details"]).join(" "), expected);
    let location = http.json("GET /instances/x?showInput=false", "").await;
    assert!(location.header("location").unwrap().ends_with("/instances/x?showInput=false"));
}

#[tokio::test]
async fn each_end_has_its_output() {
    for (stage, status, output) in [
        (Stage::Completed, "Completed", "done"),
        (Stage::Failed, "Failed", "the fuse was lit"),
        (Stage::Terminated, "Terminated", "enough"),
    ] {
        let http = open().await;
        stage.reach(&http.client()).await;
        let answer = http.json("GET /instances/x", "").await;
        assert_eq!((answer.status, answer.header("location"), answer.header("retry-after")), (200, None, None));
        assert_eq!(answer.members(), STATUS);
        assert_eq!((&answer.value()["runtimeStatus"], &answer.value()["output"]), (&json!(status), &json!(output)));
    }
}

#[tokio::test]
async fn instances_are_listed_page_by_page_and_filtered() {
    let http = open().await;
    let client = http.client();
    assert_eq!(http.json("GET /instances", "").await.body, "[]");
    for n in 0..5 {
        http.json(&format!("POST /orchestrators/waits/w-{n}?version={}&tag=parity:{}", n / 3, n % 2), "7").await;
    }
    let quick = client.start_named("quick", durable::Payload::encode("q").unwrap()).instance_id("q").await.unwrap();
    soon(quick.output()).await.unwrap();
    let ids = |page: &Value| -> Vec<String> {
        page.as_array().unwrap().iter().map(|status| status["instanceId"].as_str().unwrap().to_owned()).collect()
    };
    let all = http.json("GET /instances/", "").await;
    assert_eq!((all.status, all.header("x-ms-continuation-token")), (200, None));
    assert_eq!(ids(&all.value()), ["q", "w-4", "w-3", "w-2", "w-1", "w-0"]);
    assert_eq!((&all.value()[0]["output"], &all.value()[1]["input"]), (&json!("q"), &json!(7)));
    assert_eq!(members(&all.value()[0]), STATUS);
    assert_eq!(http.json("GET /instances?showInput=false", "").await.value()[1]["input"], json!(null));

    let mut token = None;
    let mut pages = Vec::new();
    loop {
        let headers: Vec<_> = token.iter().map(|token: &String| ("x-ms-continuation-token", token.as_str())).collect();
        let page = http.ask("GET /instances?top=2&instanceIdPrefix=w-", &headers, "").await;
        pages.push(ids(&page.value()));
        token = page.header("x-ms-continuation-token").map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!(pages, [vec!["w-4", "w-3"], vec!["w-2", "w-1"], vec!["w-0"]]);
    assert_eq!(http.ask("GET /instances", &[("x-ms-continuation-token", "é")], "").await.status, 400);

    for (query, expected) in [
        ("runtimeStatus=Completed", vec!["q"]),
        ("runtimeStatus=Completed,Failed&RUNTIMESTATUS=Terminated", vec!["q"]),
        ("runtimeStatus=Completed,Unheard", vec!["q"]),
        // Names are case-sensitive, and what is no status of ours must not mean all.
        ("runtimeStatus=completed", vec![]),
        ("runtimeStatus=Canceled", vec![]),
        ("runtimeStatus=", vec!["q", "w-4", "w-3", "w-2", "w-1", "w-0"]),
        ("name=waits&tag=parity:1", vec!["w-3", "w-1"]),
        ("version=1", vec!["w-4", "w-3"]),
        ("parent=nobody", vec![]),
        ("errorType=", vec!["q", "w-4", "w-3", "w-2", "w-1", "w-0"]),
        ("errorType=Overdrawn", vec![]),
        ("oldestFirst=true&top=2", vec!["w-0", "w-1"]),
        ("oldestFirst=false&top=2", vec!["q", "w-4"]),
        ("parked=true", vec![]),
        ("parked=false&top=1", vec!["q"]),
        ("createdTimeFrom=2999-01-01", vec![]),
        ("createdTimeTo=1999-01-01T00:00:00", vec![]),
        ("taskHub=any&connection=any&code=any&instanceIdPrefix=q", vec!["q"]),
    ] {
        assert_eq!(ids(&http.json(&format!("GET /instances?{query}"), "").await.value()), expected, "{query}");
    }
    let purged = http.json("DELETE /instances?createdTimeFrom=2000-01-01&runtimeStatus=completed", "").await;
    assert_eq!(purged.status, 404);
    let purged =
        http.json("DELETE /instances?createdTimeFrom=2000-01-01T00:00:00Z&runtimeStatus=Completed,Running", "").await;
    assert_eq!((purged.status, purged.body.as_str()), (200, r#"{"instancesDeleted":1}"#));
    assert_eq!(client.instances().await.unwrap().instances.len(), 5);
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_refused_also_where_nothing_can_match() {
    let http = open().await;
    for query in
        ["createdTimeFrom=soon", "createdTimeTo=soon", "tag=none", "parked=perhaps", "oldestFirst=x", "top=many"]
    {
        for status in ["Completed", "Unheard"] {
            let answer = http.json(&format!("GET /instances?runtimeStatus={status}&{query}"), "").await;
            assert_eq!(answer.status, 400, "{status} {query}");
        }
    }
    let headers = [("x-ms-continuation-token", "é")];
    assert_eq!(http.ask("GET /instances?runtimeStatus=Unheard", &headers, "").await.status, 400);
}

#[tokio::test]
async fn a_history_tells_what_was_asked_for_with_its_result() {
    let http = open().await;
    Stage::Completed.reach(&http.client()).await;
    let events = async |query: &str| {
        let status = http.json(&format!("GET /instances/x?showHistory=true{query}"), "").await.value();
        status["historyEvents"].as_array().unwrap().clone()
    };
    let short = events("&showInput=false").await;
    let types: Vec<_> = short.iter().map(|event| event["EventType"].as_str().unwrap()).collect();
    assert_eq!(types, ["ExecutionStarted", "TaskCompleted", "ExecutionCompleted"]);
    assert_eq!(members(&short[0]), ["EventType", "FunctionName", "Timestamp"]);
    assert_eq!(members(&short[1]), ["EventType", "FunctionName", "ScheduledTime", "Timestamp"]);
    assert_eq!(members(&short[2]), ["EventType", "OrchestrationStatus", "Timestamp"]);
    assert_eq!((&short[0]["FunctionName"], &short[1]["FunctionName"]), (&json!("quick"), &json!("echo")));
    let long = events("&showHistoryOutput=true").await;
    assert_eq!(
        (&long[0]["Input"], &long[1]["Input"], &long[1]["Result"]),
        (&json!("done"), &json!("done"), &json!("done"))
    );
    assert_eq!((&long[2]["Result"], &long[2]["OrchestrationStatus"]), (&json!("done"), &json!("Completed")));
}

#[tokio::test]
async fn a_history_tells_failures_and_what_is_still_open() {
    let http = open().await;
    Stage::Failed.reach(&http.client()).await;
    let status = http.json("GET /instances/x?showHistory=true", "").await.value();
    let [_, failed, ended] = &status["historyEvents"].as_array().unwrap()[..] else { panic!("{status}") };
    assert_eq!(failed["EventType"], json!("TaskFailed"));
    assert_eq!((&failed["FunctionName"], &failed["Reason"]), (&json!("explode"), &json!("the fuse was lit")));
    let details = &failed["FailureDetails"];
    assert_eq!(members(details), ["ErrorMessage", "ErrorType", "InnerFailure", "IsNonRetriable", "StackTrace"]);
    assert_eq!(
        (&details["ErrorMessage"], &ended["OrchestrationStatus"]),
        (&json!("the fuse was lit"), &json!("Failed"))
    );
    assert_eq!(ended["FailureDetails"]["ErrorMessage"], json!("the fuse was lit"));

    let http = open().await;
    Stage::Suspended.reach(&http.client()).await;
    http.json("POST /instances/x/raiseEvent/more", "5").await;
    let status = http.json("GET /instances/x?showHistory=true", "").await.value();
    let [_, suspended, raised] = &status["historyEvents"].as_array().unwrap()[..] else { panic!("{status}") };
    assert_eq!((&suspended["EventType"], &suspended["Reason"]), (&json!("ExecutionSuspended"), &json!("lunch")));
    assert_eq!(
        (&raised["EventType"], &raised["Name"], &raised["Input"]),
        (&json!("EventRaised"), &json!("more"), &json!(5))
    );
    let http = open().await;
    Stage::Pending.reach(&http.client()).await;
    assert_eq!(http.json("GET /instances/x?showHistory=true", "").await.value()["historyEvents"], json!([]));
}

#[tokio::test]
async fn events_carry_json_or_nothing() {
    let http = open().await;
    Stage::Running.reach(&http.client()).await;
    for content_type in ["text/plain", "application/x-www-form-urlencoded"] {
        let answer = http.ask("POST /instances/x/raiseEvent/more", &[("content-type", content_type)], "1").await;
        assert_eq!(answer.status, 400);
    }
    assert_eq!(http.json("POST /instances/x/raiseEvent/more", "{").await.status, 400);
    let answer = http.json("POST /instances/x/RAISEEVENT/nobody%20waits", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (202, ""));
    assert_eq!(http.json("POST /instances/x/raiseEvent/more", "41").await.status, 202);
    let handle = http.client().handle::<u64, durable::Error>("x").unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), 42);
}

#[tokio::test]
async fn waiting_gives_the_bare_result_the_status_or_where_to_look() {
    let http = open().await;
    let wait = "timeout=20&pollingInterval=0.5";
    let answer = http.json(&format!("POST /orchestrators/quick?{wait}"), r#""at once""#).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, r#""at once""#));
    let answer = http.json(&format!("POST /orchestrators/fails?{wait}"), "").await;
    assert_eq!((answer.status, &answer.value()["runtimeStatus"]), (200, &json!("Failed")));
    assert_eq!(answer.members(), STATUS);
    let request = format!("POST /orchestrators/fails?{wait}&returnInternalServerErrorOnFailure=true");
    assert_eq!(http.json(&request, "").await.status, 500);
    let answer = http.json("POST /orchestrators/waits?timeout=0.05&pollingInterval=0.01", "1").await;
    assert_eq!((answer.status, answer.header("retry-after"), answer.members().len()), (202, Some("10"), 9));
    // One of both is no wish to wait.
    assert_eq!(http.json("POST /orchestrators/waits?timeout=20", "1").await.status, 202);
}

#[tokio::test]
async fn a_restart_takes_a_new_id_or_keeps_the_old_one() {
    let http = open().await;
    Stage::Completed.reach(&http.client()).await;
    let new = http.json("POST /instances/x/restart", "").await;
    assert_eq!((new.status, new.members().len(), new.header("retry-after")), (202, 9, Some("10")));
    assert_ne!(new.value()["id"], json!("x"));
    let same =
        http.json("POST /instances/x/restart?restartWithNewInstanceId=FALSE&timeout=20&pollingInterval=1", "").await;
    assert_eq!((same.status, same.body.as_str()), (200, r#""done""#));
    assert_eq!(http.json("POST /instances/@a@b/restart", "").await.status, 400);
}

#[tokio::test]
async fn a_rewind_can_be_tried_before_it_is_done() {
    let http = open().await;
    Stage::Failed.reach(&http.client()).await;
    let plan = http.json("POST /instances/x/rewind?dryRun=true", "").await;
    assert_eq!(plan.status, 200);
    let expected = json!({
        "instanceId": "x",
        "kept": 2,
        "dropped": 2,
        "repeated": ["activity `explode` #0 with input null"],
        "children": [],
    });
    assert_eq!(plan.value(), expected);
    assert_eq!(http.json("GET /instances/x", "").await.value()["runtimeStatus"], json!("Failed"));
    assert_eq!(http.json("POST /instances/x/rewind?reason=again", "").await.status, 202);
    soon(http.client().handle::<(), durable::Error>("x").unwrap().output()).await.unwrap_err();
    let status = http.json("GET /instances/x?showHistory=true", "").await.value();
    let rewound =
        status["historyEvents"].as_array().unwrap().iter().find(|event| event["EventType"] == "ExecutionRewound");
    assert_eq!(rewound.unwrap()["Reason"], json!("again"));
}

#[tokio::test]
async fn termination_takes_a_reason_and_children_along() {
    let http = open().await;
    Stage::Running.reach(&http.client()).await;
    let answer = http.json("POST /instances/x/terminate?Reason=no+more%2C%20please&recursive=true", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (202, ""));
    let status = http.json("GET /instances/x", "").await.value();
    assert_eq!((&status["runtimeStatus"], &status["output"]), (&json!("Terminated"), &json!("no more, please")));
}

#[tokio::test]
async fn details_tell_what_an_instance_waits_for_and_why_it_is_parked() {
    let http = open().await;
    http.json("POST /orchestrators/naps/nap?version=3&tag=team:a", "").await;
    let details = http.json("GET /instances/nap?showDetails=true", "").await.value()["details"].clone();
    assert_eq!((&details["version"], &details["tags"]), (&json!("3"), &json!({"team": "a"})));
    let waiting = details["waitingFor"][0].as_str().unwrap().to_owned();
    assert!(waiting.starts_with("timer #0 due "), "{waiting}");
    Stage::Running.reach(&http.client()).await;
    let details = http.json("GET /instances/x?showDetails=true", "").await.value()["details"].clone();
    assert_eq!(details["waitingFor"], json!(["an event `more`"]));
    // Code that was there when it was started, and is not now.
    http.client().start_named("gone", durable::Payload::null()).instance_id("parked").await.unwrap();
    let parked = http.json("GET /instances?parked=true&showDetails=true", "").await.value();
    assert_eq!((&parked[0]["instanceId"], &parked[0]["parked"]["reason"]), (&json!("parked"), &json!("NotRegistered")));
    assert_eq!(members(&parked[0]).len(), 10);
}

#[tokio::test]
async fn a_client_that_only_reads_shows_and_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("app.db");
    let runtime = durable::Runtime::builder().sqlite(&path).register(common::http::ALL).start().await.unwrap();
    Stage::Running.reach(&runtime.client()).await;
    let reader = durable::Client::read_only(&path).await.unwrap();
    let router = durable::http::router(reader);
    let asked = async |method: &str, request: &str| ask(&router, method, &format!("{BASE}{request}"), &[], "").await;
    assert_eq!(asked("GET", "/instances/x").await.status, 202);
    assert_eq!(asked("GET", "/instances").await.value().as_array().unwrap().len(), 1);
    for request in ["/orchestrators/any", "/instances/x/terminate", "/entities/Any/a?op=add"] {
        let refused = asked("POST", request).await;
        assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")), "{request}");
        assert!(refused.body.contains("can only read"), "{refused:?}");
    }
    runtime.shutdown().await.unwrap();
}

#[tokio::test]
async fn ids_are_texts_whatever_they_look_like() {
    let http = open().await;
    let ids = [
        "..",
        ".",
        "..%2F..%2Fetc%2Fpasswd",
        "%252e%252e%252f",
        "..%5C..",
        "a%2F..%2Fb",
        "%3F%23%25",
        "'%22--",
        "%3Cscript%3E",
        "%F0%9F%9A%B2",
        "a+b",
        "a%20b",
        "terminate",
        "$",
        "*",
        "%7Bpath%7D",
        "%E2%80%AE",
    ];
    for id in ids {
        let started = http.json(&format!("POST /orchestrators/waits/{id}"), "1").await;
        assert_eq!(started.status, 202, "{id}: {started:?}");
        let own = percent(id);
        assert_eq!(started.value()["id"], json!(own));
        let link = started.value()["statusQueryGetUri"].as_str().unwrap().to_owned();
        let path = link.strip_prefix("http://localhost:7071").unwrap();
        let looked = ask(&http.router, "GET", path, &[], "").await;
        assert_eq!((looked.status, &looked.value()["instanceId"]), (202, &json!(own)), "{link}");
    }
    assert_eq!(http.client().instances().await.unwrap().instances.len(), ids.len());
    for id in ["%00", "a%0Db", "%7F", "%C2%85"] {
        assert_eq!(http.json(&format!("GET /instances/{id}"), "").await.status, 400, "{id}");
    }
    for path in ["/../instances", "//instances", "/instances/x/../x", "/instances%2Fx", "/%2e/instances"] {
        assert_eq!(http.json(&format!("GET {path}"), "").await.status, 404, "{path}");
    }
}

fn percent(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn links_lead_to_where_the_router_is() {
    let started = async |router: &Router, path: &str, headers: &[(&str, &str)]| {
        let answer = ask(router, "POST", &format!("{path}/orchestrators/waits"), headers, "").await;
        let link = answer.value()["statusQueryGetUri"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned();
        assert_eq!(answer.header("location"), Some(link.as_str()));
        link.split_once("/instances/").unwrap().0.to_owned()
    };
    let world = open().await;
    let api = || Api::new(world.client());
    let nested = Router::new().nest("/admin/v1", api().base_path("tasks/").router());
    assert_eq!(started(&nested, "/admin/v1/tasks", &[]).await, "http://localhost:7071/admin/v1/tasks");
    assert_eq!(ask(&nested, "GET", "/tasks/instances", &[], "").await.status, 404);
    let root = api().base_path("/").router();
    assert_eq!(started(&root, "", &[("host", "127.0.0.1:80")]).await, "http://127.0.0.1:80");
    let merged = Router::new().fallback(|| async { "mine" }).merge(api().router());
    assert_eq!(ask(&merged, "GET", "/else", &[], "").await.body, "mine");
    assert_eq!(started(&merged, BASE, &[]).await, format!("http://localhost:7071{BASE}"));
    let forwarded = [("x-forwarded-host", "example.org, proxy"), ("x-forwarded-proto", "https")];
    assert_eq!(started(&merged, BASE, &forwarded).await, format!("http://localhost:7071{BASE}"));
    let trusting = api().trust_forwarded_host().router();
    assert_eq!(started(&trusting, BASE, &forwarded).await, format!("https://example.org{BASE}"));
    let public = api().public_url("https://example.org/internal/").router();
    assert_eq!(started(&public, BASE, &[]).await, format!("https://example.org/internal{BASE}"));
    let keyed = api().authorized_elsewhere().router();
    for host in ["", "a b", "a/b", "a@b\u{e9}"] {
        let answer = ask(&keyed, "POST", &format!("{BASE}/orchestrators/waits"), &[("host", host)], "").await;
        assert_eq!(answer.status, 400, "{host}");
    }
}

async fn result(State(api): State<Api>, Path(id): Path<InstanceId>, headers: HeaderMap) -> Response {
    api.wait_or_check_status(&headers, &id, Duration::from_millis(50), Duration::from_millis(10)).await
}

#[tokio::test]
async fn handlers_of_users_wait_or_tell_where_to_look() {
    let http = open().await;
    Stage::Running.reach(&http.client()).await;
    let api = Api::new(http.client());
    let app = Router::new().route("/result/{id}", post(result)).with_state(api.clone()).merge(api.router());
    let answer = ask(&app, "POST", "/result/x", &[], "").await;
    assert_eq!((answer.status, answer.members().len()), (202, 9));
    let link = answer.header("location").unwrap().strip_prefix("http://localhost:7071").unwrap().to_owned();
    assert_eq!(ask(&app, "GET", &link, &[], "").await.status, 202);
    http.client().raise_event(&"x".parse().unwrap(), "more", &41).await.unwrap();
    let answer = ask(&app, "POST", "/result/x", &[], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "42"));
    assert_eq!(ask(&app, "POST", "/result/nobody", &[], "").await.status, 404);
    let mut headers = HeaderMap::new();
    let (client, id) = (http.client(), "x".parse().unwrap());
    assert_eq!(durable::http::check_status_response(&client, &headers, &id).status(), 400);
    headers.insert("host", "example.org".parse().unwrap());
    assert_eq!(durable::http::check_status_response(&client, &headers, &id).status(), 202);
    let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
    assert_eq!(durable::http::wait_or_check_status(&client, &headers, &id, second, minute).await.status(), 400);
    assert_eq!(durable::http::wait_or_check_status(&client, &headers, &id, minute, second).await.status(), 200);
    assert_eq!(client.status(&id).await.unwrap().unwrap().status, Status::Completed);
}
