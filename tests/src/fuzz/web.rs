//! What arrives over HTTP.

use axum::http::HeaderMap;
use durable::{Client, InstanceId, http::Api};
use serde_json::Value;

use super::{Taker, document::decode, server::Server};

fn texts<const N: usize>(texts: [&str; N]) -> Vec<Vec<u8>> {
    texts.map(|text| text.as_bytes().to_vec()).into()
}

pub(super) fn query_seeds() -> Vec<Vec<u8>> {
    texts([
        "top=2&runtimeStatus=Running,Failed&instanceIdPrefix=x&oldestFirst=true",
        "createdTimeFrom=2026-11-21T00:00:00Z&createdTimeTo=2026-11-22&name=waits&tag=a:b&tag=c=d",
        "version=1&parent=@Counter@cats&errorType=Error&parked=false&showInput=FALSE&reason=a+b%2Bc",
        "fetchState=true&entityKeyPrefix=c&lastOperationTimeFrom=2026-01-01&locked=true&includeTransient=1",
        "showHistory=true&showHistoryOutput=true&returnInternalServerErrorOnFailure=true",
    ])
}

/// Filters of lists, and what is asked about one instance.
pub(super) fn queries() -> Taker {
    let server = Server::new();
    Box::new(move |input| {
        let query = String::from_utf8_lossy(input);
        let of = |path: &str| server.ask("GET", &format!("{path}?{query}"), &[], b"");
        let answers = [of("/instances"), of("/entities"), of("/instances/fails"), of("/instances/x")];
        answers.iter().flatten().any(|answer| answer.status == 200)
    })
}

pub(super) fn request_seeds() -> Vec<Vec<u8>> {
    let json = "content-type: application/json";
    let with_body = |first: &str, body: &str| format!("{first}\n{json}\n\n{body}");
    let requests = [
        "GET /instances/x?showHistory=true\n\n".to_owned(),
        "GET /instances?top=2\nx-ms-continuation-token: 3\n\n".to_owned(),
        with_body("POST /orchestrators/quick/new", r#""text""#),
        with_body("POST /orchestrators/waits?timeout=0.001&retryInterval=1", "null"),
        with_body("POST /instances/x/raiseEvent/less", r#"{"a":[1]}"#),
        "POST /instances/x/suspend?reason=lunch\n\n".to_owned(),
        "POST /instances/x/resume?reason=fed\n\n".to_owned(),
        "POST /instances/new/terminate?reason=enough\n\n".to_owned(),
        "POST /instances/fails/rewind\n\n".to_owned(),
        "POST /instances/quick/restart?restartWithNewInstanceId=true\n\n".to_owned(),
        "DELETE /instances/new\n\n".to_owned(),
        "DELETE /instances?createdTimeFrom=2026-01-01&runtimeStatus=Completed\n\n".to_owned(),
        with_body("POST /entities/Counter/cats?op=add", "1"),
        with_body("POST /entities/Counter/cats/call?op=note", r#""text""#),
        "DELETE /entities/Counter/$\n\n".to_owned(),
        "GET /entities/Counter?fetchState=true\n\n".to_owned(),
        "POST /bulk/suspend?instanceIdPrefix=nobody\n\n".to_owned(),
        "GET /openapi.json\n\n".to_owned(),
        "HEAD /instances/x\norigin: https://evil.example\nsec-fetch-site: cross-site\n\n".to_owned(),
        "POST /instances/x/resume\nhost: evil.example\nx-forwarded-for: 1.1.1.1\nuser-agent: Mozilla/5.0\n\n".to_owned(),
        "POST /orchestrators/quick\ncontent-length: 99999999999\ntransfer-encoding: chunked\ncontent-encoding: gzip\n\n{"
            .to_owned(),
    ];
    requests.map(String::into_bytes).into()
}

/// Whole requests: a line with method and path, lines with headers, an empty line, the body.
pub(super) fn requests() -> Taker {
    let server = Server::new();
    Box::new(move |input| {
        let (head, body) = split(input, b"\n\n");
        let Ok(head) = str::from_utf8(head) else { return false };
        let mut lines = head.lines();
        let Some((method, path)) = lines.next().and_then(|line| line.split_once(' ')) else { return false };
        let headers: Vec<_> = lines.filter_map(|line| line.split_once(": ")).collect();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        server.ask(method, path, &headers, body).is_some_and(|answer| answer.status != 404)
    })
}

fn split<'a>(input: &'a [u8], separator: &[u8]) -> (&'a [u8], &'a [u8]) {
    let at = input.windows(separator.len()).position(|window| window == separator);
    at.map_or((input, &[]), |at| {
        (input.get(..at).unwrap_or_default(), input.get(at + separator.len()..).unwrap_or_default())
    })
}

pub(super) fn continuation_seeds() -> Vec<Vec<u8>> {
    texts(["1", "2", "-1", "9223372036854775807", "@Counter@cats", "QENvdW50ZXJAY2F0cw==", "", "1,2", " 3", "+3"])
}

/// Places in lists, as the last page gave them.
pub(super) fn continuations() -> Taker {
    let server = Server::new();
    Box::new(move |input| {
        let headers = [("x-ms-continuation-token", input)];
        let of = |path: &str| server.ask("GET", path, &headers, b"");
        let answers = [of("/instances?top=1"), of("/entities?top=1")];
        answers.iter().flatten().any(|answer| answer.status == 200)
    })
}

pub(super) fn change_seeds() -> Vec<Vec<u8>> {
    texts(["1-1\n", "\nsince=1-1", "7\nsince=3", "18446744073709551615\n", "\n", "-1\nsince=", "1.5\nsince=1.5"])
}

/// Streams of changes that go on where they broke off: the header `Last-Event-ID`, and the query.
pub(super) fn changes() -> Taker {
    let server = Server::new();
    Box::new(move |input| {
        let (last, query) = split(input, b"\n");
        let Ok(query) = str::from_utf8(query) else { return false };
        let header = [("last-event-id", last)];
        let headers = if last.is_empty() { &[][..] } else { &header };
        let Some((status, first)) = server.first_of_stream(&format!("/changes?{query}"), headers) else { return false };
        assert!([200, 400].contains(&status), "{status}: {first}");
        if status == 200 && !first.is_empty() {
            let data = first.lines().find_map(|line| line.strip_prefix("data: ")).expect("an event has data");
            assert!(serde_json::from_str::<Value>(data).is_ok() && first.starts_with("id: "), "{first}");
        }
        status == 200
    })
}

/// The key of the server whose links are forged.
const KEY: &str = "0123456789abcdef";
/// The instance that links are good for.
const INSTANCE: &str = "x";

/// One operation with its link.
struct Link {
    method: &'static str,
    /// What the path has behind the instance; the name of an event may be any.
    words: &'static [&'static str],
    expires: String,
    signature: String,
}

pub(super) fn link_seeds() -> Vec<Vec<u8>> {
    texts([
        "GET /instances/x?expires=EXPIRES&sig=SIG0",
        "POST /instances/x/raiseEvent/e?expires=EXPIRES&sig=SIG1",
        "POST /instances/x/terminate?reason=r&expires=EXPIRES&sig=SIG2",
        "POST /instances/x/suspend?expires=EXPIRES&sig=SIG3",
        "POST /instances/x/resume?expires=EXPIRES&sig=SIG4",
        "POST /instances/x/rewind?expires=EXPIRES&sig=SIG5",
        "POST /instances/x/restart?expires=EXPIRES&sig=SIG6",
        "GET /instances/y?expires=EXPIRES&sig=SIG0",
        "GET /instances/x/?sig=SIG0&expires=EXPIRES&sig=SIG1",
        "HEAD /Instances/%78?EXPIRES=EXPIRES&SIG=SIG0",
        "GET /instances/x?expires=EXPIRES0&sig=SIG0",
        "GET /instances/x?expires=9999999999&sig=SIG0",
        "GET /instances/x?expires=+EXPIRES&sig=SIG0\n1=a",
        "GET /instances/x?expires=EXPIRES&sig=SIG0\n0=+",
        "GET /instances/x?code=0123456789abcdef",
    ])
}

/// Links that were changed: none works but for the instance, operation and time that it was signed for.
///
/// `EXPIRES` and `SIG0`, `SIG1`, .. stand for what a real link has there. A second line `n=c` writes `c` over the digit
/// `n` of all signatures.
pub(super) fn links() -> Taker {
    let server = Server::with_key(KEY);
    let links = links_of(&server);
    let expires = links.first().map(|link| link.expires.clone()).unwrap_or_default();
    Box::new(move |input| {
        let (line, edit) = split(input, b"\n");
        let (Ok(line), Ok(edit)) = (str::from_utf8(line), str::from_utf8(edit)) else { return false };
        let mut text = line.to_owned();
        for (n, link) in links.iter().enumerate() {
            text = text.replace(&format!("SIG{n}"), &edited(&link.signature, edit));
        }
        text = text.replace("EXPIRES", &expires);
        let Some((method, target)) = text.split_once(' ') else { return false };
        let Some(answer) = server.ask(method, target, &[], b"") else { return false };
        // What is not below the base path never comes to the API, whose answers are never empty.
        let admitted = ![400, 401, 403].contains(&answer.status) && (answer.status, answer.body.len()) != (404, 0);
        assert!(!admitted || links.iter().any(|link| is_link(link, method, target)), "{text} got {answer:?}");
        admitted
    })
}

/// The links that the server gives for the instance.
fn links_of(server: &Server) -> Vec<Link> {
    let api = Api::new(Client::clone(server.client())).key(KEY.parse().expect("it is long enough")).sign_actions();
    let id = InstanceId::new(INSTANCE).expect("it is an id");
    let headers = HeaderMap::from_iter([(axum::http::header::HOST, "localhost".parse().expect("it is a host"))]);
    let response = api.check_status_response(&headers, &id);
    let body = server.block_on(axum::body::to_bytes(response.into_body(), usize::MAX)).expect("a body is read");
    let body: Value = serde_json::from_slice(&body).expect("the body is JSON");
    let operations: [(&str, &'static str, &'static [&'static str]); 8] = [
        ("statusQueryGetUri", "GET", &[]),
        ("sendEventPostUri", "POST", &["raiseevent", "*"]),
        ("terminatePostUri", "POST", &["terminate"]),
        ("suspendPostUri", "POST", &["suspend"]),
        ("resumePostUri", "POST", &["resume"]),
        ("rewindPostUri", "POST", &["rewind"]),
        ("restartPostUri", "POST", &["restart"]),
        ("purgeHistoryDeleteUri", "DELETE", &[]),
    ];
    let links = operations.map(|(field, method, words)| {
        let link = body.get(field).and_then(Value::as_str).expect("the link is there");
        let value = |name: &str| {
            let (_, rest) = link.split_once(name).expect("the link is signed");
            rest.split('&').next().unwrap_or_default().to_owned()
        };
        Link { method, words, expires: value("expires="), signature: value("sig=") }
    });
    links.into()
}

fn edited(signature: &str, edit: &str) -> String {
    let Some((number, text)) = edit.split_once('=') else { return signature.to_owned() };
    let Ok(number) = number.parse::<usize>() else { return signature.to_owned() };
    let Some((before, behind)) = signature.split_at_checked(number) else { return signature.to_owned() };
    format!("{before}{text}{}", behind.get(1..).unwrap_or_default())
}

/// Whether the request is what the link was signed for.
fn is_link(link: &Link, method: &str, target: &str) -> bool {
    let method = if method == "HEAD" { "GET" } else { method };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = path.split('#').next().unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    let segments: Vec<_> = path.split('/').skip(1).map(decode).collect();
    let [instances, id, words @ ..] = segments.as_slice() else { return false };
    let are_words = words.len() == link.words.len()
        && words.iter().zip(link.words).all(|(word, known)| *known == "*" || word.eq_ignore_ascii_case(known));
    let query = query.split('#').next().unwrap_or(query);
    let value = |wanted: &str| {
        let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let pairs = pairs.map(|(name, value)| (decode(&name.replace('+', " ")), decode(&value.replace('+', " "))));
        pairs
            .into_iter()
            .find(|(name, value)| name.to_lowercase() == wanted && !value.is_empty())
            .map(|(_, value)| value)
    };
    method == link.method
        && instances.eq_ignore_ascii_case("instances")
        && id == INSTANCE
        && are_words
        && value("expires").and_then(|text| text.parse::<u64>().ok()) == link.expires.parse().ok()
        && value("sig").is_some_and(|text| text.eq_ignore_ascii_case(&link.signature))
}

pub(super) fn entity_seeds() -> Vec<Vec<u8>> {
    texts([
        "add\n1",
        "add\n-1",
        "add\n9223372036854775807",
        "add\n1.0",
        "add\nnull",
        "add\n[1]",
        "note\n\"text\"",
        "note\n5",
        "delete\n",
        "reset\n",
        "nothing\n{}",
        "\n1",
    ])
}

/// Arguments of operations of an entity: one that fits does what it says, any other changes nothing.
pub(super) fn entities() -> Taker {
    let server = Server::new();
    // Larger than what is added to it, so that it is never full.
    let mut model: i64 = 1;
    Box::new(move |input| {
        let (operation, body) = split(input, b"\n");
        let Ok(operation) = str::from_utf8(operation) else { return false };
        if !operation.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return false;
        }
        let json = [("content-type", b"application/json".as_slice())];
        let path = format!("/entities/Counter/cats/call?op={operation}");
        let Some(answer) = server.ask("POST", &path, &json, body) else { panic!("no answer to `{operation}`") };
        let amount = serde_json::from_slice::<i64>(body).ok().and_then(|amount| model.checked_add(amount));
        match (answer.status, operation) {
            (200, "add") => {
                model = amount.unwrap_or_else(|| panic!("{} was added", body.escape_ascii()));
                assert_eq!(serde_json::from_slice::<i64>(&answer.body).ok(), Some(model));
            }
            (200, "delete" | "reset") => model = 0,
            (status, "add") => assert!(amount.is_none(), "{} is refused with {status}", body.escape_ascii()),
            _ => {}
        }
        answer.status == 200
    })
}
