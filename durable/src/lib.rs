//! Durable execution in your own process.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod model;
pub mod store;

pub use model::{EntityId, Error, FailureKind, InstanceId, InvalidId, Payload, Result, Retry, Timestamp};
