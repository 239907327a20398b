//! One admitted request, on its way to what it asks for.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{OriginalUri, Request},
    http::{HeaderMap, request::Parts},
    response::{IntoResponse, Response},
};

use super::{
    Api,
    access::{self, Rights},
    body, bulk, changes, entities, events, instance, instances,
    links::Links,
    openapi, overview,
    query::Query,
    refusal::Refusal,
    route::Route,
    start,
};
use crate::model::Payload;

/// One admitted request: what the operations of the API may look at.
pub(super) struct Ask<'a> {
    pub(super) api: &'a Api,
    pub(super) query: Query,
    parts: Parts,
    /// What the caller may do.
    pub(super) rights: Rights,
    /// Empty for operations that take none.
    pub(super) body: Bytes,
}

/// Answers a request, also one that is refused.
pub(super) async fn answer(api: &Api, request: Request) -> Response {
    let mut response = respond(api, request).await.unwrap_or_else(IntoResponse::into_response);
    let headers = response.headers_mut();
    headers.insert("cache-control", axum::http::HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", axum::http::HeaderValue::from_static("nosniff"));
    response
}

async fn respond(api: &Api, request: Request) -> Result<Response, Refusal> {
    let place = Arc::clone(&api.places).try_acquire_owned().map_err(|_| Refusal::busy())?;
    let (parts, body) = request.into_parts();
    let query = Query::parse(parts.uri.query());
    let route = Route::parse(&parts.method, behind(api, &parts));
    let rights = access::admit(api, &parts, &query, route.as_ref().ok().and_then(Option::as_ref))?;
    let route = route?.ok_or_else(|| Refusal::not_found("there is no such operation"))?;
    // Neither the query nor the headers: they may hold secrets.
    tracing::debug!(?route, "HTTP request");
    let body = if route.takes_body() { body::read(api, &parts.headers, body).await? } else { Bytes::new() };
    let ask = &Ask { api, query, parts, rights, body };
    match route {
        Route::Start { name, id } => start::start(ask, &name, id.as_deref()).await,
        Route::Instances => instances::list(ask).await,
        Route::PurgeInstances => instances::purge_all(ask).await,
        Route::Instance(id, verb) => instance::act(ask, &id, verb).await,
        Route::History { id } => events::page(ask, &id).await,
        Route::HistoryEvent { id, sequence } => events::one(ask, &id, &sequence).await,
        Route::Overview => overview::show(ask).await,
        Route::Entities { name } => entities::list(ask, name.as_deref()).await,
        Route::Entity { name, key } => entities::state(ask, &name, &key).await,
        Route::SignalEntity { name, key } => entities::signal(ask, &name, &key).await,
        Route::CallEntity { name, key } => entities::call(ask, &name, &key).await,
        Route::DeleteEntity { name, key } => entities::delete(ask, &name, &key).await,
        // One process owns a store, and is the primary one as long as it does.
        Route::MakePrimary => Ok(().into_response()),
        Route::Bulk(action) => bulk::start(ask, action).await,
        Route::Changes => changes::stream(ask, place),
        Route::OpenApi => Ok(openapi::document()),
    }
}

fn behind<'a>(api: &Api, parts: &'a Parts) -> &'a str {
    parts.uri.path().strip_prefix(api.base_path.as_str()).unwrap_or_default()
}

impl Ask<'_> {
    pub(super) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The path and query that were asked for, with all that the router is nested under.
    pub(super) fn uri(&self) -> &axum::http::Uri {
        self.parts.extensions.get::<OriginalUri>().map_or(&self.parts.uri, |OriginalUri(uri)| uri)
    }

    /// The path behind the base path, as it was asked for.
    pub(super) fn path(&self) -> &str {
        behind(self.api, &self.parts)
    }

    /// Links as whoever has asked can follow them.
    pub(super) fn links(&self) -> Result<Links<'_>, Refusal> {
        let prefix = self.uri().path().strip_suffix(self.parts.uri.path()).unwrap_or_default();
        Links::new(self.api, self.headers(), prefix)
    }

    /// The body as JSON if it says that it is, and otherwise its text. One that does not really say, as `curl -d` sends
    /// it, is JSON if it can be read as such.
    pub(super) fn json_or_text(&self) -> Result<Payload, Refusal> {
        if self.body.is_empty() || body::is_json(self.headers()) {
            return body::json(&self.body);
        }
        if body::is_unnamed(self.headers())
            && let Ok(json) = body::json(&self.body)
        {
            return Ok(json);
        }
        let text = str::from_utf8(&self.body).map_err(|_| Refusal::bad_request("the body is not UTF-8"))?;
        Payload::encode(text).map_err(|error| Refusal::bad_request(error.to_string()))
    }
}
