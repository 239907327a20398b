//! References to entities, and descriptions of operations on them.

use std::{fmt, marker::PhantomData};

use serde::Serialize;

use super::Entity;
use crate::{
    activity::Described,
    model::{ApplicationError, Data, EntityId, Error, FailureKind, InvalidId, Name, Payload},
};

/// Refers to one entity of type `E`, by its key.
///
/// `Account::at("alice")` makes one, wrapped in a type that has a method for each operation.
pub struct EntityRef<E> {
    id: Result<EntityId, InvalidId>,
    kind: PhantomData<fn() -> E>,
}

impl<E> EntityRef<E> {
    /// Refers to the entity with that key. A key that no id may contain is reported when the reference is used.
    pub fn new(key: impl AsRef<str>) -> Self
    where
        E: Entity,
    {
        Self { id: EntityId::new(E::NAME, key), kind: PhantomData }
    }

    fn of(id: EntityId) -> Self {
        Self { id: Ok(id), kind: PhantomData }
    }

    /// Describes an operation with its argument.
    #[expect(clippy::needless_pass_by_value, reason = "the macros hand over what the user passed")]
    pub fn operation<I: Data, T, X>(&self, operation: &'static str, input: I) -> OperationCall<E, T, X> {
        self.describe(operation.into(), input.to_payload())
    }

    /// Describes an operation that is known by its name only; it gives a `T`.
    pub(crate) fn operation_named<T>(
        &self,
        operation: impl Into<Name>,
        input: &(impl Serialize + ?Sized),
    ) -> OperationCall<E, T, Error> {
        self.describe(operation.into(), Payload::encode(input))
    }

    fn describe<T, X>(&self, operation: Name, input: serde_json::Result<Payload>) -> OperationCall<E, T, X> {
        let input = input.map_err(|error| {
            let name = self.id.as_ref().map_or("an entity", EntityId::name);
            let message = format!("the argument of `{operation}` on `{name}` can't be serialized: {error}");
            Error::of_kind(FailureKind::InvalidPayload, message)
        });
        OperationCall { entity: self.id.clone(), operation, input, kind: PhantomData }
    }
}

impl<E> EntityRef<E> {
    /// The id of the entity.
    ///
    /// # Errors
    ///
    /// The key contains a control character, or is too long.
    pub fn id(&self) -> Result<&EntityId, InvalidId> {
        self.id.as_ref().map_err(Clone::clone)
    }
}

impl<E> Clone for EntityRef<E> {
    fn clone(&self) -> Self {
        Self { id: self.id.clone(), kind: PhantomData }
    }
}

impl<E> fmt::Debug for EntityRef<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

/// What refers to one entity: what `Account::at(key)` returns, or an [`EntityId`], whose state is any JSON.
pub trait EntityAddress {
    /// The type of its state.
    type Entity;

    /// The reference.
    fn entity_ref(&self) -> EntityRef<Self::Entity>;

    /// Describes an operation by its name, which gives a `T`: for entities that take any operation, and for those
    /// whose type is not at hand.
    ///
    /// ```
    /// use durable::{EntityId, prelude::*};
    ///
    /// #[orchestrator]
    /// async fn add(ctx: &Context, entity: EntityId, amount: i64) -> Result<i64> {
    ///     ctx.call(entity.operation::<i64>("add", &amount)).await
    /// }
    /// ```
    fn operation<T: Data>(
        &self,
        name: impl Into<Name>,
        input: &(impl Serialize + ?Sized),
    ) -> OperationCall<Self::Entity, T, Error> {
        self.entity_ref().operation_named(name, input)
    }

    /// The id of the entity.
    ///
    /// # Errors
    ///
    /// The key contains a control character, or is too long.
    fn id(&self) -> Result<EntityId, InvalidId> {
        self.entity_ref().id
    }
}

impl<E> EntityAddress for EntityRef<E> {
    type Entity = E;
    fn entity_ref(&self) -> Self {
        self.clone()
    }
}

impl EntityAddress for EntityId {
    type Entity = serde_json::Value;
    fn entity_ref(&self) -> EntityRef<Self::Entity> {
        EntityRef::of(self.clone())
    }
}

/// An operation of an entity of type `E` with its argument, giving a `T` or failing with an `X`.
///
/// It does nothing by itself; `ctx.call(..)`, `ctx.signal(..)` or a client sends it.
#[must_use = "this only describes an operation; pass it to `ctx.call(..)`, `ctx.signal(..)` or to a client"]
pub struct OperationCall<E, T, X> {
    pub(crate) entity: Result<EntityId, InvalidId>,
    pub(crate) operation: Name,
    pub(crate) input: Result<Payload, Error>,
    kind: Kind<E, T, X>,
}

/// What the operation belongs to, gives, and fails with.
type Kind<E, T, X> = PhantomData<fn() -> (E, T, X)>;

impl<E, T, X> OperationCall<E, T, X> {
    /// What is to be sent.
    pub(crate) fn parts(self) -> Result<(EntityId, Name, Payload), Error> {
        Ok((self.entity?, self.operation, self.input?))
    }
}

impl<E, T, X: ApplicationError> Described for OperationCall<E, T, X> {
    type Outcome = Result<T, X::Seen>;
}

impl<E, T, X> fmt::Debug for OperationCall<E, T, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut call = f.debug_struct("OperationCall");
        call.field("entity", &self.entity).field("operation", &self.operation).finish_non_exhaustive()
    }
}
