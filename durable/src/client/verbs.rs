//! What a client does to instances and entities.

use std::{future::IntoFuture, pin::Pin};

use serde::Serialize;

use super::{Client, Command, Handle, InstanceStatus};
use crate::{
    entity::{EntityAddress, EntityState, OperationCall},
    model::{
        ApplicationError, Data, EntityId, Error, Failure, FailureKind, InstanceId, Name, Payload, Result, Segment,
        Timestamp,
    },
};

impl Client {
    /// A handle to an instance that was started elsewhere, giving a `T` or failing with an `E`. It need not exist.
    ///
    /// # Errors
    ///
    /// The text is no valid id.
    pub fn handle<T, E>(&self, id: impl AsRef<str>) -> Result<Handle<T, E>> {
        Ok(Handle::new(self.clone(), InstanceId::new(id)?))
    }

    /// What is known of an instance now, with its argument and result; `None` if there is no such instance.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    pub async fn status(&self, id: &InstanceId) -> Result<Option<InstanceStatus>> {
        let id = id.clone();
        let details = self.read_catalog(move |catalog| catalog.instance(&id)).await?;
        Ok(details.map(InstanceStatus::of))
    }

    /// The history of the current generation of an instance; `None` if there is no such instance.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    pub async fn history(&self, id: &InstanceId) -> Result<Option<Vec<Segment>>> {
        let id = id.clone();
        self.read_catalog(move |catalog| catalog.history(&id)).await
    }

    /// Raises an event for an instance; completes once that is durable. One that nobody waits for is kept.
    ///
    /// # Errors
    ///
    /// The instance has ended or does not exist, or the payload can't be serialized.
    pub async fn raise_event<P: Serialize + ?Sized>(
        &self,
        id: &InstanceId,
        name: impl Into<String>,
        payload: &P,
    ) -> Result<()> {
        let input = Payload::encode(payload).map_err(|error| {
            Error::of_kind(FailureKind::InvalidPayload, format!("the payload of an event: {error}"))
        })?;
        let (to, name) = (id.clone(), Name::Owned(name.into()));
        self.send(|reply| Command::Raise { to, name, input, reply }).await
    }

    /// Ends an instance from outside. Its children go on.
    ///
    /// # Errors
    ///
    /// The instance has ended or does not exist.
    pub async fn terminate(&self, id: &InstanceId, reason: impl Into<String>) -> Result<()> {
        let (to, reason) = (id.clone(), reason.into());
        self.send(|reply| Command::Terminate { to, reason, recursive: false, reply }).await
    }

    /// Ends an instance and the children that it waits for, and theirs. Children that were only started go on.
    ///
    /// # Errors
    ///
    /// The instance has ended or does not exist.
    pub async fn terminate_all(&self, id: &InstanceId, reason: impl Into<String>) -> Result<()> {
        let (to, reason) = (id.clone(), reason.into());
        self.send(|reply| Command::Terminate { to, reason, recursive: true, reply }).await
    }

    /// Lets an instance take no more turns until it is resumed. What arrives meanwhile is kept.
    ///
    /// # Errors
    ///
    /// The instance is not running.
    pub async fn suspend(&self, id: &InstanceId, reason: impl Into<String>) -> Result<()> {
        let (to, reason) = (id.clone(), reason.into());
        self.send(|reply| Command::Suspend { to, reason, reply }).await
    }

    /// Lets a suspended instance take turns again.
    ///
    /// # Errors
    ///
    /// The instance is not suspended.
    pub async fn resume(&self, id: &InstanceId, reason: impl Into<String>) -> Result<()> {
        let (to, reason) = (id.clone(), reason.into());
        self.send(|reply| Command::Resume { to, reason, reply }).await
    }

    /// Removes an instance that has ended, with its history.
    ///
    /// # Errors
    ///
    /// The instance has not ended or does not exist.
    pub async fn purge(&self, id: &InstanceId) -> Result<()> {
        let id = id.clone();
        self.send(|reply| Command::Purge { id, reply }).await
    }

    /// Sends an operation to an entity; completes once that is durable, not when the operation has been performed.
    ///
    /// Signals of one client to one entity are performed in their order, each exactly once.
    pub fn signal<E, T, X>(&self, operation: OperationCall<E, T, X>) -> Signaling<'_> {
        Signaling { client: self, parts: operation.parts(), at: None }
    }

    /// The same by names, with the argument as JSON.
    pub fn signal_named(&self, entity: EntityId, operation: impl Into<String>, input: Payload) -> Signaling<'_> {
        Signaling { client: self, parts: Ok((entity, Name::Owned(operation.into()), input)), at: None }
    }

    /// Performs an operation of an entity and gives its result, once that is durable.
    ///
    /// # Errors
    ///
    /// What the operation returned as its error, or a failure of another kind.
    pub async fn call<E, T: Data, X: ApplicationError>(&self, operation: OperationCall<E, T, X>) -> Result<T, X::Seen> {
        let seen = |error: Error| X::seen(error.into_failure());
        let (to, operation, input) = operation.parts().map_err(seen)?;
        let name = operation.clone();
        let result = self.send(|reply| Command::Call { to, operation, input, reply }).await.map_err(seen)?;
        T::from_payload(&result).map_err(|error| {
            let message = format!("the operation `{name}` returned {result}, which is not what is expected: {error}");
            X::seen(Failure::new(FailureKind::InvalidPayload, message))
        })
    }

    /// The same by names, with argument and result as JSON.
    ///
    /// # Errors
    ///
    /// What the operation returned as its error, or a failure of another kind.
    pub async fn call_named(&self, to: EntityId, operation: impl Into<String>, input: Payload) -> Result<Payload> {
        let operation = Name::Owned(operation.into());
        self.send(|reply| Command::Call { to, operation, input, reply }).await
    }

    /// The state of an entity after the last operation that is durable; `None` if it has none. No operation is run.
    ///
    /// ```
    /// # use durable::prelude::*;
    /// # use serde::{Deserialize, Serialize};
    /// #[entity]
    /// #[derive(Default, Serialize, Deserialize)]
    /// struct Counter {
    ///     value: i64,
    /// }
    ///
    /// #[entity]
    /// impl Counter {
    ///     fn add(&mut self, amount: i64) -> i64 {
    ///         self.value += amount;
    ///         self.value
    ///     }
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<()> {
    /// # let runtime = Runtime::builder().memory().register(registry![Counter]).start().await?;
    /// let client = runtime.client();
    /// client.signal(Counter::at("cats").add(2)).await?;
    /// assert_eq!(client.call(Counter::at("cats").add(1)).await?, 3);
    /// assert_eq!(client.read(Counter::at("cats")).await?.map(|counter| counter.value), Some(3));
    /// assert!(client.read(Counter::at("dogs")).await?.is_none());
    /// # runtime.shutdown().await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The key is no valid id, the stored state does not fit the type, or the store can't be read.
    pub async fn read<A: EntityAddress>(&self, entity: A) -> Result<Option<A::Entity>> {
        let id = EntityAddress::id(&entity)?;
        let Some(state) = self.read_named(&id).await? else { return Ok(None) };
        let state = EntityState::load(Some(&state)).map_err(|error| {
            Error::of_kind(FailureKind::InvalidPayload, format!("the state of `{id}` does not fit its type: {error}"))
        })?;
        Ok(Some(state))
    }

    /// The same as JSON.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    pub async fn read_named(&self, id: &EntityId) -> Result<Option<Payload>> {
        let id = id.clone();
        let record = self.read_catalog(move |catalog| catalog.entity(&id)).await?;
        Ok(record.and_then(|record| record.state))
    }
}

/// A signal with its options, which is awaited; made by [`Client::signal`].
#[must_use = "nothing is signaled unless this is awaited"]
#[derive(Debug)]
pub struct Signaling<'a> {
    client: &'a Client,
    parts: Result<(EntityId, Name, Payload)>,
    at: Option<Timestamp>,
}

impl Signaling<'_> {
    /// To be delivered at that time or a little later.
    pub fn at(mut self, time: impl Into<Timestamp>) -> Self {
        self.at = Some(time.into());
        self
    }
}

impl<'a> IntoFuture for Signaling<'a> {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { client, parts, at } = self;
        Box::pin(async move {
            let (to, operation, input) = parts?;
            client.send(|reply| Command::Signal { to, operation, input, at, reply }).await
        })
    }
}
