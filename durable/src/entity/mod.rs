//! What the author of an entity touches.

mod context;
mod description;

use std::{future::Future, pin::Pin};

use serde::{Serialize, de::DeserializeOwned};

pub use context::EntityContext;
pub(crate) use context::Outgoing;
pub use description::{EntityAddress, EntityRef, OperationCall};

use crate::{
    activity::StateType,
    model::{Failure, Payload},
};

/// A struct whose methods are operations on durable state, one at a time. `#[entity]` implements this.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an entity",
    note = "an entity is a struct marked `#[entity]` with an impl block marked `#[entity]`"
)]
pub trait Entity: EntityState {
    /// The durable name: what the history calls this kind of entity.
    const NAME: &'static str;
    /// The application state that its operations need.
    const STATES: &'static [StateType];
    /// Its operations.
    const OPERATIONS: &'static [OperationInfo];
    /// What performs all operations that are not among them, except `delete`.
    const FALLBACK: Option<OperationInfo> = None;

    /// Performs an operation on this state.
    fn dispatch<'a>(&'a mut self, ctx: &'a EntityContext, operation: &'a str, input: &'a Payload) -> Dispatched<'a>;
}

/// What may be the state of an entity: a type that serde can write and read, with a default for new entities.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the state of an entity",
    label = "the state is stored between operations, and begins with its default",
    note = "derive `Default`, `serde::Serialize` and `serde::Deserialize` for `{Self}`"
)]
pub trait EntityState: Sized + Send + 'static {
    // Methods instead of supertraits, as in `Data`.
    #[doc(hidden)]
    fn load(state: Option<&Payload>) -> serde_json::Result<Self>;
    #[doc(hidden)]
    fn save(&self) -> serde_json::Result<Payload>;
}

#[diagnostic::do_not_recommend]
impl<T: Default + Serialize + DeserializeOwned + Send + 'static> EntityState for T {
    fn load(state: Option<&Payload>) -> serde_json::Result<Self> {
        state.map_or_else(|| Ok(Self::default()), Payload::decode)
    }

    fn save(&self) -> serde_json::Result<Payload> {
        Payload::encode(self)
    }
}

/// What is known of an operation without performing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationInfo {
    /// Its name.
    pub name: &'static str,
    /// Whether it takes `&self`: then it never writes, nor creates the entity.
    pub reads: bool,
}

/// An operation on its way.
pub enum Dispatched<'a> {
    /// It is done.
    Done(Result<Payload, Failure>),
    /// It is `async`; the future performs it.
    Running(Pin<Box<dyn Future<Output = Result<Payload, Failure>> + Send + 'a>>),
    /// There is no operation of that name.
    Unknown,
}

impl std::fmt::Debug for Dispatched<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Done(result) => f.debug_tuple("Done").field(result).finish(),
            Self::Running(_) => f.write_str("Running"),
            Self::Unknown => f.write_str("Unknown"),
        }
    }
}

/// An entity of any type.
pub(crate) trait AnyEntity: Send {
    fn dispatch<'a>(&'a mut self, ctx: &'a EntityContext, operation: &'a str, input: &'a Payload) -> Dispatched<'a>;
    fn encode(&self) -> serde_json::Result<Payload>;
}

impl<E: Entity> AnyEntity for E {
    fn dispatch<'a>(&'a mut self, ctx: &'a EntityContext, operation: &'a str, input: &'a Payload) -> Dispatched<'a> {
        Entity::dispatch(self, ctx, operation, input)
    }

    fn encode(&self) -> serde_json::Result<Payload> {
        self.save()
    }
}
