//! The history of one instance as a file.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    client::Client,
    model::{
        Error, Event, FailureKind, InstanceId, InstanceKey, InstanceRecord, Name, Parent, Payload, Result, Segment,
        Status, Tags, Timestamp, payload,
    },
};

/// The format that is written, and the newest that is read.
const FORMAT: u32 = 1;

/// What one generation of an instance did: its history, and as much of its record as a replay needs.
///
/// Readable JSON, which later versions of this crate read as well. See the [module](super) for an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct History {
    /// The version of the format of the file.
    pub format: u32,
    /// The id of the instance.
    pub instance: InstanceId,
    /// The durable name of its orchestrator.
    pub orchestrator: Name,
    /// The version that it was started with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How many times it had continued as new.
    #[serde(default)]
    pub generation: u32,
    /// Its state when the history was taken.
    pub status: Status,
    /// When the instance was accepted.
    pub created: Timestamp,
    /// Who started it, if another orchestration or an entity did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
    /// Labels.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// What the orchestrator last set as its status.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "payload::present")]
    pub custom_status: Option<Payload>,
    /// What happened, turn by turn.
    pub turns: Vec<RecordedTurn>,
}

/// The events of one turn: those that had arrived, then those that the code asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedTurn {
    /// The time of the turn: what `ctx.now()` said.
    pub at: Timestamp,
    /// The events.
    pub events: Vec<Event>,
}

/// The only thing that must be read of a file before its format is known.
#[derive(Deserialize)]
struct Header {
    format: u32,
}

impl History {
    /// Of an instance of which nothing is known yet.
    #[cfg(feature = "cli")]
    pub(crate) fn empty(instance: InstanceId) -> Self {
        Self {
            format: FORMAT,
            instance,
            orchestrator: Name::default(),
            version: None,
            generation: 0,
            status: Status::Pending,
            created: Timestamp::default(),
            parent: None,
            tags: Tags::default(),
            custom_status: None,
            turns: Vec::new(),
        }
    }

    /// The history of the current generation of an instance, from any client, also a read-only one of a database that
    /// another program uses.
    ///
    /// # Errors
    ///
    /// There is no such instance, or the store can't be read.
    pub async fn of(client: &Client, id: &InstanceId) -> Result<Self> {
        let missing = || Error::of_kind(FailureKind::NotFound, format!("there is no instance `{id}`"));
        let mut status = client.status(id).await?.ok_or_else(missing)?;
        loop {
            let segments = client.history(id).await?.ok_or_else(missing)?;
            let again = client.status(id).await?.ok_or_else(missing)?;
            let is_settled = (status.generation, status.status) == (again.generation, again.status);
            status = again;
            if is_settled {
                return Ok(Self {
                    format: FORMAT,
                    instance: status.id,
                    orchestrator: status.name,
                    version: status.version,
                    generation: status.generation,
                    status: status.status,
                    created: status.created,
                    parent: status.parent,
                    tags: status.tags,
                    custom_status: status.custom_status,
                    turns: segments.into_iter().map(|Segment { at, events, .. }| RecordedTurn { at, events }).collect(),
                });
            }
        }
    }

    /// Reads a history that [`save`](Self::save) has written.
    ///
    /// # Errors
    ///
    /// The file can't be read, is no history, or was written by a later version of this crate.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let json = fs::read_to_string(path).map_err(|error| at(path, "can't be read", &error))?;
        Self::from_json(&json).map_err(|error| error.context(format!("{}", path.display())))
    }

    /// Writes the history into a file, which is replaced; missing directories are made.
    ///
    /// # Errors
    ///
    /// The file can't be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, self.to_json()));
        written.map_err(|error| at(path, "can't be written", &error))
    }

    /// Reads a history from its JSON.
    ///
    /// # Errors
    ///
    /// The text is no history, or was written by a later version of this crate.
    pub fn from_json(json: &str) -> Result<Self> {
        let Header { format } = serde_json::from_str(json).map_err(|error| unreadable(&error))?;
        if format > FORMAT {
            let message = format!(
                "the history has format {format}, this version of `durable` reads up to {FORMAT}; update `durable`"
            );
            return Err(Error::of_kind(FailureKind::InvalidArgument, message));
        }
        serde_json::from_str(json).map_err(|error| unreadable(&error))
    }

    /// The history as JSON, indented, with a line break at its end. Payloads stay as they were written.
    #[expect(clippy::missing_panics_doc, reason = "all that it holds can be written")]
    pub fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).expect("ids, times, payloads and events are JSON");
        json.push('\n');
        json
    }

    /// The events in their order.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.turns.iter().flat_map(|turn| &turn.events)
    }

    /// The same as a store keeps it: what a replay reads.
    pub(super) fn to_stored(&self) -> (InstanceRecord, Vec<Segment>) {
        let record = InstanceRecord {
            key: InstanceKey(1),
            id: self.instance.clone(),
            name: self.orchestrator.clone(),
            version: self.version.clone(),
            status: self.status,
            generation: self.generation,
            created: self.created,
            updated: self.turns.last().map_or(self.created, |turn| turn.at),
            parent: self.parent.clone(),
            tags: self.tags.clone(),
            custom_status: self.custom_status.clone(),
            parked: None,
            awake: !self.status.is_terminal(),
        };
        let mut next = 0;
        let segments = self.turns.iter().map(|RecordedTurn { at, events }| {
            let sequence = next;
            next += events.len() as u64;
            Segment { key: record.key, generation: self.generation, sequence, at: *at, events: events.clone() }
        });
        let segments = segments.collect();
        (record, segments)
    }
}

fn at(path: &Path, what: &str, error: &std::io::Error) -> Error {
    Error::of_kind(FailureKind::InvalidArgument, format!("{} {what}: {error}", path.display()))
}

fn unreadable(error: &serde_json::Error) -> Error {
    Error::of_kind(FailureKind::InvalidArgument, format!("it is no history that can be read: {error}"))
}
