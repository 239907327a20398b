//! What changes, as a stream of server-sent events.

use std::time::Duration;

use axum::{
    body::Body,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;

use super::{ask::Ask, refusal::Refusal};
use crate::client::{Change, Changed, Changes};

/// How long nothing may be sent: then a comment is, so that proxies keep the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Streams what is stored from now on, or since a revision: that of the header `Last-Event-ID`, with which browsers come
/// back, or of the parameter `since`.
pub(super) fn stream(ask: &Ask<'_>, place: OwnedSemaphorePermit) -> Result<Response, Refusal> {
    let client = &ask.api.client;
    let last = ask.headers().get("last-event-id").map(|id| id.to_str().ok().and_then(|id| id.parse().ok()));
    let since = match last {
        Some(Some(revision)) => Some(revision),
        Some(None) => return Err(Refusal::bad_request("the header `Last-Event-ID` is no revision of ours")),
        None => ask.query.number("since")?,
    };
    let changes = match since {
        Some(revision) => client.changes_since(revision)?,
        None => client.changes()?,
    };
    // A stream counts as a request at work for as long as it lasts.
    let events = stream::unfold((changes, place), |(mut changes, place)| async move {
        let event = next(&mut changes).await?;
        Some((Ok::<_, std::convert::Infallible>(event), (changes, place)))
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream")];
    Ok((StatusCode::OK, headers, Body::from_stream(events)).into_response())
}

/// The next change as a server-sent event, or a comment.
async fn next(changes: &mut Changes) -> Option<String> {
    match tokio::time::timeout(KEEP_ALIVE, changes.next()).await {
        Ok(change) => change.as_ref().map(event),
        Err(_) => Some(":\n\n".to_owned()),
    }
}

fn event(change: &Change) -> String {
    let (name, data) = match &change.what {
        Changed::Instance { id, name, status, generation, parked } => {
            let data = json!({
                "instanceId": id, "name": name, "runtimeStatus": status, "generation": generation, "parked": parked,
            });
            ("instance", data)
        }
        Changed::Purged { id } => ("purged", json!({"instanceId": id})),
        Changed::Entity { id } => ("entity", json!({"entityId": {"name": id.name(), "key": id.key()}})),
        Changed::Missed => ("missed", json!({})),
    };
    format!("id: {}\nevent: {name}\ndata: {data}\n\n", change.revision)
}
