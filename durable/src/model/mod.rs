//! The vocabulary: ids, payloads, events, messages, records and batches. Plain data; knows nothing of the rest.

pub mod id;
pub mod time;
pub mod payload;
pub mod failure;
pub mod error;
pub mod retry;
pub mod start;
pub mod event;
pub mod lock;
pub mod message;
pub mod status;
pub mod record;
pub mod batch;
pub mod rewind;
pub mod waiting;

pub use batch::{Batch, Delivery, Wake};
pub use error::{ApplicationError, CallError, Error, Outcome, Result};
pub use event::{Event, Name, Segment, TaskId};
pub use failure::{Failure, FailureKind};
pub use id::{EntityId, InstanceId, InstanceKey, InvalidId};
pub use lock::{LockHolder, LockRequest, LockSet};
pub use message::{Caller, InboxRow, Message, OperationRequest, Target};
pub use payload::{Data, Payload};
pub use record::{EntityRecord, InstanceRecord, Parent, Tags};
pub use retry::Retry;
pub use rewind::RewindPlan;
pub use start::{StartRequest, Startable};
pub use status::{ParkReason, Parked, Status};
pub use time::Timestamp;
pub use waiting::WaitingFor;
