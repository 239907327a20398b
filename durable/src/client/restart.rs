//! Starting an orchestration once more, with the same argument.

use std::{future::IntoFuture, pin::Pin};

use super::{Client, Handle, IfExists};
use crate::model::{Error, FailureKind, InstanceId, Result};

impl Client {
    /// Starts the orchestrator of an instance once more: with the same argument, version and labels, as a new instance.
    ///
    /// The argument is that of the current generation. The instance itself stays as it is, unless
    /// [`keep_id`](Restarting::keep_id) says otherwise.
    ///
    /// ```
    /// # use durable::prelude::*;
    /// # #[orchestrator]
    /// # async fn ship(ctx: &Context, order: u64) -> Result<u64> {
    /// #     Ok(order)
    /// # }
    /// # #[tokio::main]
    /// # async fn main() -> Result<()> {
    /// # let runtime = Runtime::builder().memory().register(registry![ship]).start().await?;
    /// # let client = runtime.client();
    /// let first = client.start(ship(42)).await?;
    /// first.output().await?;
    /// let again = client.restart(first.id()).await?;
    /// assert_eq!(again.output().await?.as_json(), "42");
    /// # runtime.shutdown().await
    /// # }
    /// ```
    pub fn restart(&self, id: &InstanceId) -> Restarting<'_> {
        Restarting { client: self, id: id.clone(), keeps_id: false }
    }
}

/// A restart with its options, which is awaited; made by [`Client::restart`].
#[must_use = "nothing is started unless this is awaited"]
#[derive(Debug)]
pub struct Restarting<'a> {
    client: &'a Client,
    id: InstanceId,
    keeps_id: bool,
}

impl Restarting<'_> {
    /// The new instance takes the id, and the old one, which must have ended, is removed with its history.
    pub fn keep_id(mut self) -> Self {
        self.keeps_id = true;
        self
    }
}

impl<'a> IntoFuture for Restarting<'a> {
    type Output = Result<Handle>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { client, id, keeps_id } = self;
        Box::pin(async move {
            let not_found = || Error::of_kind(FailureKind::NotFound, format!("there is no instance `{id}`"));
            let old = client.status(&id).await?.ok_or_else(not_found)?;
            let mut start = client.start_named(old.name, old.input.unwrap_or_default());
            if let Some(version) = old.version {
                start = start.version(version);
            }
            for (name, value) in old.tags {
                start = start.tag(name, value);
            }
            if keeps_id {
                start = start.instance_id(id.as_str()).if_exists(IfExists::ReplaceEnded);
            }
            start.await
        })
    }
}
