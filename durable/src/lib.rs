//! Durable execution in your own process.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate self as durable;

mod panic;
pub mod model;
pub mod activity;
pub mod entity;
pub mod store;
pub mod orchestration;
mod registry;
mod engine;
pub mod client;
pub mod runtime;
#[doc(hidden)]
pub mod __private;

pub use activity::{ActivityCall, ActivityContext, State};
pub use client::{Client, Handle, IfExists};
pub use entity::{EntityAddress, EntityContext, EntityRef, OperationCall};
pub use model::{
    CallError, EntityId, Error, Failure, FailureKind, InstanceId, InvalidId, Payload, Result, Retry, Status, Timestamp,
};
pub use orchestration::{Context, Either, OrchestrationCall, join_all, race, select_all, timeout, try_join_all};
pub use registry::Registry;
pub use runtime::Runtime;

#[cfg(feature = "macros")]
pub use durable_macros::{activity, entity, orchestrator, registry};

/// What most programs need: `use durable::prelude::*;`.
pub mod prelude {
    pub use crate::{
        ActivityContext, CallError, Client, Context, Either, EntityAddress, EntityContext, Error, InstanceId, Registry,
        Result, Retry, Runtime, State, Status, Timestamp,
    };
    #[cfg(feature = "macros")]
    pub use crate::{activity, entity, orchestrator, registry};
}
