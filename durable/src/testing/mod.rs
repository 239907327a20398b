//! Tests of what you build with `durable`: days pass in a millisecond, a crash happens at every commit.
//!
//! Feature `testing`; write `durable = { version = "..", features = ["testing"] }` below `[dev-dependencies]`.
//!
//! ```
//! use durable::{prelude::*, testing::TestEnv};
//! use std::time::Duration;
//!
//! #[activity]
//! async fn ask(purchase: String) -> Result<()> {
//!     Err(Error::new("sends a real mail"))
//! }
//!
//! #[orchestrator]
//! async fn approval(ctx: &Context, purchase: String) -> Result<String> {
//!     ctx.call(ask(purchase)).await?;
//!     match durable::race(ctx.event::<bool>("approved"), ctx.timer(Duration::from_secs(72 * 3600))).await {
//!         Either::Left(approved) => Ok(if approved? { "approved" } else { "rejected" }.to_owned()),
//!         Either::Right(()) => Ok("nobody answered".to_owned()),
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<()> {
//! let env = TestEnv::new(registry![approval, ask]).await?;
//! env.mock(ask, |_purchase| Ok(()));
//! let request = env.start(approval("a printer".into())).await?;
//! assert_eq!(request.output().await?, "nobody answered");
//! assert_eq!(env.elapsed(), Duration::from_secs(72 * 3600));
//! # Ok(())
//! # }
//! ```
//!
//! - [`TestEnv`] is a [`Client`](crate::Client) of a runtime in memory, with the same verbs and handles as in production.
//!   Time is virtual, and passes whenever somebody waits for a result and nothing else can happen. After every turn the
//!   instance is replayed from its history: code that would do something else then is parked, and the test fails.
//! - [`crash_everywhere`] runs a scenario once, and then once for each commit with a crash in front of it.
//! - [`explore`] runs it in many orders of completion.
//! - [`run`] runs one activity by itself.
//! - [`History`] keeps the history of an instance as a file, and [`replay_dir`] replays such files with the code of today.
//! - [`conformance`] checks a store of your own.
//!
//! Tests of one process can run at the same time: nothing here is global.

mod choices;
pub mod conformance;
mod crash;
mod driver;
mod env;
mod explore;
pub mod golden;
mod mock;
mod run;
mod sink;
mod store;

pub use crash::{CrashReport, crash_everywhere};
pub use env::{TestEnv, TestEnvBuilder};
pub use explore::{Exploration, ExploreReport, explore};
pub use golden::{Divergence, History, replay, replay_dir};
pub use mock::{After, Describes, IntoMocked, Never, after, never};
pub use run::{ActivityRun, run};
