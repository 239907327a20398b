//! What a task hub holds, at a glance, and what the caller may do with it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use tokio::sync::Mutex;

use super::{access::Rights, ask::Ask, json, refusal::Refusal};
use crate::{
    client::{Client, FailureGroup, Overview},
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

/// From so many instances on, counting takes long enough to be noticed.
const MANY: u64 = 50_000;
/// How many times as long as it took a count of many is good for.
const REST: u32 = 4;

/// The last count, if it may be shown again. Whoever asks meanwhile waits for the one that is under way.
#[derive(Debug, Default)]
pub(super) struct LastCount(Mutex<Option<(Instant, Arc<Overview>)>>);

impl LastCount {
    async fn get(&self, client: &Client) -> Result<Arc<Overview>, Refusal> {
        let mut last = self.0.lock().await;
        if let Some((until, overview)) = &*last
            && now() < *until
        {
            return Ok(Arc::clone(overview));
        }
        let began = now();
        let overview = Arc::new(client.overview().await?);
        *last = rest(&overview, began.elapsed()).map(|rest| (now() + rest, Arc::clone(&overview)));
        Ok(overview)
    }
}

/// How long a count that took so long is shown again; one of few is not.
fn rest(overview: &Overview, took: Duration) -> Option<Duration> {
    let instances: u64 = overview.instances.iter().map(|(_, _, count)| count).sum();
    (instances >= MANY).then(|| took * REST)
}

#[expect(clippy::disallowed_methods, reason = "how long a count took is real time")]
fn now() -> Instant {
    Instant::now()
}

pub(super) async fn show(ask: &Ask<'_>) -> Result<Response, Refusal> {
    let client = &ask.api.client;
    let overview = Overview::clone(&*ask.api.last_count.get(client).await?);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_count_of_many_is_shown_again_and_for_longer_the_longer_it_took() {
        let of = |instances| Overview {
            instances: vec![("a".into(), Status::Running, 1), ("b".into(), Status::Completed, instances - 1)],
            parked: 0,
            entities: Vec::new(),
            failures: Vec::new(),
            failures_examined: 0,
        };
        let took = Duration::from_millis(30);
        assert_eq!(rest(&of(MANY - 1), took), None);
        assert_eq!(rest(&of(MANY), took), Some(Duration::from_millis(120)));
        assert_eq!(rest(&of(MANY * 9), took * 2), Some(Duration::from_millis(240)));
    }
}
