//! The dashboard: one page, one script and one style sheet, all in the program. They hold no data: the page asks the API
//! for that, as everybody does, and so whoever may see the page sees nothing that the API would not tell.

use axum::{
    Router,
    extract::{OriginalUri, Request},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use sha2::{Digest, Sha256};

use super::Api;

const PAGE: &str = include_str!("index.html");
const SCRIPT: &str = include_str!("dashboard.js");
const STYLE: &str = include_str!("dashboard.css");

/// What goes with each of the three. The page may load only what comes from here, and makes no HTML of text: the browser
/// refuses it.
const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
             font-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    // It is asked for each time, and not sent again if it has not changed.
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
];

impl Api {
    /// The dashboard, and the [routes](Self::router) of the API that it asks: to be merged into a router, or nested
    /// under a path.
    ///
    /// The page is at `/`, so a router that has a page of its own there nests it:
    ///
    /// ```
    /// # use durable::{http::Api, prelude::*};
    /// # #[tokio::main]
    /// # async fn main() -> Result<()> {
    /// # let runtime = Runtime::builder().memory().start().await?;
    /// let app: axum::Router = axum::Router::new()
    ///     .route("/", axum::routing::get(|| async { "my app" }))
    ///     .nest("/durable", Api::new(runtime.client()).dashboard());
    /// # drop(app);
    /// # runtime.shutdown().await
    /// # }
    /// ```
    ///
    /// The page needs no key, because it holds no data. It asks for one where the API does, and keeps it until the tab
    /// is closed.
    pub fn dashboard(&self) -> Router {
        let base_path = self.base_path.clone();
        let page = async move |OriginalUri(uri): OriginalUri, request: Request| {
            let root = root(uri.path());
            let page = PAGE.replace("{root}", &root).replace("{api}", &escape(&base_path));
            answer(request.headers(), "text/html; charset=utf-8", page)
        };
        let script = async |headers: HeaderMap| answer(&headers, "text/javascript; charset=utf-8", SCRIPT);
        let style = async |headers: HeaderMap| answer(&headers, "text/css; charset=utf-8", STYLE);
        self.router().route("/", get(page)).route("/dashboard.js", get(script)).route("/dashboard.css", get(style))
    }
}

/// What leads from the page to what lies beside it, wherever it is nested: `.` from `/durable/`, `./durable` from
/// `/durable`. So no absolute path is needed, and a proxy may put it below another one.
fn root(path: &str) -> String {
    match path.rsplit('/').next() {
        None | Some("") => ".".to_owned(),
        Some(last) => format!("./{}", escape(last)),
    }
}

/// Text for an attribute in double quotes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

fn answer(asked: &HeaderMap, content_type: &'static str, text: impl Into<String> + AsRef<str>) -> Response {
    let digest = Sha256::digest(text.as_ref());
    let tag = digest.iter().take(12).fold(String::new(), |tag, byte| format!("{tag}{byte:02x}"));
    let tag = format!("\"{tag}\"");
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|tags| tags.to_str().ok());
    let is_known = known.flat_map(|tags| tags.split(',')).any(|known| known.trim().trim_start_matches("W/") == tag);
    let body = if is_known { StatusCode::NOT_MODIFIED.into_response() } else { text.into().into_response() };
    (HEADERS, [(header::CONTENT_TYPE, content_type.to_owned()), (header::ETAG, tag)], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_finds_what_lies_beside_it_wherever_it_is() {
        for (path, expected) in
            [("/", "."), ("/durable", "./durable"), ("/durable/", "."), ("/a/b", "./b"), ("/a&\"", "./a&amp;&quot;")]
        {
            assert_eq!(root(path), expected, "{path}");
        }
    }
}
