//! Histories as they are stored: event by event, page by page.

use std::collections::BTreeMap;

use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{ask::Ask, json, limit::Limit, refusal::Refusal};
use crate::{
    client::{HistoryPage, RecordedEvent},
    model::{Error, Event, FailureKind, InstanceId, Timestamp},
};

/// The most events of one page, and how many there are if nothing else is asked for.
const MAX_EVENTS: usize = 1_000;

/// Part of a history.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageObject<'a> {
    instance_id: &'a str,
    generation: u32,
    total: u64,
    /// The `after` of the next page, if there is more.
    next: Option<u64>,
    events: Vec<EventObject>,
}

/// One event: its fields lie beside what is said of all events.
#[derive(Serialize)]
struct EventObject {
    sequence: u64,
    timestamp: Timestamp,
    #[serde(rename = "type")]
    event_type: String,
    #[serde(flatten)]
    fields: BTreeMap<String, Box<RawValue>>,
    /// How many bytes what is left out has.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    omitted: BTreeMap<&'static str, usize>,
}

/// The fields of events that hold what users have written, of any size.
const PAYLOADS: [&str; 2] = ["input", "result"];

/// Shows a page of a history.
pub(super) async fn page(ask: &Ask<'_>, id: &str) -> Result<Response, Refusal> {
    let (query, id) = (&ask.query, existing(id)?);
    let limit = Limit::asked(query)?;
    let top = query.number("top")?.unwrap_or(MAX_EVENTS).clamp(1, MAX_EVENTS);
    let after: Option<u64> = query.number("after")?;
    let asked_of: Option<u32> = query.number("generation")?;
    let from = after.map_or(0, |after| after.saturating_add(1));
    let mut page = read(ask, &id, from, top).await?;
    // Places in the history of another generation say nothing of this one.
    if from > 0 && asked_of.is_some_and(|generation| generation != page.generation) {
        page = read(ask, &id, 0, top).await?;
    }
    let HistoryPage { generation, total, events } = page;
    let last = events.last().map(|event| event.sequence);
    let object = PageObject {
        instance_id: id.as_str(),
        generation,
        total,
        next: last.filter(|last| last + 1 < total),
        events: events.into_iter().map(|event| EventObject::new(event, limit)).collect::<Result<_, _>>()?,
    };
    Ok(json(StatusCode::OK, &object))
}

/// Shows one event, whatever its size.
pub(super) async fn one(ask: &Ask<'_>, id: &str, sequence: &str) -> Result<Response, Refusal> {
    let id = existing(id)?;
    let missing = || Refusal::not_found(format!("the history of `{id}` has no event {sequence}"));
    let from = sequence.parse().map_err(|_| missing())?;
    let event = read(ask, &id, from, 1).await?.events.pop().ok_or_else(missing)?;
    Ok(json(StatusCode::OK, &EventObject::new(event, Limit::NONE)?))
}

fn existing(id: &str) -> Result<InstanceId, Refusal> {
    InstanceId::new(id).map_err(|_| Refusal::not_found(format!("there is no instance `{id}`")))
}

async fn read(ask: &Ask<'_>, id: &InstanceId, from: u64, top: usize) -> Result<HistoryPage, Refusal> {
    let page = ask.api.client.history_page(id, from, top).await?;
    page.ok_or_else(|| Refusal::not_found(format!("there is no instance `{id}`")))
}

impl EventObject {
    fn new(recorded: RecordedEvent, limit: Limit) -> Result<Self, Refusal> {
        let RecordedEvent { sequence, at, event } = recorded;
        let (event_type, fields) = variant(&event).map_err(|error| {
            let message = format!("event {sequence} can't be shown: {error}");
            Refusal::from(Error::of_kind(FailureKind::Store, message))
        })?;
        let mut fields: BTreeMap<_, _> = fields.into_iter().map(|(name, value)| (camel_case(&name), value)).collect();
        let mut omitted = BTreeMap::new();
        for name in PAYLOADS {
            if let Some(payload) = fields.get_mut(name)
                && let Some(bytes) = limit.exceeded_by(payload.get())
            {
                *payload = RawValue::NULL.to_owned();
                omitted.insert(name, bytes);
            }
        }
        Ok(Self { sequence, timestamp: at, event_type, fields, omitted })
    }
}

/// The name of the variant and its fields, as they are stored: numbers of any size, members in their order.
fn variant(event: &Event) -> serde_json::Result<(String, BTreeMap<String, Box<RawValue>>)> {
    let variants: BTreeMap<String, BTreeMap<String, Box<RawValue>>> =
        serde_json::from_str(&serde_json::to_string(event)?)?;
    // An event is an object with the variant as its only key.
    variants.into_iter().next().ok_or_else(|| serde::de::Error::custom("it is empty"))
}

/// `fire_at` as `fireAt`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(word.len().min(1));
        camel.extend([&*first.to_ascii_uppercase(), rest]);
    }
    camel
}
