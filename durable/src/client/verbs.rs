//! What a client does to instances.

use std::collections::HashSet;

use serde::Serialize;

use super::{Client, Command, Handle, HistoryPage, InstanceStatus};
use crate::model::{Error, Event, FailureKind, InstanceId, Name, Payload, Result, Segment, WaitingFor};

impl Client {
    /// A handle to an instance that was started elsewhere, giving a `T` or failing with an `E`. It need not exist.
    ///
    /// # Errors
    ///
    /// The text is no valid id.
    pub fn handle<T, E>(&self, id: impl AsRef<str>) -> Result<Handle<T, E>> {
        Ok(Handle::new(self.clone(), InstanceId::new(id)?))
    }

    /// What is known of an instance now, with its argument and result; `None` if there is no such instance.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    pub async fn status(&self, id: &InstanceId) -> Result<Option<InstanceStatus>> {
        let id = id.clone();
        let details = self.read_catalog(move |catalog| catalog.instance(&id)).await?;
        Ok(details.map(InstanceStatus::of))
    }

    /// The history of the current generation of an instance; `None` if there is no such instance.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    pub async fn history(&self, id: &InstanceId) -> Result<Option<Vec<Segment>>> {
        let id = id.clone();
        self.read_catalog(move |catalog| catalog.history(&id)).await
    }

    /// The events of the current generation of an instance from that sequence number on, at most `limit`, of those at
    /// most 1,000; `None` if there is no such instance.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    pub async fn history_page(&self, id: &InstanceId, from: u64, limit: usize) -> Result<Option<HistoryPage>> {
        let id = id.clone();
        self.read_catalog(move |catalog| catalog.history_page(&id, from, limit)).await
    }

    /// What an instance waits for now: answers, timers, children, locks, events. Nothing if it has ended, is parked or has
    /// not begun. A suspended one waits to be resumed besides.
    ///
    /// A client that can only read tells what the history does: also what was asked for and given up, but not which
    /// events are awaited.
    ///
    /// ```
    /// # use durable::prelude::*;
    /// # #[orchestrator]
    /// # async fn approval(ctx: &Context) -> Result<String> {
    /// #     ctx.event("approved").await
    /// # }
    /// # #[tokio::main]
    /// # async fn main() -> Result<()> {
    /// # let runtime = Runtime::builder().memory().register(registry![approval]).start().await?;
    /// # let client = runtime.client();
    /// let handle = client.start(approval()).await?;
    /// let waiting = client.waiting_for(handle.id()).await?;
    /// assert_eq!(waiting[0].to_string(), "an event `approved`");
    /// # runtime.shutdown().await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// There is no such instance, or the store can't be read.
    pub async fn waiting_for(&self, id: &InstanceId) -> Result<Vec<WaitingFor>> {
        let id = id.clone();
        if self.sink.is_some() {
            return self.send(|reply| Command::Explain { id, reply }).await;
        }
        let history = self.read_catalog(move |catalog| {
            let ended = catalog.instance(&id)?.is_some_and(|found| found.record.status.is_terminal());
            if ended { Ok(Some(Vec::new())) } else { catalog.history(&id) }
        });
        let missing = || Error::of_kind(FailureKind::NotFound, "there is no such instance");
        Ok(unanswered(&history.await?.ok_or_else(missing)?))
    }

    /// Raises an event for an instance; completes once that is durable. One that nobody waits for is kept.
    ///
    /// # Errors
    ///
    /// The instance has ended or does not exist, or the payload can't be serialized.
    pub async fn raise_event<P: Serialize + ?Sized>(
        &self,
        id: &InstanceId,
        name: impl Into<String>,
        payload: &P,
    ) -> Result<()> {
        let input = Payload::encode(payload).map_err(|error| {
            Error::of_kind(FailureKind::InvalidPayload, format!("the payload of an event: {error}"))
        })?;
        let (to, name) = (id.clone(), Name::Owned(name.into()));
        self.send(|reply| Command::Raise { to, name, input, reply }).await
    }

    /// Ends an instance from outside. Its children go on.
    ///
    /// # Errors
    ///
    /// The instance has ended or does not exist.
    pub async fn terminate(&self, id: &InstanceId, reason: impl Into<String>) -> Result<()> {
        let (to, reason) = (id.clone(), reason.into());
        self.send(|reply| Command::Terminate { to, reason, recursive: false, reply }).await
    }

    /// Ends an instance and the children that it waits for, and theirs. Children that were only started go on.
    ///
    /// # Errors
    ///
    /// The instance has ended or does not exist.
    pub async fn terminate_all(&self, id: &InstanceId, reason: impl Into<String>) -> Result<()> {
        let (to, reason) = (id.clone(), reason.into());
        self.send(|reply| Command::Terminate { to, reason, recursive: true, reply }).await
    }

    /// Lets an instance take no more turns until it is resumed. What arrives meanwhile is kept.
    ///
    /// One that has not begun begins when it is resumed, but not before its time. One that is parked stays suspended when
    /// fitting code is there.
    ///
    /// # Errors
    ///
    /// The instance is suspended already, has ended or does not exist.
    pub async fn suspend(&self, id: &InstanceId, reason: impl Into<String>) -> Result<()> {
        let (to, reason) = (id.clone(), reason.into());
        self.send(|reply| Command::Suspend { to, reason, reply }).await
    }

    /// Lets a suspended instance take turns again.
    ///
    /// # Errors
    ///
    /// The instance is not suspended.
    pub async fn resume(&self, id: &InstanceId, reason: impl Into<String>) -> Result<()> {
        let (to, reason) = (id.clone(), reason.into());
        self.send(|reply| Command::Resume { to, reason, reply }).await
    }
}

/// What was asked for and has had no answer.
fn unanswered(history: &[Segment]) -> Vec<WaitingFor> {
    let events = || history.iter().flat_map(|segment| &segment.events);
    let answered: HashSet<_> = events().filter_map(Event::answers).collect();
    let open = events().filter(|event| event.asks().is_some_and(|id| !answered.contains(&id)));
    open.cloned().map(WaitingFor::Answer).collect()
}
