//! Histories as files that [`durable::testing`](crate::testing) replays.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Desk,
    failed::{Code, Failed},
    follow::Follow,
    get::details,
    text::escape,
};
use crate::{
    model::{Event, InstanceId, Name, Parent, Payload, Status, Tags, Timestamp},
    testing::{History, golden::RecordedTurn},
};

/// What is told of an instance, as far as its history needs it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    name: Name,
    instance_id: InstanceId,
    runtime_status: Status,
    custom_status: Option<Payload>,
    created_time: Timestamp,
    details: Details,
}

#[derive(Deserialize)]
struct Details {
    version: Option<String>,
    tags: Tags,
    parent: Option<Parent>,
    generation: u32,
    /// Exact, where the time beside the details has whole seconds.
    created: Option<Timestamp>,
}

/// Writes the history of an instance into a file.
pub(super) async fn export(desk: &Desk, id: &str, file: &Path) -> Result<Code, Failed> {
    let mut told: Told = details(desk, id).await?.parse()?;
    let history = loop {
        let events = Follow::new(id, None).news(desk).await?.events;
        let again: Told = details(desk, id).await?.parse()?;
        let is_settled =
            (told.details.generation, told.runtime_status) == (again.details.generation, again.runtime_status);
        told = again;
        if is_settled {
            break turns(&events)?;
        }
    };
    let Told { name, instance_id, runtime_status, custom_status, created_time, details } = told;
    let history = History {
        orchestrator: name,
        version: details.version,
        generation: details.generation,
        status: runtime_status,
        created: details.created.unwrap_or(created_time),
        parent: details.parent,
        tags: details.tags,
        custom_status,
        turns: history,
        ..History::empty(instance_id)
    };
    history.save(file)?;
    let shown = file.display().to_string();
    let done = serde_json::json!({"instanceId": id, "file": shown});
    desk.out.one(&done.to_string(), id, || format!("Wrote the history of {} to {}.", escape(id), escape(&shown)))?;
    Ok(Code::Done)
}

/// The events turn by turn: what had arrived, then what the code asked for.
fn turns(events: &[Box<RawValue>]) -> Result<Vec<RecordedTurn>, Failed> {
    let mut turns: Vec<RecordedTurn> = Vec::new();
    for raw in events {
        let (at, event) = event(raw).map_err(|error| {
            Failed::new(Code::Error, format!("an event of the history is unknown here: {error}"))
                .advise("use the command of the same version as the program")
        })?;
        match turns.last_mut() {
            Some(turn)
                if turn.at == at && (event.is_asked_for() || !turn.events.last().is_some_and(Event::is_asked_for)) =>
            {
                turn.events.push(event);
            }
            _ => turns.push(RecordedTurn { at, events: vec![event] }),
        }
    }
    Ok(turns)
}

/// An event and its time, from an object that has the variant as its `type` and the fields beside it.
fn event(raw: &RawValue) -> serde_json::Result<(Timestamp, Event)> {
    let mut fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(raw.get())?;
    let mut take = |name: &str| fields.remove(name).unwrap_or_default();
    let (at, variant) = (take("timestamp"), take("type"));
    drop((take("sequence"), take("omitted")));
    let fields: BTreeMap<_, _> = fields.into_iter().map(|(name, value)| (snake_case(&name), value)).collect();
    let variant: String = serde_json::from_str(variant.get())?;
    let event = serde_json::to_string(&BTreeMap::from([(variant, fields)]))?;
    Ok((serde_json::from_str(at.get())?, serde_json::from_str(&event)?))
}

/// `fireAt` as `fire_at`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}
