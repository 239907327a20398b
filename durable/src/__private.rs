//! All that macros may name; outside semver.

pub use crate::{
    activity::{Activity, ActivityCall, ActivityContext, State, StateType},
    entity::{Dispatched, Entity, EntityAddress, EntityContext, EntityRef, OperationCall, OperationInfo},
    model::{ApplicationError, Data, Error, Failure, Outcome, Payload},
    orchestration::{Block, Context, Flatten, Join, OrchestrationCall, Orchestrator, TryJoin, into_durable},
    registry::{Item, Registered, Registry, assert_distinct, decode_input, encode_outcome},
};
