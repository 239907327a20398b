//! All that macros may name; outside semver.

pub use crate::{
    activity::{Activity, ActivityCall, ActivityContext, State, StateType},
    determinism::{
        AwaitInMacro, Awaitable, CollectElse, FixedOrder, Global, GlobalElse, GlobalThrough, Marked, Order, OrderElse,
        Outcome as Returned, OutcomeElse, Receiver, ReceiverElse, ReplayedGlobal, Shown, ShownElse, Unmarked,
        WithoutClock, WithoutFiles, WithoutIo,
    },
    entity::{Dispatched, Entity, EntityAddress, EntityContext, EntityRef, OperationCall, OperationInfo},
    model::{ApplicationError, Data, EntityId, Error, Failure, InvalidId, Outcome, Payload},
    orchestration::{
        Block, CallLocked, Context, DurableFuture, Flatten, Holding, Join, Lockable, Locked, OrchestrationCall,
        Orchestrator, TryJoin, into_durable,
    },
    registry::{Item, Registered, Registry, assert_distinct, decode_input, encode_outcome},
};
