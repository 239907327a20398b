//! What the routes of entities answer over HTTP.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{
    http::{http, members},
    soon,
};
use durable::http::Api;
use serde_json::json;

#[tokio::test]
async fn an_entity_that_is_a_number_counts() {
    let http = http(|api| api).await;
    assert_eq!(http.json("GET /entities/Counter/cats", "").await.status, 404);
    for expected in ["10", "20"] {
        let answer = http.json("POST /entities/Counter/cats?op=add", "10").await;
        assert_eq!((answer.status, answer.body.as_str()), (202, ""));
        // A call comes after what was sent before it.
        http.json("POST /entities/counter/cats/call?op=add", "0").await;
        let answer = http.json("GET /Entities/counter/cats", "").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, expected));
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    assert_eq!(http.json("DELETE /entities/Counter/cats", "").await.status, 202);
    while http.json("GET /entities/Counter/cats", "").await.status != 404 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_body_of_no_stated_type_is_json_if_it_can_be_and_text_otherwise() {
    let http = http(|api| api).await;
    let call = async |operation: &str, content_type: Option<&str>, body: &str| {
        let headers: Vec<_> = content_type.into_iter().map(|name| ("content-type", name)).collect();
        let answer = http.ask(&format!("POST /entities/Counter/a/call?op={operation}"), &headers, body).await;
        (answer.status, answer.body)
    };
    // What `curl -d 10` sends.
    let form = Some("application/x-www-form-urlencoded");
    assert_eq!(call("add", form, "10").await, (200, "10".to_owned()));
    assert_eq!(call("add", None, "10").await, (200, "20".to_owned()));
    assert_eq!(call("note", form, "four words of text").await, (200, "18".to_owned()));
    assert_eq!(call("note", Some("text/plain"), "10").await, (200, "2".to_owned()));
    assert_eq!(call("note", None, "\"10\"").await, (200, "2".to_owned()));
}

#[tokio::test]
async fn a_call_gives_the_result_or_what_the_operation_says() {
    let http = http(|api| api).await;
    let call = "POST /entities/Counter/a/call?op=";
    for (operation, body, expected) in [
        ("add", "5", (200, "5")),
        ("add", "37", (200, "42")),
        ("add", &i64::MAX.to_string(), (422, "the counter is full")),
        ("explode", "", (400, "explode")),
        ("add", r#""many""#, (400, "can't take the argument")),
    ] {
        let answer = http.json(&format!("{call}{operation}"), body).await;
        assert_eq!(answer.status, expected.0, "{operation}: {answer:?}");
        assert!(answer.body.contains(expected.1), "{operation}: {answer:?}");
    }
}

#[tokio::test]
async fn text_is_a_string_and_the_empty_key_is_a_dollar_sign() {
    let keyed = http(Api::authorized_elsewhere).await;
    // With an authorization of somebody else, browsers are still kept from sending forms.
    let form = [("content-type", "text/plain"), ("user-agent", "Mozilla/5.0")];
    assert_eq!(keyed.ask("POST /entities/Counter?op=note", &form, "x").await.status, 415);
    let key = "0123456789abcdef";
    let http = http(|api| api.key(key.parse().unwrap())).await;
    let text = [("x-functions-key", key), ("content-type", "text/plain")];
    let answer = http.ask("POST /entities/Counter/$/call?op=note", &text, "räder").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "6"));
    assert_eq!(
        http.ask(
            "POST /entities/Counter?op=add",
            &[("x-functions-key", key), ("content-type", "application/json")],
            "3"
        )
        .await
        .status,
        202
    );
    let mut state = 404;
    while state == 404 {
        state = http.ask("GET /entities/Counter/$", &text[..1], "").await.status;
    }
    assert_eq!(http.client().entities().await.unwrap().entities[0].id.key(), "");
}

#[tokio::test]
async fn entities_are_listed_page_by_page() {
    let http = http(|api| api).await;
    for key in ["a", "b%2Fc", "%C3%BC"] {
        http.json(&format!("POST /entities/Counter/{key}/call?op=add"), "1").await;
    }
    let all = http.json("GET /entities", "").await.value();
    assert_eq!(members(&all[0]), ["entityId", "lastOperationTime", "state"]);
    assert_eq!((&all[0]["entityId"], &all[0]["state"]), (&json!({"name": "Counter", "key": "a"}), &json!(null)));
    let first = http.json("GET /entities/counter?fetchState=true&top=2", "").await;
    assert_eq!((&first.value()[1]["entityId"]["key"], &first.value()[1]["state"]), (&json!("b/c"), &json!(1)));
    let token = first.header("x-ms-continuation-token").unwrap();
    let second = http.ask("GET /entities/Counter?top=2", &[("x-ms-continuation-token", token)], "").await;
    assert_eq!((&second.value()[0]["entityId"]["key"], second.value().as_array().unwrap().len()), (&json!("ü"), 1));
    assert_eq!(second.header("x-ms-continuation-token"), None);
    for (query, count) in [
        ("/Nothing", 0),
        ("?keyPrefix=b", 1),
        ("?locked=true", 0),
        ("?locked=false", 3),
        ("?parked=true", 0),
        ("?lastOperationTimeFrom=2999-01-01", 0),
        ("?lastOperationTimeTo=2999-01-01", 3),
    ] {
        assert_eq!(
            http.json(&format!("GET /entities{query}"), "").await.value().as_array().unwrap().len(),
            count,
            "{query}"
        );
    }
    assert_eq!(http.ask("GET /entities", &[("x-ms-continuation-token", "a")], "").await.status, 400);
    let purged = http.json("DELETE /instances/@Counter@a", "").await;
    assert_eq!((purged.status, purged.body.as_str()), (200, r#"{"instancesDeleted":1}"#));
    assert_eq!(http.json("DELETE /instances/@Counter@nobody", "").await.status, 404);
}

#[tokio::test]
async fn who_holds_an_entity_is_shown_and_nobody_waits_for_ever() {
    let http = http(|api| api).await;
    http.json("POST /entities/Counter/a/call?op=add", "1").await;
    for id in ["holder", "waiter"] {
        http.json(&format!("POST /orchestrators/holds/{id}"), r#""a""#).await;
    }
    let held = http.json("GET /entities?locked=true", "").await.value();
    assert_eq!((&held[0]["entityId"]["key"], &held[0]["lockedBy"]["instance_id"]), (&json!("a"), &json!("holder")));
    let late = http.json("POST /entities/Counter/a/call?op=add&timeout=0.05", "1").await;
    assert_eq!(late.status, 504);
    late.is_an_error();
    assert_eq!(http.json("GET /entities/Counter/a", "").await.body, "1");
    let waits = http.json("GET /instances/waiter?showDetails=true", "").await.value();
    assert_eq!(waits["details"]["waitingFor"], json!(["lock #0 of `@Counter@a`"]));
    for id in ["holder", "waiter"] {
        assert_eq!(http.json(&format!("POST /instances/{id}/raiseEvent/go%20on"), "").await.status, 202);
        soon(http.client().handle::<(), durable::Error>(id).unwrap().output()).await.unwrap();
    }
    // The operation whose caller went away was performed all the same.
    assert_eq!(http.json("POST /entities/Counter/a/call?op=add", "0").await.body, "2");
    let history = http.json("GET /instances/waiter?showHistory=true", "").await.value();
    let granted = &history["historyEvents"][1];
    assert_eq!((&granted["EventType"], &granted["LockSet"]), (&json!("EntityLockGranted"), &json!(["@Counter@a"])));
}
