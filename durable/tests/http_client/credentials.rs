//! Secrets are in no history.

use std::path::Path;

use super::*;

/// Answers with all that it was sent, and with credentials of its own.
async fn echo() -> Server {
    Server::start(|request: &Received| {
        let sent = request.header("authorization").unwrap_or_default().to_owned();
        let cookie = format!("session={CANARY}");
        let headers = [("set-cookie", cookie.as_str()), ("set-cookie", "canary"), ("x-echo", sent.as_str())];
        let status = if request.path() == "/fails" { 500 } else { 200 };
        answer(status, &headers, &format!("you sent {:?}", request.headers))
    })
    .await
}

/// Whether a text is in one of the files of a store.
fn stored(directory: &Path, text: &str) -> bool {
    let mut files = std::fs::read_dir(directory).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.any(|file| file.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test]
async fn a_secret_is_sent_and_not_stored() {
    let server = echo().await;
    let directory = tempfile::tempdir().unwrap();
    let runtime = Runtime::builder()
        .sqlite(directory.path().join("http.db"))
        .http_client(HttpClientSettings::new().allow("127.0.0.1"))
        .http_secret("TOKEN", format!("Bearer {CANARY}"))
        .register(registry![fetch])
        .start()
        .await
        .unwrap();
    let client = runtime.client();
    let request = |path: &str| HttpRequest::get(server.url(path)).secret_header("Authorization", "TOKEN");
    let response = soon(client.start(fetch(request("/marker"))).await.unwrap().output()).await.unwrap();
    assert_eq!(response.header("set-cookie"), Some("[redacted]"));
    assert_eq!(response.headers().filter(|(_, value)| *value == "[redacted]").count(), 3);
    assert!(response.text().unwrap().contains("[redacted]"));
    let failing = request("/fails").retry(Retry::fixed(2, Duration::ZERO));
    soon(client.start(fetch(failing)).await.unwrap().output()).await.unwrap_err();
    // What the author gets wrong does not get there either.
    for wrong in [
        HttpRequest::get(server.url("/")).header("x-api-key", CANARY),
        HttpRequest::get(format!("http://me:{CANARY}@127.0.0.1/")),
    ] {
        soon(client.start(fetch(wrong)).await.unwrap().output()).await.unwrap_err();
    }
    assert!(server.received().iter().all(|request| request.header("authorization").unwrap().contains(CANARY)));
    assert_eq!(server.received().len(), 3);
    assert!(stored(directory.path(), "/marker"), "this test looks into the right files");
    assert!(!stored(directory.path(), "canary"));
    runtime.shutdown().await.unwrap();
    assert!(stored(directory.path(), "/marker"));
    assert!(!stored(directory.path(), "canary"));
}

#[tokio::test]
async fn a_credential_that_would_be_recorded_is_refused() {
    let world = world().await;
    for name in ["authorization", "Cookie", "X-API-Key", "x-functions-key", "Proxy-Authorization"] {
        let failed = world.fetch(HttpRequest::get("http://127.0.0.1/").header(name, "canary")).await;
        let part = format!("`.secret_header(\"{}\", \"NAME\")`", name.to_lowercase());
        World::check_kind(failed, FailureKind::InvalidArgument, &part);
    }
    let failed = world.fetch(HttpRequest::get("http://me:canary@127.0.0.1/")).await;
    World::check_kind(failed, FailureKind::InvalidArgument, "user name or password");
}

#[tokio::test]
async fn a_poll_that_would_record_a_secret_leads_nowhere() {
    let target = format!("/jobs?token={CANARY}");
    let server = Server::start(move |_: &Received| answer(202, &[("location", &target)], "")).await;
    let request = HttpRequest::get(server.url("/")).secret_header("authorization", "TOKEN");
    let response = world().await.fetch(request).await.unwrap();
    assert_eq!((response.status(), response.header("location")), (202, Some("/jobs?token=[redacted]")));
}

#[tokio::test]
async fn a_secret_may_come_from_a_resolver() {
    let server = echo().await;
    let world = world().await;
    let request = |name| HttpRequest::get(server.url("/")).secret_header("x-api-key", name);
    world.fetch(request("RESOLVED")).await.unwrap();
    assert_eq!(server.received()[0].header("x-api-key"), Some(format!("resolved {CANARY}").as_str()));
    let failed = world.fetch(request("BROKEN")).await;
    World::check_kind(failed, FailureKind::Application, "the vault is closed");
    let failed = world.fetch(request("UNKNOWN")).await;
    World::check_kind(failed, FailureKind::InvalidArgument, "`Runtime::builder().http_secret(\"UNKNOWN\", ..)`");
    assert_eq!(server.received().len(), 1);
}

/// Another origin: another port is enough.
async fn names_received_by_another(first: impl Fn(String) -> Vec<u8> + Send + Sync + 'static) -> Vec<String> {
    let other = Server::start(|_: &Received| answer(200, &[], "")).await;
    let target = other.url("/there");
    let server = Server::start(move |_: &Received| first(target.clone())).await;
    let world = world().await;
    let request = HttpRequest::get(server.url("/"))
        .secret_header("authorization", "TOKEN")
        .secret_header("x-own", "TOKEN")
        .header("x-trace", "7");
    let handle = world.runtime.client().start(fetch(request)).instance_id("c").await.unwrap();
    eventually(async || {
        world.clock.advance(Duration::from_secs(30));
        Ok(!other.received().is_empty())
    })
    .await;
    soon(handle.output()).await.unwrap();
    assert_eq!(server.received()[0].header("x-own"), Some(format!("Bearer {CANARY}").as_str()));
    let mut names: Vec<_> = other.received()[0].headers.iter().map(|(name, _)| name.clone()).collect();
    names.retain(|name| name.starts_with("x-") || name == "authorization");
    names
}

#[tokio::test]
async fn credentials_do_not_follow_to_another_origin() {
    let redirected = names_received_by_another(|target| answer(307, &[("location", &target)], "")).await;
    assert_eq!(redirected, ["x-trace"]);
    let polled = names_received_by_another(|target| answer(202, &[("location", &target)], "")).await;
    assert_eq!(polled, ["x-trace"]);
}

#[tokio::test]
async fn credentials_follow_within_the_origin() {
    let server = Server::start(|request: &Received| match request.path() {
        "/a" => answer(302, &[("location", "/b")], ""),
        _ => answer(200, &[], ""),
    })
    .await;
    let request = HttpRequest::get(server.url("/a")).secret_header("authorization", "TOKEN");
    world().await.fetch(request).await.unwrap();
    assert!(server.received().iter().all(|request| request.header("authorization").is_some()));
    assert_eq!(server.received().len(), 2);
}
