//! The job that does the same to many instances: an orchestrator and an activity of our own.

use std::sync::{Arc, OnceLock};

use crate::{
    activity::{Activity, ActivityCall, ActivityContext, StateType},
    client::{BULK, BulkAction, BulkFailure, BulkJob, Client, InstanceStatus, Instances, SHOWN_FAILURES, is_built_in},
    model::{Error, FailureKind, Result, Status},
    orchestration::{Context, OrchestrationCall, Orchestrator},
    registry::{Item, Registry},
};

/// How many pages one generation of a job takes.
const PAGES: usize = 20;
/// How many instances a page has.
const PAGE: usize = 100;

/// What the runtime registers besides what the user does.
pub(super) const BUILT_IN: Registry = Registry::new(&[Item::orchestrator::<Bulk>(), Item::activity::<BulkPage>()]);

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

/// Goes through all matching instances, page by page.
struct Bulk;

impl Orchestrator for Bulk {
    const NAME: &'static str = BULK;
    type Input = BulkJob;
    type Output = crate::client::BulkReport;
    type Error = Error;

    async fn run(ctx: Context, mut job: BulkJob) -> Result<Self::Output> {
        for _ in 0..PAGES {
            ctx.set_status(&job.report);
            let (next, is_last) = ctx.call(ActivityCall::<BulkPage>::new(job)).await?;
            job = next;
            if is_last {
                ctx.set_status(&job.report);
                return Ok(job.report);
            }
        }
        ctx.continue_as_new(OrchestrationCall::<Self>::new(job)).await
    }
}

/// Does it to one page of instances. Done once more after a crash, it finds what is left to do.
struct BulkPage;

impl Activity for BulkPage {
    const NAME: &'static str = "BuiltIn::BulkPage";
    const BLOCKING: bool = false;
    const STATES: &'static [StateType] = &[];
    type Input = BulkJob;
    type Output = (BulkJob, bool);
    type Error = Error;

    async fn run(ctx: ActivityContext, mut job: BulkJob) -> Result<Self::Output> {
        let own = ctx.state::<Arc<OwnClient>>();
        let client = own.get()?;
        let mut query = client.instances().matching(job.filter.clone()).limit(PAGE);
        if let Some(before) = job.before {
            query = query.after(Instances::from_token(before));
        }
        let page = query.await?;
        for instance in page.instances.iter().filter(|instance| !is_built_in(&instance.name)) {
            if ctx.cancellation().is_cancelled() {
                return Err(Error::of_kind(FailureKind::Canceled, "the job was told to stop"));
            }
            job.report.matched += 1;
            let done = if job.report.dry_run {
                check(&job.action, instance)
            } else {
                apply(client, &job.action, instance).await
            };
            match done {
                Ok(()) => job.report.done += 1,
                Err(error) if matches!(error.kind(), FailureKind::InvalidState | FailureKind::NotFound) => {
                    job.report.skipped += 1;
                }
                Err(error) => {
                    job.report.failed += 1;
                    if job.report.failures.len() < SHOWN_FAILURES {
                        let message = error.message().to_owned();
                        job.report.failures.push(BulkFailure { instance_id: instance.id.clone(), message });
                    }
                }
            }
        }
        job.before = page.next.map(Instances::to_token);
        let is_last = job.before.is_none();
        Ok((job, is_last))
    }
}

async fn apply(client: &Client, action: &BulkAction, instance: &InstanceStatus) -> Result<()> {
    let id = &instance.id;
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
fn check(action: &BulkAction, instance: &InstanceStatus) -> Result<()> {
    let status = instance.status;
    let fits = match action {
        BulkAction::Terminate { .. } => !status.is_terminal(),
        BulkAction::Suspend { .. } => matches!(status, Status::Running | Status::Pending) && instance.parked.is_none(),
        BulkAction::Resume { .. } => status == Status::Suspended && instance.parked.is_none(),
        BulkAction::Rewind { .. } => status == Status::Failed,
        BulkAction::Purge { .. } => status.is_terminal(),
    };
    if fits { Ok(()) } else { Err(Error::of_kind(FailureKind::InvalidState, status)) }
}
