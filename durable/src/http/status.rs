//! What is told of an instance: the status object.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Serialize;

use super::{
    history::{self, Entry},
    limit::Limit,
    query::Query,
    refusal::Refusal,
};
use crate::{
    client::{Client, InstanceStatus},
    model::{Failure, Name, Parent, Parked, Payload, Result, Status, Tags, Timestamp, WaitingFor},
};

/// What is told of an instance. Names are those of Durable Functions; the last ones are ours, and left out unless there
/// is something to say, or somebody asks for details.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatusObject {
    name: String,
    instance_id: String,
    runtime_status: Status,
    input: Option<Payload>,
    custom_status: Option<Payload>,
    output: Option<Payload>,
    created_time: String,
    last_updated_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    history_events: Option<Vec<Entry>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parked: Option<Parked>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Details>,
}

/// What Durable Functions does not tell.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    version: Option<String>,
    tags: Tags,
    parent: Option<Parent>,
    generation: u32,
    failure: Option<Failure>,
    created: Timestamp,
    updated: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting_for: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    awaited_events: Option<Vec<Name>>,
    /// How many bytes what is left out has.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    omitted: BTreeMap<&'static str, usize>,
}

/// How much is told.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a parameter of the request")]
pub(super) struct Shown {
    pub(super) input: bool,
    pub(super) output: bool,
    pub(super) history: bool,
    pub(super) history_output: bool,
    pub(super) details: bool,
    pub(super) limit: Limit,
}

impl Shown {
    /// What is told if nothing else is asked for.
    pub(super) const USUAL: Self =
        Self { input: true, output: true, history: false, history_output: false, details: false, limit: Limit::NONE };

    pub(super) fn asked(query: &Query) -> Result<Self, Refusal> {
        Ok(Self {
            input: query.flag("showinput")?.unwrap_or(true),
            output: query.flag("showoutput")?.unwrap_or(true),
            history: query.flag("showhistory")?.unwrap_or(false),
            history_output: query.flag("showhistoryoutput")?.unwrap_or(false),
            details: query.flag("showdetails")?.unwrap_or(false),
            limit: Limit::asked(query)?,
        })
    }
}

impl StatusObject {
    /// Without history.
    pub(super) fn new(instance: InstanceStatus, shown: Shown) -> Self {
        let output =
            instance.output.or_else(|| instance.failure.as_ref().and_then(|failure| said(failure, instance.status)));
        let mut payloads = [
            ("input", instance.input.filter(|_| shown.input)),
            ("customStatus", instance.custom_status),
            ("output", output.filter(|_| shown.output)),
        ];
        let omitted =
            payloads.iter_mut().filter_map(|(name, payload)| Some((*name, shown.limit.take(payload)?))).collect();
        let [(_, input), (_, custom_status), (_, output)] = payloads;
        let details = shown.details.then_some(Details {
            version: instance.version,
            tags: instance.tags,
            parent: instance.parent,
            generation: instance.generation,
            failure: instance.failure,
            created: instance.created,
            updated: instance.updated,
            waiting_for: None,
            awaited_events: None,
            omitted,
        });
        Self {
            name: instance.name.into_owned(),
            instance_id: instance.id.to_string(),
            runtime_status: instance.status,
            input,
            custom_status,
            output,
            created_time: whole_seconds(instance.created),
            last_updated_time: whole_seconds(instance.updated),
            history_events: None,
            parked: instance.parked,
            details,
        }
    }

    /// With its history, if that is to be shown.
    pub(super) async fn read(client: &Client, instance: InstanceStatus, shown: Shown) -> Result<Self> {
        let id = instance.id.clone();
        let mut object = Self::new(instance, shown);
        if let Some(details) = &mut object.details {
            if let Ok(all) = client.waiting_for(&id).await {
                details.waiting_for = Some(all.iter().map(ToString::to_string).collect());
                details.awaited_events = Some(all.into_iter().filter_map(awaited_event).collect());
            }
        }
        if shown.history {
            let segments = client.history(&id).await?.unwrap_or_default();
            object.history_events = Some(history::entries(&segments, shown));
        }
        Ok(object)
    }
}

fn awaited_event(waiting: WaitingFor) -> Option<Name> {
    if let WaitingFor::Event(name) = waiting { Some(name) } else { None }
}

/// What an instance that gave no result left instead, as Durable Functions tells it.
fn said(failure: &Failure, status: Status) -> Option<Payload> {
    let text = failure.to_string();
    let reason = text.strip_prefix("terminated: ").filter(|_| status == Status::Terminated);
    Payload::encode(reason.unwrap_or(&text)).ok()
}

fn whole_seconds(time: Timestamp) -> String {
    Timestamp::from_micros(time.as_micros().div_euclid(1_000_000).saturating_mul(1_000_000)).to_string()
}

/// The code with which a status is answered.
pub(super) fn code(status: Status, failure_is_500: bool) -> StatusCode {
    match status {
        Status::Pending | Status::Running | Status::Suspended => StatusCode::ACCEPTED,
        Status::Failed if failure_is_500 => StatusCode::INTERNAL_SERVER_ERROR,
        Status::Completed | Status::Failed | Status::Terminated => StatusCode::OK,
    }
}
