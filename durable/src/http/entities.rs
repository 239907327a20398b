//! What can be done with entities over HTTP.

use std::time::Duration;

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;

use super::{CONTINUATION, ask::Ask, json, raw_json, refusal::Refusal, start::known};
use crate::{
    client::{Client, EntityDetails},
    model::{EntityId, EntityRecord, FailureKind, LockHolder, Parked, Payload, Timestamp},
};

/// How long a caller waits for the result of an operation if it does not say how long.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// What is told of an entity in a list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntityObject {
    entity_id: Id,
    last_operation_time: Timestamp,
    state: Option<Payload>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locked_by: Option<LockHolder>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parked: Option<Parked>,
}

#[derive(Serialize)]
struct Id {
    name: String,
    key: String,
}

impl EntityObject {
    fn new(record: EntityRecord, with_state: bool) -> Self {
        let EntityRecord { id, state, updated, locked_by, parked } = record;
        Self {
            entity_id: Id { name: id.name().to_owned(), key: id.key().to_owned() },
            last_operation_time: updated,
            state: state.filter(|_| with_state),
            locked_by,
            parked,
        }
    }
}

/// Lists entities, page by page.
pub(super) async fn list(ask: &Ask<'_>, name: Option<&str>) -> Result<Response, Refusal> {
    let query = &ask.query;
    let with_state = query.flag("fetchstate")?.unwrap_or(false);
    let mut entities = ask.api.client.entities();
    if let Some(name) = name {
        entities = entities.name(spelled(&ask.api.client, name));
    }
    if let Some(prefix) = query.text("keyprefix") {
        entities = entities.key_prefix(prefix);
    }
    if let Some(time) = query.time("lastoperationtimefrom")? {
        entities = entities.updated_from(time);
    }
    if let Some(time) = query.time("lastoperationtimeto")? {
        entities = entities.updated_to(time);
    }
    if let Some(locked) = query.flag("locked")? {
        entities = entities.locked(locked).with_transient();
    }
    if let Some(parked) = query.flag("parked")? {
        entities = entities.parked(parked).with_transient();
    }
    if let Some(top) = query.number("top")? {
        entities = entities.limit(top);
    }
    if let Some(place) = place(ask.headers())? {
        entities = entities.after(place);
    }
    let page = entities.await?;
    let objects: Vec<_> = page.entities.into_iter().map(|record| EntityObject::new(record, with_state)).collect();
    let mut response = json(StatusCode::OK, &objects);
    if let Some(next) = page.next {
        let token = utf8_percent_encode(&next.to_string(), NON_ALPHANUMERIC).to_string();
        response.headers_mut().insert(CONTINUATION, HeaderValue::try_from(token).map_err(|_| unknown_token())?);
    }
    Ok(response)
}

/// The entity after which a page begins.
fn place(headers: &HeaderMap) -> Result<Option<EntityId>, Refusal> {
    let Some(token) = headers.get(CONTINUATION) else { return Ok(None) };
    let id = token.to_str().ok().and_then(|token| percent_decode_str(token).decode_utf8().ok()?.parse().ok());
    id.map(Some).ok_or_else(unknown_token)
}

fn unknown_token() -> Refusal {
    Refusal::bad_request(format!("`{CONTINUATION}` is no token of ours"))
}

/// The name as it is registered, if it is.
fn spelled(client: &Client, name: &str) -> String {
    known(client.registered().map(|known| known.entities.as_slice()), name, "entity")
        .unwrap_or_else(|_| name.to_owned())
}

/// What is told of one entity.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntityDetailsObject {
    entity_id: Id,
    last_operation_time: Timestamp,
    state: Option<Payload>,
    locked_by: Option<LockHolder>,
    parked: Option<Parked>,
    /// How many operations and critical sections wait for it.
    backlog: u64,
    /// The critical sections among them.
    waiting: Vec<LockHolder>,
}

impl From<EntityDetails> for EntityDetailsObject {
    fn from(EntityDetails { record, backlog, waiting }: EntityDetails) -> Self {
        let EntityRecord { id, state, updated, locked_by, parked } = record;
        let entity_id = Id { name: id.name().to_owned(), key: id.key().to_owned() };
        Self { entity_id, last_operation_time: updated, state, locked_by, parked, backlog, waiting }
    }
}

/// Reads the state of an entity, or all that is known of it.
pub(super) async fn state(ask: &Ask<'_>, name: &str, key: &str) -> Result<Response, Refusal> {
    let id = EntityId::new(spelled(&ask.api.client, name), key)?;
    if ask.query.flag("showdetails")?.unwrap_or(false) {
        let details = ask.api.client.entity(id.clone()).await?;
        let details = details.ok_or_else(|| Refusal::not_found(format!("nothing is kept of the entity `{id}`")))?;
        return Ok(json(StatusCode::OK, &EntityDetailsObject::from(details)));
    }
    let state = ask.api.client.read_named(&id).await?;
    let state = state.ok_or_else(|| Refusal::not_found(format!("the entity `{id}` has no state")))?;
    Ok(raw_json(StatusCode::OK, state.as_json().to_owned()))
}

/// Sends an operation.
pub(super) async fn signal(ask: &Ask<'_>, name: &str, key: &str) -> Result<Response, Refusal> {
    let input = ask.json_or_text()?;
    let operation = ask.query.text("op").unwrap_or_default();
    ask.api.client.signal_named(registered(&ask.api.client, name, key)?, operation, input).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Sends `delete`.
pub(super) async fn delete(ask: &Ask<'_>, name: &str, key: &str) -> Result<Response, Refusal> {
    ask.api.client.signal_named(registered(&ask.api.client, name, key)?, "delete", Payload::null()).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Performs an operation, and answers with its result.
pub(super) async fn call(ask: &Ask<'_>, name: &str, key: &str) -> Result<Response, Refusal> {
    let input = ask.json_or_text()?;
    let operation = ask.query.text("op").unwrap_or_default();
    let timeout = ask.query.seconds("timeout")?.unwrap_or(CALL_TIMEOUT);
    let id = registered(&ask.api.client, name, key)?;
    let called = tokio::time::timeout(timeout, ask.api.client.call_named(id, operation, input)).await;
    let called = called.map_err(|_| {
        let message = format!("there was no result after {timeout:?}; the operation will still be performed");
        Refusal::new(StatusCode::GATEWAY_TIMEOUT, FailureKind::TimedOut, message)
    })?;
    match called {
        Ok(result) => Ok(raw_json(StatusCode::OK, result.as_json().to_owned())),
        // What the operation says to whoever has called it, not a fault of the server.
        Err(error) if error.kind() == FailureKind::Application => {
            Err(Refusal::from(error).with_status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error.into()),
    }
}

fn registered(client: &Client, name: &str, key: &str) -> Result<EntityId, Refusal> {
    let name = known(client.registered().map(|known| known.entities.as_slice()), name, "entity")?;
    Ok(EntityId::new(name, key)?)
}
