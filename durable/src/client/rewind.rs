//! Letting failed orchestrations go on.

use std::{future::IntoFuture, pin::Pin};

use super::{Client, Command};
use crate::model::{InstanceId, Result, RewindPlan};

impl Client {
    /// Lets a failed instance go on from before its failure: what has succeeded keeps its result, what has failed is
    /// tried once more. So it is with the children of whose failure it failed.
    ///
    /// It goes back to the last failure that it was told of and that no retry made good, and to those of its siblings
    /// that were under way at the same time. If the code failed by itself, its last turn is taken once more: mend the
    /// code first. Locks of a critical section are taken again before it goes on.
    ///
    /// ```
    /// use durable::prelude::*;
    /// use std::sync::atomic::{AtomicBool, Ordering};
    ///
    /// static SERVER_IS_UP: AtomicBool = AtomicBool::new(false);
    ///
    /// #[activity]
    /// async fn send(to: String) -> Result<String> {
    ///     if SERVER_IS_UP.load(Ordering::SeqCst) { Ok(format!("sent to {to}")) } else { Err(Error::new("no answer")) }
    /// }
    ///
    /// #[orchestrator]
    /// async fn invite(ctx: &Context, to: String) -> Result<String> {
    ///     ctx.call(send(to)).await
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<()> {
    /// # let runtime = Runtime::builder().memory().register(registry![invite, send]).start().await?;
    /// # let client = runtime.client();
    /// let handle = client.start(invite("Ada".into())).await?;
    /// assert!(handle.output().await.is_err());
    /// SERVER_IS_UP.store(true, Ordering::SeqCst);
    /// let plan = client.rewind(handle.id(), "the server is up again").await?;
    /// assert_eq!(plan.repeated.len(), 1); // the activity
    /// assert_eq!(handle.output().await?, "sent to Ada");
    /// # runtime.shutdown().await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The instance has not failed or does not exist, or the code of today does not fit what stays of its history (kind
    /// [`InvalidState`](crate::FailureKind::InvalidState)): then nothing has changed.
    pub fn rewind(&self, id: &InstanceId, reason: impl Into<String>) -> Rewinding<'_> {
        Rewinding { client: self, id: id.clone(), reason: reason.into(), dry_run: false }
    }
}

/// A rewind with its options, which is awaited; made by [`Client::rewind`]. It tells what it does.
#[must_use = "nothing is rewound unless this is awaited"]
#[derive(Debug)]
pub struct Rewinding<'a> {
    client: &'a Client,
    id: InstanceId,
    reason: String,
    dry_run: bool,
}

impl Rewinding<'_> {
    /// Only tells what it would do, and changes nothing.
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }
}

impl<'a> IntoFuture for Rewinding<'a> {
    type Output = Result<RewindPlan>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { client, id, reason, dry_run } = self;
        Box::pin(client.send(move |reply| Command::Rewind { id, reason, dry_run, reply }))
    }
}
