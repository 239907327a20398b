//! The only tokio and the only clock: owns the store, lets instances take turns, runs activities, sets timers.

mod activities;
mod bulk;
mod builder;
mod clock;
mod disk;
#[cfg(feature = "testing")]
mod harness;
mod mailbox;
mod pace;
mod partition;
#[cfg(test)]
mod stress;
mod timers;
mod watchdog;

use std::{fmt, sync::Arc, thread::JoinHandle};

pub use builder::RuntimeBuilder;
pub use clock::{Clock, SystemClock, VirtualClock};
#[cfg(feature = "testing")]
pub(crate) use harness::{Harness, HeldResult, Mock, Mocked, Quiet};

use self::mailbox::{Mailbox, Shutdown};
use crate::{
    client::Client,
    model::{Error, FailureKind, Result},
};

/// A running task hub: it takes up what was unfinished, and goes on until it is [shut down](Self::shutdown).
///
/// ```
/// use durable::prelude::*;
///
/// #[activity]
/// async fn say_hello(city: String) -> Result<String> {
///     Ok(format!("Hello, {city}!"))
/// }
///
/// #[orchestrator]
/// async fn hello(ctx: &Context, city: String) -> Result<String> {
///     ctx.call(say_hello(city)).await
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<()> {
/// let runtime = Runtime::builder().memory().register(registry![hello, say_hello]).start().await?;
/// let handle = runtime.client().start(hello("Tokyo".into())).await?;
/// assert_eq!(handle.output().await?, "Hello, Tokyo!");
/// runtime.shutdown().await
/// # }
/// ```
///
/// Dropping it stops everything after the current commit, as a crash would: what is unfinished goes on after the next
/// start.
pub struct Runtime {
    client: Client,
    mailbox: Arc<Mailbox>,
    thread: Option<JoinHandle<()>>,
}

impl Runtime {
    /// Begins to build a runtime.
    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder::new()
    }

    /// A client of this runtime.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// The way in for the environment of tests, which stands between this runtime and its clients.
    #[cfg(feature = "testing")]
    pub(crate) fn stage(&self) -> Stage {
        Stage(Arc::clone(&self.mailbox))
    }

    /// Ends in an orderly way: takes nothing new, lets running activities finish within the grace period, and closes
    /// the store.
    ///
    /// Activities that do not finish in time are dropped; they run again after the next start, and that burns no
    /// attempt. Instances that wait go on waiting after the next start.
    ///
    /// # Errors
    ///
    /// The store had failed, and what was not committed is lost to memory; nobody was told that it was accepted.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop the shutdown.
    pub async fn shutdown(mut self) -> Result<()> {
        self.mailbox.shut_down(Shutdown::Drain);
        let Some(thread) = self.thread.take() else { return Ok(()) };
        let joined = tokio::task::spawn_blocking(move || thread.join()).await;
        match joined {
            Ok(Ok(())) => self.mailbox.outcome(),
            Ok(Err(_)) | Err(_) => Err(Error::of_kind(FailureKind::Unavailable, "the runtime did not end in order")),
        }
    }
}

/// What the environment of tests does with a runtime.
#[cfg(feature = "testing")]
#[derive(Clone)]
pub(crate) struct Stage(Arc<Mailbox>);

#[cfg(feature = "testing")]
impl Stage {
    /// Hands a command of a client over.
    pub(crate) fn post(&self, command: crate::client::Command) -> Result<()> {
        crate::client::CommandSink::post(&*self.0, command)
    }

    /// Hands commands of clients over, all at once.
    pub(crate) fn post_all(&self, commands: Vec<crate::client::Command>) -> Result<()> {
        self.0.post_all(commands)
    }

    /// Waits until the runtime has nothing to do by itself; fails when it has ended.
    pub(crate) async fn quiet(&self) -> Result<Quiet> {
        let (reply, answer) = tokio::sync::oneshot::channel();
        self.0.ask_whether_quiet(reply)?;
        answer.await.map_err(|_| Error::of_kind(FailureKind::Unavailable, "the runtime has ended"))
    }

    /// Hands a result over that was held.
    pub(crate) fn release(&self, result: HeldResult) {
        self.0.release(result);
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.mailbox.shut_down(Shutdown::Now);
        if let Some(thread) = self.thread.take() {
            // The thread ends after its current round; waiting for it releases the store before `drop` returns.
            drop(thread.join());
        }
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").field("mailbox", &self.mailbox).finish_non_exhaustive()
    }
}
