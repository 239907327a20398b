//! What can be done with one orchestration instance over HTTP.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{
    ask::Ask,
    body,
    instances::deleted,
    json,
    refusal::Refusal,
    route::Verb,
    start::Reply,
    status::{self, Shown, StatusObject},
};
use crate::{
    client::{Client, InstanceStatus},
    model::{EntityId, Error, Event, FailureKind, InstanceId, InvalidId, Payload, RewindPlan},
};

/// How long a caller should wait before it looks at an instance again, in seconds.
const LOOK_AGAIN: HeaderValue = HeaderValue::from_static("5");

/// Does something with one instance.
pub(super) async fn act(ask: &Ask<'_>, id: &str, verb: Verb) -> Result<Response, Refusal> {
    let client = &ask.api.client;
    let id = match InstanceId::new(id) {
        Ok(id) => id,
        Err(_) if verb == Verb::Restart => return Err(Refusal::bad_request(format!("there is no instance `{id}`"))),
        Err(InvalidId::Reserved(_)) if verb == Verb::Purge => return delete_entity(client, id).await,
        Err(InvalidId::Reserved(_)) => return Err(not_found(id)),
        Err(invalid) => return Err(invalid.into()),
    };
    let reason = ask.query.text("reason").unwrap_or_default().to_owned();
    let accepted = |()| StatusCode::ACCEPTED.into_response();
    match verb {
        Verb::Status => look(ask, &id).await,
        Verb::Purge => {
            let recursive = ask.query.flag("recursive")?.unwrap_or(false);
            let purged = if recursive { client.purge_all(&id).await } else { client.purge(&id).await.map(|()| 1) };
            purged.map(deleted).map_err(wrong_state)
        }
        Verb::Raise(event) => raise(ask, &id, event).await,
        Verb::Terminate => {
            let recursive = ask.query.flag("recursive")?.unwrap_or(false);
            let done =
                if recursive { client.terminate_all(&id, reason).await } else { client.terminate(&id, reason).await };
            or_gone(client, &id, done).await.map(accepted)
        }
        Verb::Suspend => or_gone(client, &id, client.suspend(&id, reason).await).await.map(accepted),
        Verb::Resume => or_gone(client, &id, client.resume(&id, reason).await).await.map(accepted),
        Verb::Rewind => rewind(ask, &id, reason).await,
        Verb::Restart => restart(ask, &id).await,
    }
}

async fn look(ask: &Ask<'_>, id: &InstanceId) -> Result<Response, Refusal> {
    let shown = Shown::asked(&ask.query)?;
    let fails = ask.query.flag("returninternalservererroronfailure")?.unwrap_or(false);
    let instance = found(&ask.api.client, id).await?;
    let mut response = status_object(&ask.api.client, instance, shown, fails).await?;
    if response.status() == StatusCode::ACCEPTED {
        let location = ask.links().ok().map(|links| links.again(ask.path(), ask.uri().query()));
        if let Some(Ok(location)) = location.map(|location| location.parse()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response.headers_mut().insert(header::RETRY_AFTER, LOOK_AGAIN);
    }
    Ok(response)
}

/// What is told of an instance, with the code for its state.
pub(super) async fn status_object(
    client: &Client,
    instance: InstanceStatus,
    shown: Shown,
    fails: bool,
) -> Result<Response, Refusal> {
    let code = status::code(instance.status, fails);
    Ok(json(code, &StatusObject::read(client, instance, shown).await?))
}

pub(super) async fn found(client: &Client, id: &InstanceId) -> Result<InstanceStatus, Refusal> {
    client.status(id).await?.ok_or_else(|| not_found(id.as_str()))
}

fn not_found(id: &str) -> Refusal {
    Refusal::not_found(format!("there is no instance `{id}`"))
}

async fn raise(ask: &Ask<'_>, id: &InstanceId, event: String) -> Result<Response, Refusal> {
    let client = &ask.api.client;
    refuse_ended(&found(client, id).await?)?;
    if !ask.body.is_empty() && !body::is_json(ask.headers()) {
        return Err(Refusal::bad_request("an event must be sent as `content-type: application/json`"));
    }
    let payload: Payload = body::json(&ask.body)?;
    let raised = client.raise_event(id, event, &payload).await;
    or_gone(client, id, raised).await.map(|()| StatusCode::ACCEPTED.into_response())
}

fn refuse_ended(instance: &InstanceStatus) -> Result<(), Refusal> {
    if instance.status.is_terminal() {
        let message = format!("the instance `{}` has ended as {}", instance.id, instance.status);
        return Err(Refusal::new(StatusCode::GONE, FailureKind::InvalidState, message));
    }
    Ok(())
}

/// 410 for what can't be done because the instance has ended; 500 for what its state does not allow otherwise.
async fn or_gone(client: &Client, id: &InstanceId, done: Result<(), Error>) -> Result<(), Refusal> {
    match done {
        Err(error) if error.kind() == FailureKind::InvalidState => {
            refuse_ended(&found(client, id).await?)?;
            Err(error.into())
        }
        done => Ok(done?),
    }
}

/// 412 for what can't be done in the state that the instance is in.
fn wrong_state(error: Error) -> Refusal {
    let wrong = error.kind() == FailureKind::InvalidState;
    let refusal = Refusal::from(error);
    if wrong { refusal.with_status(StatusCode::PRECONDITION_FAILED) } else { refusal }
}

/// What a rewind would do.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Plan {
    instance_id: String,
    kept: usize,
    dropped: usize,
    repeated: Vec<String>,
    children: Vec<Plan>,
}

impl From<RewindPlan> for Plan {
    fn from(plan: RewindPlan) -> Self {
        Self {
            instance_id: plan.instance_id.to_string(),
            kept: plan.kept,
            dropped: plan.dropped,
            repeated: plan.repeated.iter().map(Event::summary).collect(),
            children: plan.children.into_iter().map(Self::from).collect(),
        }
    }
}

async fn rewind(ask: &Ask<'_>, id: &InstanceId, reason: String) -> Result<Response, Refusal> {
    let rewind = ask.api.client.rewind(id, reason);
    if ask.query.flag("dryrun")?.unwrap_or(false) {
        let plan = rewind.dry_run().await.map_err(wrong_state)?;
        return Ok(json(StatusCode::OK, &Plan::from(plan)));
    }
    rewind.await.map_err(wrong_state)?;
    Ok(StatusCode::ACCEPTED.into_response())
}

async fn restart(ask: &Ask<'_>, id: &InstanceId) -> Result<Response, Refusal> {
    let reply = Reply::asked(ask)?;
    let restart = ask.api.client.restart(id);
    let new_id = ask.query.flag("restartwithnewinstanceid")?.unwrap_or(true);
    let restarted = if new_id { restart.await } else { restart.keep_id().await };
    let handle = restarted.map_err(|error| {
        let unknown = error.kind() == FailureKind::NotFound;
        let refusal = Refusal::from(error);
        if unknown { refusal.with_status(StatusCode::BAD_REQUEST) } else { refusal }
    })?;
    reply.about(&handle).await
}

/// Entities can be purged like instances, under the id `@name@key`.
async fn delete_entity(client: &Client, id: &str) -> Result<Response, Refusal> {
    let entity: EntityId = id.parse().map_err(|_| not_found(id))?;
    if client.read_named(&entity).await?.is_none() {
        return Err(not_found(id));
    }
    client.signal_named(entity, "delete", Payload::null()).await?;
    Ok(deleted(1))
}
