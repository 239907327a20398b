//! All that macros may name; outside semver.

pub use crate::{
    activity::{Activity, ActivityCall, ActivityContext, State, StateType},
    determinism::{
        AwaitInMacro, Awaitable, CollectElse, FixedOrder, Global, GlobalElse, GlobalThrough, Marked, Order, OrderElse,
        Outcome as Returned, OutcomeElse, Receiver, ReceiverElse, ReplayedGlobal, Shown, ShownElse, Unmarked,
        WithoutClock, WithoutFiles, WithoutIo,
    },
    entity::{Dispatched, Entity, EntityAddress, EntityContext, EntityRef, OperationCall, OperationInfo},
    model::{ApplicationError, Data, Error, Failure, Outcome, Payload},
    orchestration::{
        Block, Context, DurableFuture, Flatten, Join, OrchestrationCall, Orchestrator, TryJoin, into_durable,
    },
    registry::{Item, Registered, Registry, assert_distinct, decode_input, encode_outcome},
};
