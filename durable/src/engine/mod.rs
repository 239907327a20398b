//! Decisions. Pure and synchronous: what has arrived and the time go in, what is to be stored and done comes out.
//!
//! ```text
//!                what arrived, now
//!   runtime  ───────────────────────▶  engine   Instance::turn      one turn of an orchestration
//!   (clock,  ◀───────────────────────           Instance::rebuild   the same, again, from its history
//!   threads,    Turn: events to store,          Entity::perform     one operation of an entity
//!   store)      messages, activities, timers
//! ```
//!
//! Nothing here waits, asks for the time, draws random numbers or does I/O. Nothing here knows the store or the runtime.

mod entity;
mod execution;
mod instance;
mod mismatch;
mod queue;
mod rewind;
mod turn;
#[cfg(test)]
mod tests;

pub(crate) use entity::{Entity, OperationEnd, OperationOutcome, Performed, RunningOperation};
#[cfg(feature = "testing")]
pub(crate) use instance::Departure;
pub(crate) use instance::{Instance, Open};
pub(crate) use queue::{EntityQueue, Released, Waiting, after_lock, after_release};
pub(crate) use rewind::Rewind;
pub(crate) use turn::{ActivityTask, Turn};
