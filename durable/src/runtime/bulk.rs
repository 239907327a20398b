//! The job that does the same to many instances: an orchestrator and an activity of our own.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::{
    activity::{Activity, ActivityCall, ActivityContext, StateType},
    client::{
        BULK, BulkAction, BulkFailure, BulkJob, BulkReport, Client, InstanceStatus, Instances, SHOWN_FAILURES,
        is_built_in,
    },
    model::{Error, FailureKind, InstanceId, Result, Status},
    orchestration::{Context, OrchestrationCall, Orchestrator},
    registry::{Item, Registry},
};

/// How many pages one generation of a job takes.
const PAGES: usize = 20;
/// How many instances a page has.
const PAGE: usize = 100;

/// What the runtime registers besides what the user does.
pub(super) const BUILT_IN: Registry =
    Registry::new(&[Item::orchestrator::<Bulk>(), Item::activity::<List>(), Item::activity::<Apply>()]);

/// The client of the runtime itself, once that has started.
#[derive(Debug, Default)]
pub(super) struct OwnClient(OnceLock<Client>);

impl OwnClient {
    /// Sets it, at the start of the runtime.
    pub(super) fn set(&self, client: Client) {
        self.0.get_or_init(|| client);
    }

    fn get(&self) -> Result<&Client> {
        self.0.get().ok_or_else(|| Error::of_kind(FailureKind::Unavailable, "the runtime has not started yet"))
    }
}

/// Goes through all matching instances, page by page: finds out what is to be done, and records that; then does it. So
/// what was done before a crash is known for what it is, and counts.
struct Bulk;

impl Orchestrator for Bulk {
    const NAME: &'static str = BULK;
    type Input = BulkJob;
    type Output = BulkReport;
    type Error = Error;

    async fn run(ctx: Context, mut job: BulkJob) -> Result<Self::Output> {
        for _ in 0..PAGES {
            ctx.set_status(&job.report);
            let Page { matched, due, next } = ctx.call(ActivityCall::<List>::new(job.clone())).await?;
            job.report.matched += matched;
            job.report.skipped += matched - due.len() as u64;
            job.before = next;
            if job.report.dry_run {
                job.report.done += due.len() as u64;
            } else if !due.is_empty() {
                let applied = ctx.call(ActivityCall::<Apply>::new((job.action.clone(), due))).await?;
                add(&mut job.report, applied);
            }
            if next.is_none() {
                ctx.set_status(&job.report);
                return Ok(job.report);
            }
        }
        ctx.continue_as_new(OrchestrationCall::<Self>::new(job)).await
    }
}

fn add(report: &mut BulkReport, applied: BulkReport) {
    report.done += applied.done;
    report.skipped += applied.skipped;
    report.failed += applied.failed;
    report.failures.extend(applied.failures);
    report.failures.truncate(SHOWN_FAILURES);
}

/// What is to be done with one page of instances.
#[derive(Serialize, Deserialize)]
struct Page {
    matched: u64,
    due: Vec<InstanceId>,
    /// Where the next page begins.
    next: Option<i64>,
}

/// Finds the matching instances of a page that are in a state for the action.
struct List;

impl Activity for List {
    const NAME: &'static str = "BuiltIn::BulkList";
    const BLOCKING: bool = false;
    const STATES: &'static [StateType] = &[];
    type Input = BulkJob;
    type Output = Page;
    type Error = Error;

    async fn run(ctx: ActivityContext, job: BulkJob) -> Result<Self::Output> {
        let own = ctx.state::<Arc<OwnClient>>();
        let mut query = own.get()?.instances().matching(job.filter).limit(PAGE);
        if let Some(before) = job.before {
            query = query.after(Instances::from_token(before));
        }
        let page = query.await?;
        let next = page.next.map(Instances::to_token);
        let matching: Vec<_> = page.instances.into_iter().filter(|instance| !is_built_in(&instance.name)).collect();
        let matched = matching.len() as u64;
        let due = matching.into_iter().filter(|instance| fits(&job.action, instance)).map(|instance| instance.id);
        Ok(Page { matched, due: due.collect(), next })
    }
}

/// Does it to those instances. Done once more after a crash, it finds some done already.
struct Apply;

impl Activity for Apply {
    const NAME: &'static str = "BuiltIn::BulkApply";
    const BLOCKING: bool = false;
    const STATES: &'static [StateType] = &[];
    type Input = (BulkAction, Vec<InstanceId>);
    type Output = BulkReport;
    type Error = Error;

    async fn run(ctx: ActivityContext, (action, due): Self::Input) -> Result<Self::Output> {
        let own = ctx.state::<Arc<OwnClient>>();
        let client = own.get()?;
        let mut report = BulkReport::default();
        for id in due {
            if ctx.cancellation().is_cancelled() {
                return Err(Error::of_kind(FailureKind::Canceled, "the job was told to stop"));
            }
            match apply(client, &action, &id).await {
                Ok(()) => report.done += 1,
                Err(error) if matches!(error.kind(), FailureKind::InvalidState | FailureKind::NotFound) => {
                    let is_so = is_done(&action, client.status(&id).await?.as_ref());
                    *(if is_so { &mut report.done } else { &mut report.skipped }) += 1;
                }
                Err(error) => {
                    report.failed += 1;
                    if report.failures.len() < SHOWN_FAILURES {
                        let message = error.message().to_owned();
                        report.failures.push(BulkFailure { instance_id: id, message });
                    }
                }
            }
        }
        Ok(report)
    }
}

async fn apply(client: &Client, action: &BulkAction, id: &InstanceId) -> Result<()> {
    match action {
        BulkAction::Terminate { reason, recursive: false } => client.terminate(id, reason).await,
        BulkAction::Terminate { reason, recursive: true } => client.terminate_all(id, reason).await,
        BulkAction::Suspend { reason } => client.suspend(id, reason).await,
        BulkAction::Resume { reason } => client.resume(id, reason).await,
        BulkAction::Rewind { reason } => client.rewind(id, reason).await.map(drop),
        BulkAction::Purge { recursive: false } => client.purge(id).await,
        BulkAction::Purge { recursive: true } => client.purge_all(id).await.map(drop),
    }
}

/// Whether the instance is in a state for the action.
fn fits(action: &BulkAction, instance: &InstanceStatus) -> bool {
    let status = instance.status;
    match action {
        BulkAction::Terminate { .. } => !status.is_terminal(),
        BulkAction::Suspend { .. } => matches!(status, Status::Running | Status::Pending),
        BulkAction::Resume { .. } => status == Status::Suspended,
        BulkAction::Rewind { .. } => status == Status::Failed,
        BulkAction::Purge { .. } => status.is_terminal(),
    }
}

/// Whether the instance is as the action leaves it.
fn is_done(action: &BulkAction, instance: Option<&InstanceStatus>) -> bool {
    let Some(status) = instance.map(|instance| instance.status) else {
        return matches!(action, BulkAction::Purge { .. });
    };
    match action {
        BulkAction::Terminate { .. } => status == Status::Terminated,
        BulkAction::Suspend { .. } => status == Status::Suspended,
        BulkAction::Resume { .. } => matches!(status, Status::Running | Status::Pending),
        BulkAction::Rewind { .. } => status != Status::Failed,
        BulkAction::Purge { .. } => false,
    }
}
