//! The pages of the dashboard: what they are sent with, and what they may not contain. `tests/tests/dashboard.rs` looks
//! at them in a browser.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Request},
};
use common::{
    World,
    http::{ALL, BASE, KEY},
    world,
};
use durable::http::{Api, Key};
use http_body_util::BodyExt;
use tower::ServiceExt;

const ASSETS: [(&str, &str); 3] = [
    ("/", "text/html; charset=utf-8"),
    ("/dashboard.js", "text/javascript; charset=utf-8"),
    ("/dashboard.css", "text/css; charset=utf-8"),
];

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }
}

async fn ask(router: &Router, request: &str, headers: &[(&str, &str)]) -> Answer {
    let (method, path) = request.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.into_body().collect().await.unwrap().to_bytes() }
}

async fn dashboard(settings: impl FnOnce(Api) -> Api) -> (World, Router) {
    let world = world(ALL).await;
    let router = settings(Api::new(world.client())).dashboard();
    (world, router)
}

#[tokio::test]
async fn three_small_files_with_strict_headers() {
    let (_world, router) = dashboard(|api| api).await;
    let mut size = 0;
    for (path, content_type) in ASSETS {
        let answer = ask(&router, &format!("GET {path}"), &[]).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, content_type));
        let policy = answer.header("content-security-policy");
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ] {
            assert!(policy.split("; ").any(|known| known == rule), "{rule} is not in {policy}");
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cache-control", "no-cache"),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {path}");
        }
        size += answer.body.len();
    }
    assert!(size <= 100_000, "{size} bytes");
}

#[tokio::test]
async fn nothing_makes_html_of_text_and_nothing_is_fetched_from_elsewhere() {
    let (_world, router) = dashboard(|api| api).await;
    for (path, _) in ASSETS {
        let text = ask(&router, &format!("GET {path}"), &[]).await.text().replace("http://www.w3.org/2000/svg", "");
        let forbidden = [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "setHTMLUnsafe",
            "createContextualFragment",
            "document.write",
            "DOMParser",
            "srcdoc",
            "eval(",
            "new Function",
            "http://",
            "https://",
            "//cdn",
            "@import",
            "javascript:",
            " style=",
            "onclick=\"",
        ];
        for word in forbidden {
            assert!(!text.contains(word), "{path} contains {word}");
        }
    }
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let (_world, router) = dashboard(|api| api).await;
    for (path, _) in ASSETS {
        let request = format!("GET {path}");
        let first = ask(&router, &request, &[]).await;
        let tag = first.header("etag");
        assert!(tag.len() > 10 && tag.starts_with('"'), "{tag}");
        for known in [tag, &format!("W/{tag}"), &format!("\"other\", {tag}")] {
            let again = ask(&router, &request, &[("if-none-match", known)]).await;
            assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, tag));
        }
        let other = ask(&router, &request, &[("if-none-match", "\"other\"")]).await;
        assert_eq!((other.status, other.body.len()), (200, first.body.len()));
    }
}

#[tokio::test]
async fn pages_are_read_and_nothing_else() {
    let (_world, router) = dashboard(|api| api).await;
    for (path, _) in ASSETS {
        let head = ask(&router, &format!("HEAD {path}"), &[]).await;
        assert_eq!((head.status, head.body.len()), (200, 0));
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let answer = ask(&router, &format!("{method} {path}"), &[]).await;
            assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn there_are_no_other_files() {
    let (_world, router) = dashboard(|api| api).await;
    let inside = ["mod.rs", "index.html", "Cargo.toml", "etc/passwd", "dashboard.js", "dashboard.css"];
    let ways =
        ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..;/", "./", ".%2f", "%00/", "//", "....//", "%c0%ae/"];
    for file in inside {
        for way in ways {
            for times in 1..6 {
                let path = format!("/{}{file}", way.repeat(times));
                assert_eq!(ask(&router, &format!("GET {path}"), &[]).await.status, 404, "{path}");
            }
        }
    }
    for path in ["/dashboard.js/", "/dashboard.js%00", "/Dashboard.js", "/dashboard", "/index.html", "/favicon.ico"] {
        assert_eq!(ask(&router, &format!("GET {path}"), &[]).await.status, 404, "{path}");
    }
}

/// What the page at a path leads to, as a browser resolves it.
async fn leads_to(router: &Router, page: &str) -> [String; 3] {
    let answer = ask(router, &format!("GET {page}"), &[]).await;
    assert_eq!(answer.status, 200, "{page}");
    let directory = &page[..=page.rfind('/').unwrap()];
    ["name=\"durable-api\" content=\"", "rel=\"stylesheet\" href=\"", "type=\"module\" src=\""].map(|before| {
        let text = answer.text();
        let rest = &text[text.find(before).unwrap() + before.len()..];
        format!("{directory}{}", rest[..rest.find('"').unwrap()].strip_prefix("./").unwrap())
    })
}

#[tokio::test]
async fn the_page_finds_the_api_wherever_both_are_nested() {
    let world = world(ALL).await;
    for (settings, base) in [(None, BASE), (Some("/api/v1"), "/api/v1"), (Some("/a\"<b>&"), "/a&quot;&lt;b&gt;&amp;")] {
        let api = Api::new(world.client()).authorized_elsewhere();
        let api = settings.into_iter().fold(api, Api::base_path);
        let places = [
            (Router::new().merge(api.dashboard()), "/", ""),
            (Router::new().nest("/durable", api.dashboard()), "/durable", "/durable"),
            (Router::new().nest("/a/b", api.dashboard()), "/a/b", "/a/b"),
            (Router::new().nest_service("/durable", api.dashboard()), "/durable", "/durable"),
            (Router::new().nest_service("/durable", api.dashboard()), "/durable/", "/durable"),
        ];
        for (router, page, prefix) in places {
            let expected = [base, "/dashboard.css", "/dashboard.js"].map(|path| format!("{prefix}{path}"));
            assert_eq!(leads_to(&router, page).await, expected, "{page}");
            for path in &expected[1..] {
                assert_eq!(ask(&router, &format!("GET {path}"), &[]).await.status, 200, "{path}");
            }
            if !base.contains('&') {
                assert_eq!(ask(&router, &format!("GET {prefix}{base}/overview"), &[]).await.status, 200);
            }
        }
    }
}

#[tokio::test]
async fn with_keys_the_pages_are_open_and_the_data_is_not() {
    let (_world, router) = dashboard(|api| api.key(Key::new(KEY).unwrap())).await;
    for (path, _) in ASSETS {
        assert_eq!(ask(&router, &format!("GET {path}"), &[]).await.status, 200);
    }
    let overview = format!("GET {BASE}/overview");
    assert_eq!(ask(&router, &overview, &[]).await.status, 401);
    assert_eq!(ask(&router, &overview, &[("authorization", &format!("Bearer {KEY}"))]).await.status, 200);
    // Without a key the API answers this machine only; the pages do not know who asks, and tell nothing.
    let (_world, router) = dashboard(|api| api).await;
    assert_eq!(ask(&router, "GET /", &[]).await.status, 200);
    assert_eq!(ask(&router, &overview, &[]).await.status, 401);
}
