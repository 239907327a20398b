//! Durable execution in your own process.
//!
//! You write **activities** (functions that do I/O), **orchestrators** (plain async code that calls activities, other
//! orchestrations, timers, events and entities) and **entities** (structs whose methods are operations, one at a time,
//! on durable state). Every step is recorded in an embedded SQLite history. A process that is killed at any instruction
//! goes on, after its restart, exactly where it was.
//!
//! ```
//! use durable::prelude::*;
//!
//! #[activity]
//! async fn say_hello(city: String) -> Result<String> {
//!     Ok(format!("Hello, {city}!"))
//! }
//!
//! #[orchestrator]
//! async fn hello_sequence(ctx: &Context) -> Result<Vec<String>> {
//!     let mut greetings = Vec::new();
//!     for city in ["Tokyo", "Seattle", "London"] {
//!         greetings.push(ctx.call(say_hello(city.into())).await?);
//!     }
//!     Ok(greetings)
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<()> {
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("hello.db");
//! let runtime = Runtime::builder()
//!     .sqlite(path) // for example "hello.db"
//!     .register(registry![hello_sequence, say_hello])
//!     .start()
//!     .await?;
//! let handle = runtime.client().start(hello_sequence()).await?;
//! assert_eq!(handle.output().await?, ["Hello, Tokyo!", "Hello, Seattle!", "Hello, London!"]);
//! runtime.shutdown().await
//! # }
//! ```
//!
//! # Where to look
//!
//! | for | see |
//! |---|---|
//! | what an orchestrator can do | [`Context`], and the combinators [`join!`], [`try_join!`], [`select!`], [`join_all`], [`race`], [`timeout`] |
//! | what an activity can learn | [`ActivityContext`], [`State`] |
//! | what an operation of an entity can do | [`EntityContext`] |
//! | locking several entities | [`Context::lock`], [`Section`] |
//! | starting, waiting, signaling, asking | [`Client`], [`Handle`] |
//! | errors | [`Error`], [`CallError`], [`FailureKind`] |
//! | trying again | [`Retry`] |
//! | HTTP requests | `Context::call_http`, `HttpRequest` (feature `http-client`) |
//! | the HTTP API, and the dashboard | `http` (features `http` and `dashboard`) |
//! | the command `durable` | `cli` (feature `cli`) |
//! | tests of what you write | `testing` (feature `testing`) |
//! | what can be set | [`Runtime::builder`] |
//! | what is stored | [`model::Event`], [`store`] |
//! | what an orchestrator does that it must not do | [`guard`] |
#![cfg_attr(not(feature = "guard"), forbid(unsafe_code))]
#![warn(missing_docs)]

extern crate self as durable;

mod panic;
#[macro_use]
mod failpoint;
pub mod guard;
pub mod model;
pub mod activity;
pub mod entity;
pub mod store;
pub mod orchestration;
pub mod determinism;
mod registry;
#[cfg(feature = "http-client")]
pub mod http_client;
mod engine;
pub mod client;
pub mod runtime;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "cli")]
pub mod cli;
#[doc(hidden)]
pub mod __private;
#[cfg(feature = "failpoints")]
#[doc(hidden)]
pub use failpoint::{FALLIBLE as FALLIBLE_FAILPOINTS, SITES as FAILPOINTS};

pub use activity::{ActivityCall, ActivityContext, State};
pub use client::{Client, Handle, IfExists};
pub use determinism::sorted;
pub use entity::{EntityAddress, EntityContext, EntityRef, OperationCall};
#[cfg(feature = "http-client")]
pub use http_client::{HttpClientSettings, HttpRequest, HttpResponse, UnexpectedStatus};
pub use model::{
    CallError, EntityId, Error, Failure, FailureKind, InstanceId, InvalidId, Payload, Result, Retry, Status, Timestamp,
};
/// Durable futures, by name: for functions that take or return them.
pub mod future {
    pub use crate::orchestration::{DurableFuture, LocalBoxDurable};
}
pub use orchestration::{
    Context, Either, Lockable, LockedEntity, OrchestrationCall, Section, join_all, race, select_all, timeout,
    try_join_all,
};
pub use registry::Registry;
pub use runtime::Runtime;

/// ```
/// use durable::prelude::*;
///
/// #[activity]
/// async fn charge(card: String, cents: u64) -> Result<String> {
///     Ok(format!("charged {cents} to {card}"))
/// }
///
/// let description = charge("4242".into(), 1_000); // nothing runs; `ctx.call(..)` schedules it
/// # drop(description);
/// ```
///
/// An activity begins as soon as what led to it survives the death of the process, while that is still on its way to
/// the disk. A loss of power in that moment (less than a millisecond on most disks) leaves an activity that may have run
/// although no history tells of it, and the next run may give it another argument, if that came from an activity that
/// ran again as well. Where that would cost more than an fsync, in front of a payment above all, write
/// `#[activity(persist_first)]`: then it begins only when all that led to it is on disk. `Durability::Strict` of the
/// SQLite store says the same of all activities.
///
#[cfg(feature = "macros")]
pub use durable_macros::activity;
/// ```
/// use durable::prelude::*;
///
/// #[deterministic]
/// fn total(prices: &[u64]) -> u64 {
///     prices.iter().sum()
/// }
///
/// #[activity]
/// async fn price(article: String) -> Result<u64> {
///     Ok(article.len() as u64)
/// }
///
/// #[deterministic]
/// async fn prices(ctx: &Context, articles: Vec<String>) -> Result<Vec<u64>> {
///     durable::try_join_all(articles.into_iter().map(|article| ctx.call(price(article)))).await
/// }
///
/// #[orchestrator]
/// async fn checkout(ctx: &Context, articles: Vec<String>) -> Result<u64> {
///     Ok(total(&prices(ctx, articles).await?))
/// }
/// ```
///
#[cfg(feature = "macros")]
pub use durable_macros::deterministic;
/// ```
/// use durable::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[entity]
/// #[derive(Default, Serialize, Deserialize)]
/// struct Account {
///     balance: i64,
/// }
///
/// #[entity]
/// impl Account {
///     fn deposit(&mut self, amount: i64) -> i64 {
///         self.balance += amount;
///         self.balance
///     }
///
///     fn balance(&self) -> i64 {
///         self.balance // `&self` only reads: it never writes, nor creates the entity
///     }
/// }
///
/// let description = Account::at("alice").deposit(5); // for `ctx.call`, `ctx.signal` or a client
/// # drop(description);
/// ```
///
#[cfg(feature = "macros")]
pub use durable_macros::entity;
/// ```
/// use durable::prelude::*;
///
/// #[orchestrator]
/// async fn nap(ctx: &Context, minutes: u64) -> Result<()> {
///     ctx.timer(std::time::Duration::from_secs(60 * minutes)).await;
///     Ok(())
/// }
///
/// let description = nap(20); // for `client.start`, `ctx.call` or `ctx.start`
/// # drop(description);
/// ```
///
#[cfg(feature = "macros")]
pub use durable_macros::orchestrator;
/// ```
/// use durable::prelude::*;
///
/// #[activity]
/// async fn ship(order: u64) -> Result<()> {
///     Ok(())
/// }
///
/// pub const SHIPPING: Registry = registry![ship];
/// ```
///
#[cfg(feature = "macros")]
pub use durable_macros::registry;

/// What most programs need: `use durable::prelude::*;`.
pub mod prelude {
    pub use crate::{
        ActivityContext, CallError, Client, Context, Either, EntityAddress, EntityContext, Error, InstanceId, Registry,
        Result, Retry, Runtime, Section, State, Status, Timestamp,
    };
    #[cfg(feature = "macros")]
    pub use crate::{activity, deterministic, entity, orchestrator, registry};
}
