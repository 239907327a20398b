//! What a task hub holds, at a glance, and what the caller may do with it.

use axum::{http::StatusCode, response::Response};
use serde::Serialize;

use super::{access::Rights, ask::Ask, json, refusal::Refusal};
use crate::{
    client::FailureGroup,
    model::{Name, Status, Timestamp},
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OverviewObject<'a> {
    version: &'static str,
    environment: Option<&'a str>,
    may_change: bool,
    live: bool,
    orchestrators: &'a [&'static str],
    entities: &'a [&'static str],
    instances: Vec<InstanceCount>,
    parked: u64,
    entity_counts: Vec<EntityCount>,
    failures: Vec<FailureObject>,
    failures_examined: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InstanceCount {
    name: Name,
    runtime_status: Status,
    count: u64,
}

#[derive(Serialize)]
struct EntityCount {
    name: String,
    count: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FailureObject {
    name: Name,
    error_type: String,
    pattern: String,
    message: String,
    count: u64,
    latest: Timestamp,
    instance_id: String,
}

impl From<FailureGroup> for FailureObject {
    fn from(group: FailureGroup) -> Self {
        let FailureGroup { name, error_type, pattern, message, count, latest, instance_id } = group;
        Self { name, error_type, pattern, message, count, latest, instance_id: instance_id.to_string() }
    }
}

pub(super) async fn show(ask: &Ask<'_>) -> Result<Response, Refusal> {
    let client = &ask.api.client;
    let overview = client.overview().await?;
    let registered = client.registered();
    let count = |(name, runtime_status, count)| InstanceCount { name, runtime_status, count };
    let object = OverviewObject {
        version: env!("CARGO_PKG_VERSION"),
        environment: ask.api.environment.as_deref(),
        may_change: ask.rights == Rights::All && registered.is_some(),
        live: registered.is_some(),
        orchestrators: registered.map_or(&[], |known| &known.orchestrators),
        entities: registered.map_or(&[], |known| &known.entities),
        instances: overview.instances.into_iter().map(count).collect(),
        parked: overview.parked,
        entity_counts: overview.entities.into_iter().map(|(name, count)| EntityCount { name, count }).collect(),
        failures: overview.failures.into_iter().map(FailureObject::from).collect(),
        failures_examined: overview.failures_examined,
    };
    Ok(json(StatusCode::OK, &object))
}
