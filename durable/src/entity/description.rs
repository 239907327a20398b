//! References to entities, and descriptions of operations on them.

use std::{fmt, marker::PhantomData};

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

    /// Describes an operation with its argument.
    #[expect(clippy::needless_pass_by_value, reason = "the macros hand over what the user passed")]
    pub fn operation<I: Data, T, X>(&self, operation: &'static str, input: I) -> OperationCall<E, T, X>
    where
        E: Entity,
    {
        let input = input.to_payload().map_err(|error| {
            let message = format!("the argument of `{operation}` on `{}` can't be serialized: {error}", E::NAME);
            Error::of_kind(FailureKind::InvalidPayload, message)
        });
        OperationCall { entity: self.id.clone(), operation: operation.into(), input, kind: PhantomData }
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

/// What `Account::at(key)` returns: something that refers to one entity.
pub trait EntityAddress {
    /// The kind of entity.
    type Entity: Entity;

    /// The reference.
    fn entity_ref(&self) -> &EntityRef<Self::Entity>;

    /// The id of the entity.
    ///
    /// # Errors
    ///
    /// The key contains a control character, or is too long.
    fn id(&self) -> Result<EntityId, InvalidId> {
        self.entity_ref().id.clone()
    }
}

impl<E: Entity> EntityAddress for EntityRef<E> {
    type Entity = E;
    fn entity_ref(&self) -> &Self {
        self
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
