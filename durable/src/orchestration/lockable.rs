//! What can be locked, and the handles to it.

use std::{fmt, future::IntoFuture, marker::PhantomData};

use serde::Serialize;

use super::{call::CallOperation, future::LocalBoxDurable, lock::Holding};
use crate::{
    entity::{EntityAddress, EntityRef, OperationCall},
    model::{ApplicationError, Data, EntityId, Error, InvalidId, Name},
};

/// What [`Context::lock`](super::Context::lock) takes: references to entities, their ids, and tuples, arrays and `Vec`s
/// of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be locked",
    label = "not a reference to an entity, nor several of them",
    note = "lock `Account::at(key)`, an `EntityId`, or an array, a `Vec` or a tuple of up to eight of such"
)]
pub trait Lockable {
    /// The handles.
    type Locked<'c>;

    #[doc(hidden)]
    fn ids(&self, ids: &mut Vec<Result<EntityId, InvalidId>>);
    #[doc(hidden)]
    fn locked<'c>(self, holding: &Holding<'c>) -> Self::Locked<'c>;
}

/// A locked entity of type `E`: operations are called through it. `#[entity]` wraps it in a type with a method for each.
pub struct Locked<'c, E> {
    entity: EntityRef<E>,
    holding: Holding<'c>,
}

impl<'c, E> Locked<'c, E> {
    /// The handle to an entity that is locked.
    #[doc(hidden)]
    pub fn new(entity: EntityRef<E>, holding: &Holding<'c>) -> Self {
        Self { entity, holding: holding.clone() }
    }

    /// The entity that it is a handle to.
    #[doc(hidden)]
    pub fn entity_ref(&self) -> &EntityRef<E> {
        &self.entity
    }

    /// Calls an operation. The call borrows the handle, so that the next one waits for it.
    #[doc(hidden)]
    pub fn operate<T, X>(&self, operation: OperationCall<E, T, X>) -> CallLocked<'_, E, T, X> {
        let call = CallOperation::inside(self.holding.journal(), operation, self.holding.section());
        CallLocked { call, handle: PhantomData }
    }
}

/// A locked entity that is known by its id only: any operation, with arguments and results as the caller says.
#[derive(Debug)]
pub struct LockedEntity<'c>(Locked<'c, serde_json::Value>);

impl LockedEntity<'_> {
    /// Calls an operation with that argument, and gives its result as a `T`.
    pub fn call<T: Data>(
        &mut self,
        operation: impl Into<Name>,
        input: &(impl Serialize + ?Sized),
    ) -> CallLocked<'_, serde_json::Value, T, Error> {
        let operation = self.0.entity.operation_named(operation, input);
        self.0.operate(operation)
    }
}

/// A call of an operation of a locked entity, which is awaited.
#[must_use = "an operation is called when the call is awaited"]
pub struct CallLocked<'h, E, T, X> {
    call: CallOperation<E, T, X>,
    handle: PhantomData<&'h Locked<'h, E>>,
}

impl<E, T, X> CallLocked<'_, E, T, X> {
    /// How long to wait: then it fails with the kind [`TimedOut`](crate::FailureKind::TimedOut). The operation may
    /// still be performed.
    pub fn timeout(mut self, duration: std::time::Duration) -> Self {
        self.call = self.call.timeout(duration);
        self
    }
}

impl<'h, E: 'static, T: Data, X: ApplicationError> IntoFuture for CallLocked<'h, E, T, X> {
    type Output = Result<T, X::Seen>;
    type IntoFuture = LocalBoxDurable<'h, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.call.into_future()
    }
}

#[diagnostic::do_not_recommend]
impl<E> Lockable for EntityRef<E> {
    type Locked<'c> = Locked<'c, E>;

    fn ids(&self, ids: &mut Vec<Result<EntityId, InvalidId>>) {
        ids.push(self.id().cloned());
    }

    fn locked<'c>(self, holding: &Holding<'c>) -> Locked<'c, E> {
        Locked::new(self, holding)
    }
}

#[diagnostic::do_not_recommend]
impl Lockable for EntityId {
    type Locked<'c> = LockedEntity<'c>;

    fn ids(&self, ids: &mut Vec<Result<EntityId, InvalidId>>) {
        ids.push(Ok(self.clone()));
    }

    fn locked<'c>(self, holding: &Holding<'c>) -> LockedEntity<'c> {
        LockedEntity(self.entity_ref().locked(holding))
    }
}

#[diagnostic::do_not_recommend]
impl<L: Lockable> Lockable for Vec<L> {
    type Locked<'c> = Vec<L::Locked<'c>>;

    fn ids(&self, ids: &mut Vec<Result<EntityId, InvalidId>>) {
        for entity in self {
            entity.ids(ids);
        }
    }

    fn locked<'c>(self, holding: &Holding<'c>) -> Self::Locked<'c> {
        self.into_iter().map(|entity| entity.locked(holding)).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<L: Lockable, const N: usize> Lockable for [L; N] {
    type Locked<'c> = [L::Locked<'c>; N];

    fn ids(&self, ids: &mut Vec<Result<EntityId, InvalidId>>) {
        for entity in self {
            entity.ids(ids);
        }
    }

    fn locked<'c>(self, holding: &Holding<'c>) -> Self::Locked<'c> {
        self.map(|entity| entity.locked(holding))
    }
}

macro_rules! tuples {
    ($($($entity:ident)+;)+) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($entity: Lockable),+> Lockable for ($($entity,)+) {
            type Locked<'c> = ($($entity::Locked<'c>,)+);

            #[expect(non_snake_case, reason = "the names of the types serve for the values")]
            fn ids(&self, ids: &mut Vec<Result<EntityId, InvalidId>>) {
                let ($($entity,)+) = self;
                $($entity.ids(ids);)+
            }

            #[expect(non_snake_case, reason = "the names of the types serve for the values")]
            fn locked<'c>(self, holding: &Holding<'c>) -> Self::Locked<'c> {
                let ($($entity,)+) = self;
                ($($entity.locked(holding),)+)
            }
        }
    )+ };
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}

impl<E> fmt::Debug for Locked<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Locked").field(&self.entity).finish()
    }
}

impl<E, T, X> fmt::Debug for CallLocked<'_, E, T, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CallLocked").field(&self.call).finish()
    }
}
