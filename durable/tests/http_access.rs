//! Who may do what over HTTP: every operation, in every state of an instance, with every kind of key.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::{
    fmt::Write as _,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use common::http::{Answer, BASE, Http, KEY, READ_ONLY_KEY, Stage, ask, http, send};
use durable::http::{Api, Key};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// An operation, and its status codes in the order of [`Stage::ALL`].
struct Row {
    request: &'static str,
    body: &'static str,
    reads: bool,
    codes: [u16; 7],
}

const fn reads(request: &'static str, codes: [u16; 7]) -> Row {
    Row { request, body: "", reads: true, codes }
}

const fn writes(request: &'static str, body: &'static str, codes: [u16; 7]) -> Row {
    Row { request, body, reads: false, codes }
}

/// All operations; `x` is the instance. States: unknown, pending, running, suspended, completed, failed, terminated.
const ROWS: &[Row] = &[
    reads("GET /instances/x", [404, 202, 202, 202, 200, 200, 200]),
    reads("GET /Instances/x?ShowHistory=true&SHOWINPUT=false", [404, 202, 202, 202, 200, 200, 200]),
    reads("GET /instances/x?returnInternalServerErrorOnFailure=true", [404, 202, 202, 202, 200, 500, 200]),
    reads("GET /instances", [200; 7]),
    reads("GET /instances?showInput=false&showOutput=false", [200; 7]),
    reads("GET /instances/x/history", [404, 200, 200, 200, 200, 200, 200]),
    reads("GET /instances/x/history/0", [404, 404, 200, 200, 200, 200, 200]),
    reads("GET /overview", [200; 7]),
    reads("GET /entities", [200; 7]),
    reads("GET /entities/Counter", [200; 7]),
    reads("GET /entities/Counter/a", [404; 7]),
    reads("GET /entities/Counter/a?showDetails=true", [404; 7]),
    reads("GET /openapi.json", [200; 7]),
    writes("POST /orchestrators/waits/x", "1", [202, 409, 409, 409, 202, 202, 202]),
    writes("POST /orchestrators/waits", "1", [202; 7]),
    writes("POST /orchestrators/nothing/x", "", [400; 7]),
    writes("POST /instances/x/raiseEvent/more", "2", [404, 202, 202, 202, 410, 410, 410]),
    writes("POST /instances/x/terminate?reason=enough", "", [404, 202, 202, 202, 410, 410, 410]),
    writes("POST /instances/x/suspend?reason=lunch", "", [404, 202, 202, 500, 410, 410, 410]),
    writes("POST /instances/x/resume", "", [404, 500, 500, 202, 410, 410, 410]),
    writes("POST /instances/x/rewind?reason=again", "", [404, 412, 412, 412, 412, 202, 412]),
    writes("POST /instances/x/restart", "", [400, 202, 202, 202, 202, 202, 202]),
    writes("POST /instances/x/restart?restartWithNewInstanceId=false", "", [400, 409, 409, 409, 202, 202, 202]),
    writes("DELETE /instances/x", "", [404, 412, 412, 412, 200, 200, 200]),
    writes("DELETE /instances?createdTimeFrom=2000-01-01", "", [404, 404, 404, 404, 200, 200, 200]),
    writes("DELETE /instances", "", [400; 7]),
    writes("POST /entities/Counter/a?op=add", "1", [202; 7]),
    writes("POST /entities/Counter?op=add", "1", [202; 7]),
    writes("POST /entities/Counter/a/call?op=add", "1", [200; 7]),
    writes("DELETE /entities/Counter/a", "", [202; 7]),
    writes("DELETE /entities/Counter", "", [202; 7]),
    writes("POST /bulk/terminate?instanceIdPrefix=y", "", [202; 7]),
    writes("POST /bulk/suspend?all=true&dryRun=true", "", [202; 7]),
    writes("POST /bulk/resume?name=none&reason=again", "", [202; 7]),
    writes("POST /bulk/rewind?runtimeStatus=Failed&name=none", "", [202; 7]),
    writes("POST /bulk/purge?tag=a:b&recursive=true", "", [202; 7]),
    writes("POST /bulk/purge", "", [400; 7]),
    writes("POST /makeprimary", "", [200; 7]),
    // What does not exist is told only to those who are let in.
    reads("GET /nothing", [404; 7]),
    reads("PATCH /instances/x", [404; 7]),
    reads("GET /instances/x/terminate", [404; 7]),
];

fn with_keys(api: Api) -> Api {
    api.key(Key::new(KEY).unwrap()).read_only_key(Key::new(READ_ONLY_KEY).unwrap())
}

fn json(body: &str) -> Vec<(&'static str, &'static str)> {
    if body.is_empty() { vec![] } else { vec![("content-type", "application/json")] }
}

#[tokio::test]
async fn every_operation_in_every_state_answers_whoever_has_a_key_for_it() {
    let (bearer, read_only) = (format!("Bearer {KEY}"), format!("bearer {READ_ONLY_KEY}"));
    for Row { request, body, reads, codes } in ROWS {
        let described = described(request);
        for (stage, code) in Stage::ALL.into_iter().zip(codes) {
            let http = http(with_keys).await;
            stage.reach(&http.client()).await;
            let ask = async |header: Option<(&'static str, &str)>| {
                let headers: Vec<_> = json(body).into_iter().chain(header).collect();
                let answer = http.ask(request, &headers, body).await;
                if matches!(answer.status, 400.. | 301..400) && !(answer.status == 500 && stage == Stage::Failed) {
                    answer.is_an_error();
                }
                let status = answer.status.to_string();
                assert!(described.as_ref().is_none_or(|codes| codes.contains(&status)), "{request}: {status}");
                assert_eq!(answer.header("cache-control"), Some("no-store"));
                assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
                assert_eq!(answer.header("access-control-allow-origin"), None);
                answer
            };
            let before = everything(&http).await;
            for header in [None, Some(("authorization", "Bearer 0123456789abcdeF")), Some(("x-functions-key", ""))] {
                let denied = ask(header).await;
                assert_eq!(denied.status, 401, "{request} in {stage:?}");
                assert_eq!(denied.header("www-authenticate"), Some("Bearer"));
                assert!(!denied.body.contains(KEY));
            }
            let looked = ask(Some(("authorization", &read_only))).await;
            assert_eq!(looked.status, if *reads { *code } else { 403 }, "{request} in {stage:?}: {looked:?}");
            assert_eq!(everything(&http).await, before, "{request} changed something without a key for it");
            let done = ask(Some(("authorization", &bearer))).await;
            assert_eq!(done.status, *code, "{request} in {stage:?}: {done:?}");
        }
    }
}

/// The status codes that `openapi.json` names for an operation; `None` if there is no such operation.
fn described(request: &str) -> Option<Vec<String>> {
    let document: serde_json::Value = serde_json::from_str(include_str!("../src/http/openapi.json")).unwrap();
    let (method, path) = request.split_once(' ').unwrap();
    let segments: Vec<_> = path.split('?').next().unwrap().split('/').collect();
    let paths = document["paths"].as_object().unwrap();
    let (_, methods) = paths.iter().find(|(template, _)| {
        let template: Vec<_> = template.split('/').collect();
        let fits = |(word, segment): (&&str, &&str)| word.starts_with('{') || word.eq_ignore_ascii_case(segment);
        template.len() == segments.len() && template.iter().zip(&segments).all(fits)
    })?;
    let responses = methods.get(method.to_lowercase())?["responses"].as_object().unwrap();
    Some(responses.keys().cloned().collect())
}

/// All that can be seen, to compare.
async fn everything(http: &Http) -> String {
    let client = http.client();
    format!("{:?} {:?}", client.instances().await.unwrap(), client.entities().with_transient().await.unwrap())
}

#[tokio::test]
async fn where_nothing_may_be_changed_the_best_key_only_reads() {
    let bearer = format!("Bearer {KEY}");
    for settings in [|api: Api| api.read_only(), |api: Api| with_keys(api).read_only()] {
        let http = http(settings).await;
        Stage::Running.reach(&http.client()).await;
        let before = everything(&http).await;
        for Row { request, body, reads, codes } in ROWS {
            let headers: Vec<_> = json(body).into_iter().chain([("authorization", &*bearer)]).collect();
            let answer = http.ask(request, &headers, body).await;
            let [_, _, running, ..] = *codes;
            assert_eq!(answer.status, if *reads { running } else { 403 }, "{request}: {answer:?}");
        }
        let overview = http.ask("GET /overview", &[("authorization", &bearer)], "").await.value();
        assert_eq!((&overview["mayChange"], &overview["live"]), (&false.into(), &true.into()));
        assert_eq!(everything(&http).await, before);
    }
}

#[tokio::test]
async fn without_keys_every_operation_is_open_to_this_machine_only() {
    for Row { request, body, codes, .. } in ROWS {
        let http = http(|api| api).await;
        let (method, path) = request.split_once(' ').unwrap();
        let path = format!("{BASE}{path}");
        let from = async |peer: Option<SocketAddr>, header: (&str, &str)| {
            let mut request = Request::builder().method(method).uri(&path);
            if header.0 != "host" {
                request = request.header("host", "127.0.0.1");
            }
            let mut request = request.header(header.0, header.1).body(Body::empty()).unwrap();
            if let Some(peer) = peer {
                request.extensions_mut().insert(ConnectInfo(peer));
            }
            send(&http.router, request).await.status
        };
        let local = SocketAddr::from(([127, 0, 0, 1], 1));
        let none = ("accept", "*/*");
        assert_eq!(from(None, none).await, 401, "{request}");
        for peer in ["10.0.0.1:1", "[::ffff:10.0.0.1]:1", "[2001:db8::1]:1"] {
            assert_eq!(from(Some(peer.parse().unwrap()), none).await, 401, "{request}");
        }
        for name in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
            assert_eq!(from(Some(local), (name, "127.0.0.1")).await, 401, "{request}");
        }
        for host in ["evil.example", "localhost.evil.example", "10.0.0.1", "", "localhost:7071@evil.example"] {
            assert_eq!(from(Some(local), ("host", host)).await, 421, "{request} for {host:?}");
        }
        for host in ["localhost", "LOCALHOST:80", "127.0.0.1:7071", "[::1]:7071"] {
            let status = from(Some(local), ("host", host)).await;
            assert!(![401, 403, 421].contains(&status), "{request} for {host:?}: {status}");
        }
        let fresh = common::http::http(|api| api).await;
        let answer = fresh.ask(request, &json(body), body).await;
        assert_eq!(answer.status, codes[0], "{request}: {answer:?}");
    }
}

#[tokio::test]
async fn pages_of_other_sites_change_nothing() {
    let http = http(|api| api).await;
    let changes = ROWS.iter().filter(|row| !row.reads);
    for Row { request, body, .. } in changes {
        for header in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", ""),
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("origin", "http://localhost:7071.evil.example"),
            ("origin", "http://localhost:8080"),
        ] {
            let headers: Vec<_> = json(body).into_iter().chain([header]).collect();
            let answer = http.ask(request, &headers, body).await;
            assert_eq!(answer.status, 403, "{request} with {header:?}");
        }
        for header in
            [("sec-fetch-site", "same-origin"), ("sec-fetch-site", "none"), ("origin", "http://localhost:7071")]
        {
            let headers: Vec<_> = json(body).into_iter().chain([header]).collect();
            assert_ne!(http.ask(request, &headers, body).await.status, 403, "{request} with {header:?}");
        }
        // What a form can send.
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
            let expected = if request.contains("raiseEvent") { 400 } else { 415 };
            for from in [("user-agent", "Mozilla/5.0"), ("referer", "http://evil.example"), ("cookie", "a=b")] {
                let answer = http.ask(request, &[("content-type", content_type), from], "{\"a\":1}").await;
                assert_eq!(answer.status, expected, "{request} with {content_type}");
                assert_eq!(http.ask(request, &[from], "1").await.status, expected);
            }
        }
    }
    let reads = http.ask("GET /instances", &[("sec-fetch-site", "cross-site")], "").await;
    assert_eq!((reads.status, reads.header("access-control-allow-origin")), (200, None));
}

#[tokio::test]
async fn a_host_can_be_allowed_and_authorization_left_to_others() {
    let http = http(|api| api.host("Durable.Internal")).await;
    for (host, status) in [("durable.internal:80", 200), ("DURABLE.internal", 200), ("other.internal", 421)] {
        assert_eq!(http.ask("GET /instances", &[("host", host)], "").await.status, status);
    }
    let open = Api::new(http.client()).authorized_elsewhere().router();
    let asked =
        async |request: axum::http::request::Builder| send(&open, request.body(Body::empty()).unwrap()).await.status;
    let path = format!("{BASE}/instances");
    assert_eq!(asked(Request::get(&path).header("host", "any.example")).await, 200);
    let foreign = Request::delete(&path).header("sec-fetch-site", "cross-site");
    assert_eq!(asked(foreign).await, 403);
}

#[tokio::test]
async fn two_keys_live_side_by_side_and_a_code_in_the_query_only_if_that_is_asked_for() {
    const NEXT: &str = "the-next-key-0123456789";
    let strict = http(|api| with_keys(api).key(Key::new(NEXT).unwrap())).await;
    let status =
        async |http: &Http, path: &str, name: &str, value: &str| http.ask(path, &[(name, value)], "").await.status;
    for key in [KEY, NEXT, READ_ONLY_KEY] {
        assert_eq!(status(&strict, "GET /instances", "x-functions-key", key).await, 200);
        assert_eq!(status(&strict, "GET /instances", "authorization", &format!("BEARER {key}")).await, 200);
        assert_eq!(status(&strict, &format!("GET /instances?code={key}"), "accept", "*/*").await, 401);
    }
    for value in ["Bearer", "Bearer ", "Basic MDEyMzQ1Njc4OWFiY2RlZg==", KEY, "Bearer  0123456789abcdef"] {
        assert_eq!(status(&strict, "GET /instances", "authorization", value).await, 401, "{value}");
    }
    let lenient = http(|api| with_keys(api).accept_code_in_query()).await;
    assert_eq!(status(&lenient, &format!("GET /instances?Code={KEY}"), "accept", "*/*").await, 200);
    assert_eq!(status(&lenient, &format!("DELETE /instances?code={READ_ONLY_KEY}"), "accept", "*/*").await, 403);
    assert_eq!(status(&lenient, "GET /instances?code=0123456789abcdeF", "accept", "*/*").await, 401);
}

/// The path and query of a link.
fn path(link: &str) -> String {
    link.strip_prefix("http://localhost:7071").unwrap().to_owned()
}

async fn follow(router: &Router, method: &str, link: &str) -> Answer {
    ask(router, method, &path(link), &[], "").await
}

#[tokio::test]
async fn a_signed_link_is_good_for_one_operation_on_one_instance() {
    let http = http(|api| with_keys(api).sign_actions()).await;
    let key = [("x-functions-key", KEY), ("content-type", "application/json")];
    let mut links = Vec::new();
    for id in ["a%20%2F", "b"] {
        let started = http.ask(&format!("POST /orchestrators/waits/{id}"), &key, "1").await.value();
        links.push(started.as_object().unwrap().clone());
    }
    let link = |of: usize, name: &str| links[of][name].as_str().unwrap().replace("{eventName}", "more");
    let status = link(0, "statusQueryGetUri");
    let answer = follow(&http.router, "GET", &status).await;
    assert_eq!(answer.status, 202);
    // The answer leads to itself, so that a caller can go on by it.
    assert_eq!(answer.header("location"), Some(status.as_str()));
    for (at, byte) in status.bytes().enumerate().skip(status.find("/instances/").unwrap() + 11) {
        let mut forged = status.clone();
        forged.replace_range(at..=at, if byte == b'1' { "2" } else { "1" });
        let answer = follow(&http.router, "GET", &forged).await.status;
        assert!(answer == 401 || answer == 400, "{forged}: {answer}");
    }
    let query = status.split_once('?').unwrap().1;
    for (method, of, other) in [
        ("GET", 1, "statusQueryGetUri"),
        ("POST", 0, "terminatePostUri"),
        ("POST", 0, "sendEventPostUri"),
        ("DELETE", 0, "purgeHistoryDeleteUri"),
        ("POST", 0, "restartPostUri"),
        ("POST", 0, "rewindPostUri"),
        ("POST", 0, "suspendPostUri"),
        ("POST", 0, "resumePostUri"),
    ] {
        let swapped = format!("{}?{query}", link(of, other).split_once('?').unwrap().0);
        assert_eq!(follow(&http.router, method, &swapped).await.status, 401, "{swapped}");
        assert_ne!(follow(&http.router, method, &link(of, other)).await.status, 401);
    }
    for list in ["instances", "entities", "openapi.json"] {
        assert_eq!(
            follow(&http.router, "GET", &format!("http://localhost:7071{BASE}/{list}?{query}")).await.status,
            401
        );
    }
}

#[tokio::test]
async fn only_the_link_to_the_status_is_signed_unless_more_is_asked_for_and_it_expires() {
    let key = [("x-functions-key", KEY)];
    let usual = http(with_keys).await;
    let started = usual.ask("POST /orchestrators/fails/x", &key, "").await.value();
    for (name, link) in started.as_object().unwrap() {
        assert_eq!(link.as_str().unwrap().contains("sig="), name == "statusQueryGetUri", "{name}: {link}");
        assert!(!link.as_str().unwrap().contains(KEY));
    }
    let link = started["statusQueryGetUri"].as_str().unwrap();
    // Keys that only read do not sign, and a link ends with its key.
    let rotated = Api::new(usual.client()).key(Key::new("another-key-0123456789").unwrap());
    assert_eq!(follow(&rotated.clone().router(), "GET", link).await.status, 401);
    assert_ne!(follow(&rotated.key(Key::new(KEY).unwrap()).router(), "GET", link).await.status, 401);
    let read_only = Api::new(usual.client()).read_only_key(Key::new(KEY).unwrap());
    assert_eq!(follow(&read_only.router(), "GET", link).await.status, 401);

    let brief = http(|api| with_keys(api).links_valid_for(std::time::Duration::from_millis(10))).await;
    let started = brief.ask("POST /orchestrators/waits/x", &key, "").await.value();
    let answer = follow(&brief.router, "GET", started["statusQueryGetUri"].as_str().unwrap()).await;
    assert_eq!((answer.status, answer.value()["Message"].as_str()), (401, Some("the link has expired")));
    let none = http(|api| with_keys(api).links_valid_for(std::time::Duration::ZERO)).await;
    assert!(!none.ask("POST /orchestrators/waits/x", &key, "").await.body.contains("sig="));
    let open = http(|api| api).await;
    assert!(!open.ask("POST /orchestrators/waits/x", &[], "").await.body.contains("sig="));
}

/// Keeps all that is logged.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<String>>);

impl Visit for Logged {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        writeln!(self.0.lock().unwrap(), "{}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for Logged {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        attributes.record(&mut self.clone());
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn no_key_no_signature_and_no_payload_is_logged() {
    let logged = Logged::default();
    let _guard = tracing::subscriber::set_default(logged.clone());
    let http = http(|api| with_keys(api).accept_code_in_query()).await;
    Stage::Running.reach(&http.client()).await;
    let json = ("content-type", "application/json");
    for Row { request, .. } in ROWS {
        let (bearer, sign) = (format!("Bearer {KEY}"), if request.contains('?') { '&' } else { '?' });
        for header in [("authorization", bearer.as_str()), ("x-functions-key", READ_ONLY_KEY), ("cookie", KEY)] {
            http.ask(request, &[header, json], r#""s3cret""#).await;
        }
        http.ask(&format!("{request}{sign}code={KEY}"), &[json], r#""s3cret""#).await;
    }
    let started = http.ask("POST /orchestrators/quick", &[("x-functions-key", KEY)], r#""s3cret""#).await.value();
    let link = started["statusQueryGetUri"].as_str().unwrap();
    assert_ne!(follow(&http.router, "GET", link).await.status, 401);
    assert_eq!(follow(&http.router, "DELETE", link).await.status, 401);
    let logged = logged.0.lock().unwrap();
    assert!(logged.contains("HTTP request") && logged.contains("Start"), "{logged}");
    for secret in [KEY, READ_ONLY_KEY, "s3cret", "sig=", link.rsplit_once("sig=").unwrap().1] {
        assert!(!logged.contains(secret), "{secret} is in the log: {logged}");
    }
}
