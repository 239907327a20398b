//! Golden histories: what instances did, kept as files, and replayed by the code of today.
//!
//! An instance that is under way when a program is deployed goes on with the new code, which must take the steps that
//! the old code has taken. Whether it does is a matter of a test: save the histories of a few typical instances, commit
//! the files, and replay them from there on.
//!
//! ```
//! use durable::{prelude::*, testing::{self, History}};
//!
//! #[activity]
//! async fn charge(cents: u64) -> Result<String> {
//!     Ok(format!("charged {cents}"))
//! }
//!
//! #[orchestrator]
//! async fn order(ctx: &Context, cents: u64) -> Result<String> {
//!     let receipt = ctx.call(charge(cents)).await?;
//!     ctx.event::<()>("approved").await?;
//!     Ok(receipt)
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<()> {
//! # let directory = tempfile::tempdir()?;
//! # let histories = directory.path();
//! // Once: run an instance, and save what it did.
//! let runtime = Runtime::builder().memory().register(registry![order, charge]).start().await?;
//! let handle = runtime.client().start(order(4_200)).await?;
//! handle.raise("approved", &()).await?;
//! handle.output().await?;
//! let history = History::of(&runtime.client(), handle.id()).await?;
//! assert_eq!(history.steps(), ["activity charge", "event approved", "completed"]);
//! history.save(histories.join("order.json"))?; // for example `tests/histories/order.json`
//! runtime.shutdown().await?;
//!
//! // In a test, for ever: no store, no runtime, no waiting.
//! testing::replay_dir(registry![order, charge], histories);
//! # Ok(())
//! # }
//! ```

mod divergence;
mod history;
mod redacted;
mod replay;
mod steps;

pub use divergence::Divergence;
pub use history::{History, RecordedTurn};
pub use replay::{replay, replay_dir};
