//! The same for many instances: a job that goes on after crashes and tells how far it is.

use std::{future::IntoFuture, pin::Pin};

use serde::{Deserialize, Serialize};

use super::{Handle, InstanceQuery, Starting};
use crate::{
    model::{Error, FailureKind, InstanceId, Name, Payload, Result},
    store::InstanceFilter,
};

/// The durable name of the orchestrator that does it.
pub(crate) const BULK: &str = "BuiltIn::Bulk";
/// How many failures a report shows.
pub(crate) const SHOWN_FAILURES: usize = 100;

/// What is done to each instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "action")]
#[non_exhaustive]
pub enum BulkAction {
    /// It is ended from outside; with its children if `recursive`.
    Terminate {
        /// Why.
        #[serde(default)]
        reason: String,
        /// Whether its children are terminated, too.
        #[serde(default)]
        recursive: bool,
    },
    /// It takes no more turns.
    Suspend {
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// It takes turns again.
    Resume {
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// It goes on from before its failure.
    Rewind {
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// It is removed; with its children if `recursive`.
    Purge {
        /// Whether its children are removed, too.
        #[serde(default)]
        recursive: bool,
    },
}

/// How far a job is, and what it has done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkReport {
    /// How many instances matched so far.
    pub matched: u64,
    /// To how many it was done, or would be done in a dry run. One that is as the action leaves it when its turn comes
    /// counts here: it may have been done before a crash.
    pub done: u64,
    /// How many were not in a state for it, for example had ended.
    pub skipped: u64,
    /// How many it failed for.
    pub failed: u64,
    /// The first failures.
    pub failures: Vec<BulkFailure>,
    /// Whether nothing was changed.
    pub dry_run: bool,
}

/// An instance for which a job failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkFailure {
    /// The instance.
    pub instance_id: InstanceId,
    /// Why.
    pub message: String,
}

/// A job as it is stored: what is left to do, and what is done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BulkJob {
    pub(crate) action: BulkAction,
    pub(crate) filter: InstanceFilter,
    /// Only instances older than that one are left.
    pub(crate) before: Option<i64>,
    pub(crate) report: BulkReport,
}

impl<'a> InstanceQuery<'a> {
    /// Does the same to all matching instances, as a job of its own: an orchestration, which goes on after crashes,
    /// tells how far it is in its custom status, gives a [`BulkReport`], and can be suspended or terminated.
    ///
    /// Instances that are created after the job has begun are not touched. One that is not in a state for the action
    /// when its turn comes is skipped.
    ///
    /// ```
    /// use durable::{client::BulkAction, prelude::*};
    ///
    /// # #[orchestrator]
    /// # async fn ship(ctx: &Context) -> Result<()> {
    /// #     ctx.event("never").await
    /// # }
    /// # #[tokio::main]
    /// # async fn main() -> Result<()> {
    /// # let runtime = Runtime::builder().memory().register(registry![ship]).start().await?;
    /// # let client = runtime.client();
    /// # client.start(ship()).instance_id("ship-1").await?;
    /// # client.start(ship()).instance_id("ship-2").await?;
    /// let terminate = BulkAction::Terminate { reason: "the harbour is closed".into(), recursive: false };
    /// let ships = client.instances().name("ship").id_prefix("ship-");
    /// let would = ships.clone().bulk(terminate.clone()).dry_run().await?.output().await?;
    /// let report = ships.bulk(terminate).await?.output().await?;
    /// assert_eq!((would.done, report.done), (2, 2));
    /// # runtime.shutdown().await
    /// # }
    /// ```
    pub fn bulk(self, action: BulkAction) -> Bulk<'a> {
        let before = self.after.map(super::Instances::to_token);
        let report = BulkReport::default();
        let job = BulkJob { action, filter: self.filter, before, report };
        Bulk { client: self.client, job, id: None }
    }
}

/// A job with its options, which is awaited; made by [`InstanceQuery::bulk`].
#[must_use = "nothing is done unless this is awaited"]
#[derive(Debug)]
pub struct Bulk<'a> {
    client: &'a super::Client,
    job: BulkJob,
    id: Option<String>,
}

impl Bulk<'_> {
    /// Only finds out to how many instances it would be done, and changes nothing.
    pub fn dry_run(mut self) -> Self {
        self.job.report.dry_run = true;
        self
    }

    /// The id of the job; a time-ordered UUID if none is given.
    pub fn instance_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
}

impl<'a> IntoFuture for Bulk<'a> {
    type Output = Result<Handle<BulkReport, Error>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { client, job, id } = self;
        Box::pin(async move {
            let input = Payload::encode(&job).map_err(|error| Error::of_kind(FailureKind::InvalidPayload, error))?;
            let mut start: Starting<'_, Handle> = client.start_named(BULK, input);
            if let Some(id) = id {
                start = start.instance_id(id);
            }
            let started = start.await?;
            client.handle(started.id())
        })
    }
}

/// Whether the name is one of ours, which users can't register.
pub(crate) fn is_built_in(name: &Name) -> bool {
    name.starts_with("BuiltIn::")
}
