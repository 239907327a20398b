//! Lists of orchestration instances over HTTP, and what is done with all that match.

use std::time::Duration;

use axum::{http::StatusCode, response::Response};
use serde::Serialize;

use super::{
    CONTINUATION,
    ask::Ask,
    json,
    refusal::Refusal,
    status::{Shown, StatusObject},
};
use crate::{
    client::{InstanceQuery, Instances},
    model::Status,
};

/// How long a page is looked for: where few match among millions, it is cut short, and its token says where to go on.
const PATIENCE: Duration = Duration::from_millis(25);

/// Lists instances, page by page.
pub(super) async fn list(ask: &Ask<'_>) -> Result<Response, Refusal> {
    let shown = Shown { history: false, ..Shown::asked(&ask.query)? };
    let top = ask.query.number("top")?;
    let oldest_first = ask.query.flag("oldestfirst")?.unwrap_or(false);
    let after = ask.headers().get(CONTINUATION).map(|token| {
        let token = token.to_str().ok().and_then(|token| token.parse().ok());
        token.ok_or_else(|| Refusal::bad_request(format!("`{CONTINUATION}` is no token of ours")))
    });
    let after = after.transpose()?.map(Instances::from_token);
    let Some(mut query) = filtered(ask)? else { return Ok(json(StatusCode::OK, &[(); 0])) };
    if let Some(top) = top {
        query = query.limit(top);
    }
    if let Some(after) = after {
        query = query.after(after);
    }
    if oldest_first {
        query = query.oldest_first();
    }
    let page = query.within(PATIENCE).await?;
    let mut objects = Vec::with_capacity(page.instances.len());
    for instance in page.instances {
        // What lies in the history is read for each. One that was purged meanwhile is shown with what was known of it.
        let needed = shown.input || shown.output;
        let details = if needed { ask.api.client.status(&instance.id).await? } else { None };
        objects.push(StatusObject::new(details.unwrap_or(instance), shown));
    }
    let mut response = json(StatusCode::OK, &objects);
    if let Some(next) = page.next {
        response.headers_mut().insert(CONTINUATION, next.to_token().into());
    }
    Ok(response)
}

/// The instances that a query asks for; `None` if there can't be any.
pub(super) fn filtered<'a>(ask: &Ask<'a>) -> Result<Option<InstanceQuery<'a>>, Refusal> {
    let query = &ask.query;
    let mut instances = ask.api.client.instances();
    let statuses: Vec<_> = query.list("runtimestatus").collect();
    let known = |name: &&str| Status::ALL.into_iter().find(|status| status.as_str() == *name);
    for status in statuses.iter().filter_map(known) {
        instances = instances.status(status);
    }
    if let Some(prefix) = query.text("instanceidprefix") {
        instances = instances.id_prefix(prefix);
    }
    if let Some(time) = query.time("createdtimefrom")? {
        instances = instances.created_from(time);
    }
    if let Some(time) = query.time("createdtimeto")? {
        instances = instances.created_to(time);
    }
    for name in query.list("name") {
        instances = instances.name(name);
    }
    for tag in query.all("tag") {
        let (name, value) = name_and_value(tag)?;
        instances = instances.tag(name, value);
    }
    if let Some(version) = query.text("version") {
        instances = instances.version(version);
    }
    if let Some(parent) = query.text("parent") {
        instances = instances.parent(parent);
    }
    if let Some(name) = query.text("errortype") {
        instances = instances.error_type(name);
    }
    if let Some(parked) = query.flag("parked")? {
        instances = instances.parked(parked);
    }
    // Names of no status of ours are ignored, but asking for nothing else must not mean all: this filters purges, too.
    let nothing = !statuses.is_empty() && statuses.iter().find_map(known).is_none();
    Ok((!nothing).then_some(instances))
}

pub(super) fn name_and_value(tag: &str) -> Result<(&str, &str), Refusal> {
    tag.split_once('=')
        .or_else(|| tag.split_once(':'))
        .ok_or_else(|| Refusal::bad_request("the parameter `tag` is expected as `name:value`"))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Deleted {
    instances_deleted: u64,
}

pub(super) fn deleted(instances_deleted: u64) -> Response {
    json(StatusCode::OK, &Deleted { instances_deleted })
}

/// Removes all matching instances that have ended.
pub(super) async fn purge_all(ask: &Ask<'_>) -> Result<Response, Refusal> {
    if ask.query.time("createdtimefrom")?.is_none() {
        return Err(Refusal::bad_request("the parameter `createdTimeFrom` is needed, to purge from that time on"));
    }
    let purged = match filtered(ask)? {
        Some(instances) => instances.purge().await?,
        None => 0,
    };
    if purged == 0 {
        return Err(Refusal::not_found("no instance that has ended matches"));
    }
    Ok(deleted(purged))
}
