//! Runs activities on tokio: async ones as tasks, blocking ones on the threads for blocking work.

use std::{future::ready, sync::Arc, time::Duration};

use tokio::{runtime::Handle, sync::mpsc};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, instrument::Instrumented};

use super::mailbox::Mailbox;
use crate::{
    activity::{ActivityContext, Invocation, States},
    engine::{ActivityTask, RunningOperation},
    model::{EntityId, Failure, FailureKind, InstanceKey, Payload, TaskId},
    panic::{Catch, catch},
    registry::{ActivityHandler, BoxedActivity},
};

/// An activity on its way to being run.
pub(super) struct Job {
    pub(super) key: InstanceKey,
    pub(super) task: ActivityTask,
    pub(super) handler: ActivityHandler,
    pub(super) cancellation: CancellationToken,
}

/// How an activity ended.
pub(crate) struct Finished {
    pub(super) key: InstanceKey,
    pub(super) generation: u32,
    pub(super) id: TaskId,
    pub(super) result: Result<Payload, Failure>,
}

/// Work that may begin once the round that asked for it is durable.
pub(super) enum Work {
    Activity(Job),
    Operation(EntityId, RunningOperation),
}

/// The way to the tasks that run activities and async operations.
pub(super) struct Workers {
    /// One hand-over per round: waking tokio costs more than spawning.
    rounds: mpsc::UnboundedSender<Vec<Work>>,
    stop: CancellationToken,
}

impl Workers {
    pub(super) fn start(handle: &Handle, mailbox: Arc<Mailbox>, states: States) -> Self {
        let (rounds, mut arriving) = mpsc::unbounded_channel::<Vec<Work>>();
        let stop = CancellationToken::new();
        let worker = Arc::new(Worker { mailbox, states, stop: stop.clone() });
        handle.spawn(async move {
            while let Some(round) = arriving.recv().await {
                for work in round {
                    Worker::spawn(&worker, work);
                }
            }
        });
        Self { rounds, stop }
    }

    pub(super) fn begin(&self, round: Vec<Work>) {
        // The receiver ends only when tokio does; then the work is done after the next start.
        drop(self.rounds.send(round));
    }

    /// Tells all that run to stop, and drops those that do not wait for it.
    pub(super) fn stop(&self) {
        self.stop.cancel();
    }
}

struct Worker {
    mailbox: Arc<Mailbox>,
    states: States,
    stop: CancellationToken,
}

impl Worker {
    fn spawn(worker: &Arc<Self>, work: Work) {
        let this = Arc::clone(worker);
        match work {
            Work::Activity(job) => {
                #[cfg(feature = "testing")]
                if let Some((life, harness)) = this.mailbox.harness()
                    && harness.begins(*life, job.key, &job.task)
                {
                    return;
                }
                tokio::spawn(async move {
                    let (key, generation, id) = (job.key, job.task.generation, job.task.id);
                    let run = this.begin(job);
                    // At a hard stop nothing is reported: the activity runs again, and no attempt is lost.
                    if let Some(result) = this.stop.run_until_cancelled(run).await {
                        failpoint!("activity.ended");
                        this.mailbox.finished(Finished {
                            key,
                            generation,
                            id,
                            result: result.and_then(|result| result),
                        });
                    }
                });
            }
            Work::Operation(id, operation) => {
                tokio::spawn(async move {
                    if let Some(end) = this.stop.run_until_cancelled(operation).await {
                        failpoint!("operation.ended");
                        this.mailbox.operation_ended(id, end);
                    }
                });
            }
        }
    }

    /// Prepares a run. There is a task for each activity, so the usual kind of them is kept small: async, no time limit.
    fn begin(&self, job: Job) -> Instrumented<Catch<BoxedActivity>> {
        let Job { key, task, handler, cancellation } = job;
        let ActivityTask { instance_id, generation, id, first_id, name, input, attempt, timeout } = task;
        let span = tracing::info_span!("activity", name = %name, instance = %instance_id, attempt);
        let limit = timeout.map(|limit| (limit, cancellation.clone()));
        let invocation = Invocation {
            instance_id,
            key,
            generation,
            name,
            id,
            first_id,
            attempt,
            cancellation,
            states: self.states.clone(),
        };
        // To read the argument is code of the user as well.
        let run = span.in_scope(|| catch(|| (handler.run)(ActivityContext::new(invocation), &input)));
        let mut run = run.unwrap_or_else(|failure| Box::pin(ready(Err(failure))));
        if handler.blocking {
            run = Box::pin(on_a_thread(Catch::new(run).instrument(span.clone())));
        }
        if let Some((limit, cancellation)) = limit {
            run = Box::pin(within(limit, run, cancellation, handler.name));
        }
        Catch::new(run).instrument(span)
    }
}

/// Runs it where blocking is allowed.
async fn on_a_thread(run: Instrumented<Catch<BoxedActivity>>) -> Result<Payload, Failure> {
    let handle = Handle::current();
    let thread = tokio::task::spawn_blocking(move || handle.block_on(run)).await;
    let result = thread.unwrap_or_else(|error| Err(Failure::new(FailureKind::Canceled, error.to_string())));
    result.and_then(|result| result)
}

/// Runs it no longer than that.
async fn within(
    limit: Duration,
    run: BoxedActivity,
    cancellation: CancellationToken,
    name: &'static str,
) -> Result<Payload, Failure> {
    tokio::time::timeout(limit, run).await.unwrap_or_else(|_| {
        cancellation.cancel();
        Err(timed_out(name, limit))
    })
}

pub(super) fn timed_out(name: &str, limit: Duration) -> Failure {
    Failure::new(FailureKind::TimedOut, format!("the activity `{name}` ran longer than {limit:?}"))
}
