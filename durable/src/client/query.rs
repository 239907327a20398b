//! Lists of instances and entities, page by page.

use std::{future::IntoFuture, pin::Pin, time::Duration};

use super::{Client, Command, InstanceStatus};
use crate::{
    model::{EntityId, EntityRecord, InstanceKey, Name, Result, Status, Timestamp},
    store::{EntityFilter, InstanceFilter, Page},
};

/// How many instances are purged in one transaction.
const PURGE_PAGE: usize = 500;

impl Client {
    /// Lists instances, the newest first. Without filters: all of them.
    ///
    /// ```
    /// # use durable::prelude::*;
    /// # #[tokio::main]
    /// # async fn main() -> Result<()> {
    /// # let runtime = Runtime::builder().memory().start().await?;
    /// # let client = runtime.client();
    /// let page = client.instances().status(Status::Failed).id_prefix("order-").limit(20).await?;
    /// for instance in &page.instances {
    ///     println!("{} {}", instance.id, instance.status);
    /// }
    /// if let Some(next) = page.next {
    ///     let page = client.instances().status(Status::Failed).id_prefix("order-").after(next).await?;
    /// }
    /// # runtime.shutdown().await
    /// # }
    /// ```
    pub fn instances(&self) -> InstanceQuery<'_> {
        let filter = InstanceFilter::default();
        InstanceQuery { client: self, filter, after: None, limit: 100, oldest_first: false, patience: None }
    }

    /// Lists entities that have a state, in the order of name and key.
    pub fn entities(&self) -> EntityQuery<'_> {
        EntityQuery { client: self, filter: EntityFilter::default(), after: None, limit: 100 }
    }
}

/// Which instances to list, or to purge; made by [`Client::instances`].
#[must_use = "nothing is asked unless this is awaited"]
#[derive(Debug, Clone)]
pub struct InstanceQuery<'a> {
    pub(super) client: &'a Client,
    pub(super) filter: InstanceFilter,
    pub(super) after: Option<Instances>,
    limit: usize,
    oldest_first: bool,
    patience: Option<Duration>,
}

/// A place in a list of instances, where the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instances(InstanceKey);

impl Instances {
    /// The place as a number, for continuation tokens.
    pub const fn to_token(self) -> i64 {
        self.0.0
    }

    /// The place of a number that came from [`to_token`](Self::to_token).
    pub const fn from_token(token: i64) -> Self {
        Self(InstanceKey(token))
    }
}

/// A page of a list of instances.
#[derive(Debug, Clone, PartialEq)]
pub struct InstancesPage {
    /// The instances, in the order that was asked for, without their arguments and results.
    pub instances: Vec<InstanceStatus>,
    /// Where the next page begins; `None` if this is the last one.
    pub next: Option<Instances>,
}

impl InstanceQuery<'_> {
    /// As the filter says.
    pub fn matching(mut self, filter: InstanceFilter) -> Self {
        self.filter = filter;
        self
    }

    /// In that state; several calls allow several states.
    pub fn status(mut self, status: Status) -> Self {
        self.filter.statuses.push(status);
        self
    }

    /// Of that orchestrator; several calls allow several.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.filter.names.push(Name::Owned(name.into()));
        self
    }

    /// With an id that begins so.
    pub fn id_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.filter.id_prefix = Some(prefix.into());
        self
    }

    /// Created at that time or later.
    pub fn created_from(mut self, time: impl Into<Timestamp>) -> Self {
        self.filter.created_from = Some(time.into());
        self
    }

    /// Created at that time or earlier.
    pub fn created_to(mut self, time: impl Into<Timestamp>) -> Self {
        self.filter.created_to = Some(time.into());
        self
    }

    /// With that label; several calls ask for all of them.
    pub fn tag(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.filter.tags.push((name.into(), value.into()));
        self
    }

    /// Of that version.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.filter.version = Some(version.into());
        self
    }

    /// Started by that orchestration instance or entity.
    pub fn parent(mut self, id: impl Into<String>) -> Self {
        self.filter.parent = Some(id.into());
        self
    }

    /// Only parked ones (`true`), or only those that are not (`false`).
    pub fn parked(mut self, parked: bool) -> Self {
        self.filter.parked = Some(parked);
        self
    }

    /// Failed with an error of that type, such as `Overdrawn`: its name without the path.
    ///
    /// Where it failed because of a call, that is the type of the error that the call ended with.
    pub fn error_type(mut self, name: impl Into<String>) -> Self {
        self.filter.error_type = Some(name.into());
        self
    }

    /// The oldest first, instead of the newest.
    pub fn oldest_first(mut self) -> Self {
        self.oldest_first = true;
        self
    }

    /// From that place on.
    pub fn after(mut self, place: Instances) -> Self {
        self.after = Some(place);
        self
    }

    /// At most that many on a page (100 if not given, never more than 1,000).
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit.clamp(1, 1_000);
        self
    }

    /// Stops looking after about that long, if few match among very many: the page is then shorter than it could be, or
    /// empty, and [`next`](InstancesPage::next) says where to go on.
    pub fn within(mut self, duration: Duration) -> Self {
        self.patience = Some(duration);
        self
    }

    /// Removes all matching instances that have ended, with their histories, and gives their number.
    ///
    /// # Errors
    ///
    /// The store can't be read or written. What was removed before stays removed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops between two transactions; calling again goes on.
    pub async fn purge(self) -> Result<u64> {
        let Self { client, filter, mut after, .. } = self;
        let mut purged = 0;
        loop {
            let page = Page { after: after.map(|place| place.0), limit: PURGE_PAGE, oldest_first: false };
            let wanted = filter.clone();
            let found = client.read_catalog(move |catalog| catalog.instances(&wanted, &page)).await?;
            let Some(last) = found.last() else { return Ok(purged) };
            after = Some(Instances(last.key));
            let keys = found.iter().filter(|record| record.status.is_terminal()).map(|record| record.key).collect();
            purged += client.send(|reply| Command::PurgeAll { keys, reply }).await?;
        }
    }
}

impl<'a> IntoFuture for InstanceQuery<'a> {
    type Output = Result<InstancesPage>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { client, filter, after, limit, oldest_first, patience } = self;
        Box::pin(async move {
            let page = Page { after: after.map(|place| place.0), limit, oldest_first };
            let patience = patience.unwrap_or(Duration::MAX);
            let found = client.read_catalog(move |catalog| catalog.instances_within(&filter, &page, patience)).await?;
            let instances = found.instances.into_iter().map(InstanceStatus::of_record).collect();
            Ok(InstancesPage { instances, next: found.next.map(Instances) })
        })
    }
}

/// Which entities to list; made by [`Client::entities`].
#[must_use = "nothing is asked unless this is awaited"]
#[derive(Debug, Clone)]
pub struct EntityQuery<'a> {
    client: &'a Client,
    filter: EntityFilter,
    after: Option<EntityId>,
    limit: usize,
}

/// A page of a list of entities.
#[derive(Debug, Clone, PartialEq)]
pub struct Entities {
    /// The entities with their states.
    pub entities: Vec<EntityRecord>,
    /// Where the next page begins; `None` if this is the last one.
    pub next: Option<EntityId>,
}

impl EntityQuery<'_> {
    /// Of that name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.filter.name = Some(name.into());
        self
    }

    /// With a key that begins so.
    pub fn key_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.filter.key_prefix = Some(prefix.into());
        self
    }

    /// Changed at that time or later.
    pub fn updated_from(mut self, time: impl Into<Timestamp>) -> Self {
        self.filter.updated_from = Some(time.into());
        self
    }

    /// Changed at that time or earlier.
    pub fn updated_to(mut self, time: impl Into<Timestamp>) -> Self {
        self.filter.updated_to = Some(time.into());
        self
    }

    /// Only those that a critical section holds (`true`), or only those that none holds.
    pub fn locked(mut self, locked: bool) -> Self {
        self.filter.locked = Some(locked);
        self
    }

    /// Only parked ones (`true`), or only those that are not (`false`).
    pub fn parked(mut self, parked: bool) -> Self {
        self.filter.parked = Some(parked);
        self
    }

    /// Also those that have no state, but are locked or parked.
    pub fn with_transient(mut self) -> Self {
        self.filter.with_transient = true;
        self
    }

    /// From behind that entity on.
    pub fn after(mut self, id: EntityId) -> Self {
        self.after = Some(id);
        self
    }

    /// At most that many on a page (100 if not given, never more than 1,000).
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit.clamp(1, 1_000);
        self
    }
}

impl<'a> IntoFuture for EntityQuery<'a> {
    type Output = Result<Entities>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { client, filter, after, limit } = self;
        Box::pin(async move {
            let entities = client.read_catalog(move |catalog| catalog.entities(&filter, after.as_ref(), limit)).await?;
            let next = entities.last().filter(|_| entities.len() == limit).map(|last| last.id.clone());
            Ok(Entities { entities, next })
        })
    }
}
