//! What can be reached: redirects, names, and this machine.

use super::*;

#[tokio::test]
async fn a_redirect_is_followed_as_browsers_do() {
    let server = Server::start(|request: &Received| match request.path().split_once("/to/") {
        Some((_, status)) => answer(status.parse().unwrap(), &[("location", "/there?x=y#z")], "moved"),
        None => answer(200, &[], &format!("{} {}", request.line, String::from_utf8_lossy(&request.content))),
    })
    .await;
    let world = world().await;
    for (status, expected) in [
        (301, "GET /there?x=y HTTP/1.1 "),
        (302, "GET /there?x=y HTTP/1.1 "),
        (303, "GET /there?x=y HTTP/1.1 "),
        (307, "POST /there?x=y HTTP/1.1 tea"),
        (308, "POST /there?x=y HTTP/1.1 tea"),
        (300, "moved"),
        (304, ""),
    ] {
        let response = world.fetch(HttpRequest::post(server.url(&format!("/to/{status}"))).content("tea")).await;
        assert_eq!(response.unwrap().text().unwrap(), expected, "{status}");
    }
}

#[tokio::test]
async fn a_redirect_without_an_address_is_the_answer() {
    let world = world().await;
    for headers in [&[][..], &[("location", "http://[::1")]] {
        let server = Server::start(move |_: &Received| answer(302, headers, "")).await;
        assert_eq!(world.fetch(HttpRequest::get(server.url("/"))).await.unwrap().status(), 302);
    }
}

#[tokio::test]
async fn a_circle_of_redirects_ends() {
    let server = Server::start(|_: &Received| answer(302, &[("location", "/again")], "")).await;
    let failed = world().await.fetch(HttpRequest::get(server.url("/"))).await;
    World::check_kind(failed, FailureKind::InvalidArgument, "redirected more than 5 times");
    assert_eq!(server.received().len(), 6);
}

#[tokio::test]
async fn what_does_not_speak_tls_gets_no_https_request() {
    let server = Server::start(|_: &Received| answer(200, &[], "")).await;
    let uri = server.url("/").replace("http://", "https://");
    let failed = world().await.fetch(HttpRequest::get(uri)).await;
    World::check_kind(failed, FailureKind::Unavailable, "was not answered");
    assert!(server.received().iter().all(|request| !request.line.contains("HTTP")));
}

#[tokio::test]
async fn this_machine_is_out_of_reach_by_default() {
    let server = Server::start(|_: &Received| answer(200, &[], "")).await;
    let world = world_with(HttpClientSettings::new()).await;
    let port = server.port();
    for uri in [
        format!("http://127.0.0.1:{port}/x?key=canary"),
        format!("http://localhost:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
    ] {
        let request = HttpRequest::get(uri).retry(Retry::fixed(3, Duration::from_secs(1)));
        let failed = world.fetch(request).await;
        let failure = World::check_kind(failed, FailureKind::InvalidArgument, "was refused");
        assert!(!failure.retryable && failure.message.contains("HttpClientSettings::allow"), "{failure}");
    }
    assert_eq!(server.received().len(), 0);
    assert_eq!(server.open(), 0);
}

#[tokio::test]
async fn a_redirect_or_a_poll_does_not_lead_inside() {
    for (status, target) in [
        (302, "http://127.0.0.2/"),
        (307, "http://169.254.169.254/latest/meta-data/"),
        (301, "//[::1]/"),
        (303, "file:///etc/passwd"),
        (308, "http://a:b@127.0.0.1/"),
        (302, "http://localhost/"),
        (202, "http://169.254.169.254/latest/meta-data/"),
        (202, "gopher://127.0.0.1/"),
    ] {
        let server = Server::start(move |_: &Received| answer(status, &[("location", target)], "")).await;
        let world = world().await;
        let handle = world.runtime.client().start(fetch(HttpRequest::get(server.url("/")))).instance_id("x").await;
        if status == 202 {
            world.pass_timer("x", 1).await;
        }
        let failed = soon(handle.unwrap().output()).await;
        World::check_kind(failed, FailureKind::InvalidArgument, "was refused");
    }
}

/// Settings whose names are resolved to these addresses in turn, and how often that was asked.
fn resolving(answers: &'static [&'static [&'static str]]) -> (HttpClientSettings, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let settings = HttpClientSettings::new().allow("127.0.0.1").lookup(move |name| {
        let n = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            let addresses = answers.get(n).ok_or_else(|| io::Error::other(format!("there is no {name}")))?;
            Ok(addresses.iter().map(|address| address.parse::<IpAddr>().unwrap()).collect())
        }
    });
    (settings, asked)
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused() {
    let (settings, asked) =
        resolving(&[&["127.0.0.2"], &["127.0.0.1", "::1"], &["::ffff:10.0.0.1"], &["169.254.169.254"]]);
    let world = world_with(settings).await;
    for inside in ["127.0.0.2", "::1", "::ffff:10.0.0.1", "169.254.169.254"] {
        let failed = world.fetch(HttpRequest::get("http://inside.example/")).await;
        let part = format!("GET http://inside.example/ was refused: `inside.example` leads to {inside}, which is ");
        assert!(!World::check_kind(failed, FailureKind::InvalidArgument, &part).retryable);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 4);
    let failed = world.fetch(HttpRequest::get("http://inside.example/")).await;
    World::check_kind(failed, FailureKind::Unavailable, "there is no inside.example");
}

#[tokio::test]
async fn a_name_is_resolved_once_for_a_connection_and_checked_again_for_the_next() {
    // The name server of an attacker: harmless when it is asked first, then inside.
    let (settings, asked) = resolving(&[&["127.0.0.1"], &["127.0.0.2"], &["127.0.0.1"], &["127.0.0.2"]]);
    let server = Server::start(|request: &Received| match request.path() {
        "/redirects" => answer(302, &[("location", "/inside"), ("connection", "close")], ""),
        _ => answer(200, &[("connection", "close")], "fine"),
    })
    .await;
    let world = world_with(settings).await;
    let url = |path: &str| format!("http://rebinding.example:{}{path}", server.port());
    let response = world.fetch(HttpRequest::get(url("/"))).await.unwrap();
    assert_eq!((response.text().unwrap(), asked.load(Ordering::SeqCst)), ("fine", 1));
    assert_eq!(server.received()[0].header("host"), Some(format!("rebinding.example:{}", server.port()).as_str()));
    let failed = world.fetch(HttpRequest::get(url("/"))).await;
    World::check_kind(failed, FailureKind::InvalidArgument, "leads to 127.0.0.2");
    let failed = world.fetch(HttpRequest::get(url("/redirects"))).await;
    World::check_kind(failed, FailureKind::InvalidArgument, "leads to 127.0.0.2");
    assert_eq!(asked.load(Ordering::SeqCst), 4);
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn a_name_that_is_allowed_may_lead_inside() {
    let server = Server::start(|_: &Received| answer(200, &[], "")).await;
    let settings =
        HttpClientSettings::new().allow("inventory.internal").lookup(async |_| Ok(vec!["127.0.0.1".parse().unwrap()]));
    let world = world_with(settings).await;
    let get = |host: &str| HttpRequest::get(format!("http://{host}:{}/", server.port()));
    assert!(world.fetch(get("Inventory.internal.")).await.unwrap().is_success());
    let failed = world.fetch(get("other.internal")).await;
    World::check_kind(failed, FailureKind::InvalidArgument, "`other.internal` leads to 127.0.0.1");
}
