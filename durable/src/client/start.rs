//! Starting orchestrations.

use std::{future::IntoFuture, marker::PhantomData, pin::Pin};

use uuid::Uuid;

use super::{Client, Command, Handle, IfExists, Start};
use crate::{
    model::{Error, FailureKind, InstanceId, Payload, Result, StartRequest, Startable, Timestamp},
    orchestration::{OrchestrationCall, Orchestrator},
};

impl Client {
    /// Starts an orchestration; completes once that is durable.
    ///
    /// ```
    /// use durable::{client::IfExists, prelude::*};
    ///
    /// #[orchestrator]
    /// async fn ship(ctx: &Context, order: u64) -> Result<String> {
    ///     Ok(format!("shipped {order}"))
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<()> {
    /// let runtime = Runtime::builder().memory().register(registry![ship]).start().await?;
    /// let handle = runtime.client().start(ship(42)).instance_id("ship-42").if_exists(IfExists::Attach).await?;
    /// assert_eq!(handle.output().await?, "shipped 42");
    /// # runtime.shutdown().await
    /// # }
    /// ```
    pub fn start<O: Orchestrator>(
        &self,
        orchestration: OrchestrationCall<O>,
    ) -> Starting<'_, Handle<O::Output, O::Error>> {
        Starting::new(self, orchestration.into_request())
    }

    /// Starts an orchestration by the name of its orchestrator, with its argument as JSON.
    pub fn start_named(&self, name: impl Into<String>, input: Payload) -> Starting<'_, Handle<Payload, Error>> {
        Starting::new(self, Ok(StartRequest::new(name.into(), input)))
    }
}

/// A start with its options, which is awaited; made by [`Client::start`].
#[must_use = "nothing is started unless this is awaited"]
#[derive(Debug)]
pub struct Starting<'a, H> {
    client: &'a Client,
    request: Result<StartRequest>,
    at: Option<Timestamp>,
    if_exists: IfExists,
    handle: PhantomData<fn() -> H>,
}

impl<'a, H> Starting<'a, H> {
    fn new(client: &'a Client, request: Result<StartRequest>) -> Self {
        Self { client, request, at: None, if_exists: IfExists::default(), handle: PhantomData }
    }

    fn change(mut self, change: impl FnOnce(&mut StartRequest) -> Result<()>) -> Self {
        self.request = self.request.and_then(|mut request| change(&mut request).map(|()| request));
        self
    }

    /// The id of the new instance; a time-ordered UUID if none is given.
    pub fn instance_id(self, id: impl AsRef<str>) -> Self {
        self.change(|request| {
            request.instance_id = Some(InstanceId::new(id)?);
            Ok(())
        })
    }

    /// Not before that time; until then the instance is pending.
    pub fn at(mut self, time: impl Into<Timestamp>) -> Self {
        self.at = Some(time.into());
        self
    }

    /// The version, which the orchestrator finds in `ctx.version()`.
    pub fn version(self, version: impl Into<String>) -> Self {
        self.change(|request| {
            request.version = Some(version.into());
            Ok(())
        })
    }

    /// Adds a label.
    pub fn tag(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.change(|request| {
            request.tags.insert(name.into(), value.into());
            Ok(())
        })
    }

    /// What to do when an instance with that id exists already.
    pub fn if_exists(mut self, policy: IfExists) -> Self {
        self.if_exists = policy;
        self
    }
}

impl<'a, T: 'a, E: 'a> IntoFuture for Starting<'a, Handle<T, E>> {
    type Output = Result<Handle<T, E>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { client, request, at, if_exists, .. } = self;
        Box::pin(async move {
            let mut request = request?;
            if request.name.is_empty() {
                return Err(Error::of_kind(FailureKind::InvalidArgument, "the name of an orchestrator can't be empty"));
            }
            let (id, id_is_new) = match request.instance_id.take() {
                Some(id) => (id, false),
                None => (new_instance_id()?, true),
            };
            let execution_id = Uuid::new_v5(&new_uuid(), id.as_str().as_bytes()).simple().to_string();
            let start = Box::new(Start { request, id, id_is_new, execution_id, at, if_exists });
            let id = client.send(|reply| Command::Start { start, reply }).await?;
            Ok(Handle::new(client.clone(), id))
        })
    }
}

/// Ids that rise with time: rows that are written together then lie together in the index of ids.
fn new_instance_id() -> Result<InstanceId> {
    Ok(InstanceId::new(new_uuid().simple().to_string())?)
}

#[expect(clippy::disallowed_methods, reason = "a client makes the ids of what it starts")]
fn new_uuid() -> Uuid {
    Uuid::now_v7()
}
