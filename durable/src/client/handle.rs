//! One orchestration instance, from outside.

use std::{fmt, marker::PhantomData, time::Duration};

use serde::{Serialize, de::DeserializeOwned};

use super::{Client, Command, Ending};
use crate::{
    model::{
        ApplicationError, Data, Error, Failure, FailureKind, InstanceId, InstanceRecord, Name, Parent, Parked, Payload,
        Result, Segment, Status, Tags, Timestamp,
    },
    store::InstanceDetails,
};

/// How often a client that can only read looks whether an instance has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// One orchestration instance that gives a `T` or fails with an `E`.
///
/// Dropping a handle changes nothing. [`Client::handle`] makes one for an instance that was started elsewhere.
pub struct Handle<T = Payload, E = Error> {
    client: Client,
    id: InstanceId,
    kind: PhantomData<fn() -> (T, E)>,
}

impl<T, E> Handle<T, E> {
    pub(super) fn new(client: Client, id: InstanceId) -> Self {
        Self { client, id, kind: PhantomData }
    }

    /// The id of the instance.
    pub fn id(&self) -> &InstanceId {
        &self.id
    }

    /// What is known of the instance now.
    ///
    /// # Errors
    ///
    /// There is no such instance, or the store can't be read.
    pub async fn status(&self) -> Result<InstanceStatus> {
        self.client.status(&self.id).await?.ok_or_else(|| not_found(&self.id))
    }

    /// The history of the current generation of the instance.
    ///
    /// # Errors
    ///
    /// There is no such instance, or the store can't be read.
    pub async fn history(&self) -> Result<Vec<Segment>> {
        self.client.history(&self.id).await?.ok_or_else(|| not_found(&self.id))
    }

    /// Raises an event for the instance; completes once that is durable.
    ///
    /// # Errors
    ///
    /// The instance has ended or does not exist.
    pub async fn raise<P: Serialize + ?Sized>(&self, name: impl Into<String>, payload: &P) -> Result<()> {
        self.client.raise_event(&self.id, name, payload).await
    }

    /// Ends the instance from outside. Its children go on.
    ///
    /// # Errors
    ///
    /// The instance has ended or does not exist.
    pub async fn terminate(&self, reason: impl Into<String>) -> Result<()> {
        self.client.terminate(&self.id, reason).await
    }

    /// Ends the instance and the children that it waits for, and theirs.
    ///
    /// # Errors
    ///
    /// The instance has ended or does not exist.
    pub async fn terminate_all(&self, reason: impl Into<String>) -> Result<()> {
        self.client.terminate_all(&self.id, reason).await
    }

    /// Lets the instance take no more turns until it is resumed. What arrives meanwhile is kept.
    ///
    /// # Errors
    ///
    /// The instance is suspended already, has ended or does not exist.
    pub async fn suspend(&self, reason: impl Into<String>) -> Result<()> {
        self.client.suspend(&self.id, reason).await
    }

    /// Lets the instance take turns again.
    ///
    /// # Errors
    ///
    /// The instance is not suspended.
    pub async fn resume(&self, reason: impl Into<String>) -> Result<()> {
        self.client.resume(&self.id, reason).await
    }
}

impl<T: Data, E: ApplicationError> Handle<T, E> {
    /// Waits until the instance has ended, and gives what it returned.
    ///
    /// # Errors
    ///
    /// What the orchestrator returned as its error, or a failure of another kind: it panicked, was terminated, does not
    /// exist; or the runtime shut down while waiting (kind [`FailureKind::Unavailable`]).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the waiting, never the instance.
    pub async fn output(&self) -> Result<T, E::Seen> {
        let (status, result, failure) = self.ending().await.map_err(|error| E::seen(error.into_failure()))?;
        match (result, failure) {
            (Some(result), _) => T::from_payload(&result).map_err(|error| {
                let message = format!("`{}` returned {result}, which is not what is expected: {error}", self.id);
                E::seen(Failure::new(FailureKind::InvalidPayload, message))
            }),
            (None, Some(failure)) => Err(E::seen(failure)),
            (None, None) => {
                let message = format!("`{}` ended as {status} and left no result", self.id);
                Err(E::seen(Failure::new(FailureKind::InvalidState, message)))
            }
        }
    }

    /// The same, waiting no longer than that: then the error is of kind [`FailureKind::TimedOut`].
    ///
    /// # Errors
    ///
    /// As [`output`](Self::output), or it took too long. The instance goes on.
    pub async fn output_within(&self, duration: Duration) -> Result<T, E::Seen> {
        tokio::time::timeout(duration, self.output()).await.unwrap_or_else(|_| {
            let message = format!("`{}` has not ended within {duration:?}", self.id);
            Err(E::seen(Failure::new(FailureKind::TimedOut, message)))
        })
    }

    async fn ending(&self) -> Result<(Status, Option<Payload>, Option<Failure>)> {
        if self.client.sink.is_some() {
            let id = self.id.clone();
            if let Ending::Now { status, result, failure } =
                self.client.send_patiently(|reply| Command::Wait { id, reply }).await?
            {
                return Ok((status, result, failure));
            }
        }
        loop {
            let id = self.id.clone();
            let found = self.client.read_catalog(move |catalog| catalog.instance(&id)).await?;
            let InstanceDetails { record, output, failure, .. } = found.ok_or_else(|| not_found(&self.id))?;
            if record.status.is_terminal() {
                return Ok((record.status, output, failure));
            }
            // Nobody tells another process when something has changed.
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

pub(super) fn not_found(id: &InstanceId) -> Error {
    Error::of_kind(FailureKind::NotFound, format!("there is no instance `{id}`"))
}

impl<T, E> Clone for Handle<T, E> {
    fn clone(&self) -> Self {
        Self::new(self.client.clone(), self.id.clone())
    }
}

impl<T, E> fmt::Debug for Handle<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle").field(&self.id).finish()
    }
}

/// What is known of an orchestration instance at one time.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InstanceStatus {
    /// Its id.
    pub id: InstanceId,
    /// Its orchestrator.
    pub name: Name,
    /// The version that it was started with.
    pub version: Option<String>,
    /// Its state.
    pub status: Status,
    /// When it was accepted.
    pub created: Timestamp,
    /// When its record last changed.
    pub updated: Timestamp,
    /// How many times it has continued as new.
    pub generation: u32,
    /// Its argument; `None` while it is pending, and in lists.
    pub input: Option<Payload>,
    /// What it returned; `None` in lists.
    pub output: Option<Payload>,
    /// Why it failed or was terminated; `None` in lists.
    pub failure: Option<Failure>,
    /// What the orchestrator last set as its status.
    pub custom_status: Option<Payload>,
    /// Who started it, if another orchestration or an entity did.
    pub parent: Option<Parent>,
    /// Labels.
    pub tags: Tags,
    /// Why it takes no turns although it has not ended.
    pub parked: Option<Parked>,
}

impl InstanceStatus {
    pub(super) fn of(details: InstanceDetails) -> Self {
        let InstanceDetails { record, input, output, failure } = details;
        Self { input, output, failure, ..Self::of_record(record) }
    }

    pub(super) fn of_record(record: InstanceRecord) -> Self {
        let InstanceRecord {
            id,
            name,
            version,
            status,
            generation,
            created,
            updated,
            parent,
            tags,
            custom_status,
            parked,
            ..
        } = record;
        Self {
            id,
            name,
            version,
            status,
            created,
            updated,
            generation,
            input: None,
            output: None,
            failure: None,
            custom_status,
            parent,
            tags,
            parked,
        }
    }

    /// The custom status as a `T`.
    ///
    /// # Errors
    ///
    /// It does not have the shape of `T`; `null` stands for none.
    pub fn custom_status_as<T: DeserializeOwned>(&self) -> Result<T> {
        Ok(self.custom_status.clone().unwrap_or_default().decode()?)
    }
}
