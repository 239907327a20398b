//! What a client does to entities.

use super::{Client, Command, SignalBatch, Signaling};
use crate::{
    entity::{EntityAddress, EntityState, OperationCall},
    model::{ApplicationError, Data, EntityId, Error, Failure, FailureKind, Name, Payload, Result},
    store::EntityDetails,
};

impl Client {
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

    /// Collects signals that are accepted together: all are durable when it completes, or none was sent.
    ///
    /// ```
    /// # use durable::prelude::*;
    /// # use serde::{Deserialize, Serialize};
    /// # #[entity]
    /// # #[derive(Default, Serialize, Deserialize)]
    /// # struct Counter {
    /// #     value: i64,
    /// # }
    /// # #[entity]
    /// # impl Counter {
    /// #     fn add(&mut self, amount: i64) {
    /// #         self.value += amount;
    /// #     }
    /// # }
    /// # #[tokio::main]
    /// # async fn main() -> Result<()> {
    /// # let runtime = Runtime::builder().memory().register(registry![Counter]).start().await?;
    /// # let client = runtime.client();
    /// let mut signals = client.signals();
    /// for key in ["cats", "dogs", "cats"] {
    ///     signals = signals.signal(Counter::at(key).add(1));
    /// }
    /// signals.await?;
    /// # assert_eq!(client.read(Counter::at("cats")).await?.map(|counter| counter.value), Some(2));
    /// # runtime.shutdown().await
    /// # }
    /// ```
    pub fn signals(&self) -> SignalBatch<'_> {
        SignalBatch::new(self)
    }

    /// Performs an operation of an entity and gives its result, once that is durable. While a critical section holds the
    /// entity, the operation waits for its end.
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
    pub async fn read<A: EntityAddress<Entity: EntityState>>(&self, entity: A) -> Result<Option<A::Entity>> {
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
        Ok(record.and_then(|details| details.record.state))
    }

    /// What is known of an entity: its state as JSON, who holds it, what waits for it, why it is parked; `None` if
    /// nothing is kept of it. Never waits, also not for who holds it.
    ///
    /// # Errors
    ///
    /// The key is no valid id, or the store can't be read.
    pub async fn entity(&self, entity: impl EntityAddress) -> Result<Option<EntityDetails>> {
        let id = entity.id()?;
        self.read_catalog(move |catalog| catalog.entity(&id)).await
    }

    /// Takes back the locks whose holders have ended, and gives their number.
    ///
    /// The end of an orchestration lets its locks go by itself; this is for databases that were restored or changed by
    /// hand. Entities without state, lock and messages need no cleaning: nothing is kept of them.
    ///
    /// # Errors
    ///
    /// The store can't be read or written.
    pub async fn clean_entities(&self) -> Result<u64> {
        self.send(|reply| Command::CleanEntities { reply }).await
    }
}
