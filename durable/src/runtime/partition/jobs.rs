//! Which activities wait for a place to run, and which run.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use tokio_util::sync::CancellationToken;

use super::{Partition, round::Round};
use crate::{
    engine::ActivityTask,
    model::{Delivery, Event, InstanceKey, TaskId},
    registry::ActivityHandler,
    runtime::activities::{Finished, Job, Work},
    store::StoreResult,
};

type JobId = (InstanceKey, u32, TaskId);

/// Activities that wait or run. What has been handed over has begun, so crashes can be told from bad luck.
pub(super) struct Jobs {
    known: FxHashMap<JobId, Known>,
    queues: [Queue; 2],
    stopped: bool,
}

struct Queue {
    waiting: VecDeque<Job>,
    running: usize,
    limit: usize,
}

struct Known {
    cancellation: CancellationToken,
    blocking: bool,
    running: bool,
    /// How often it has begun before, if the process has crashed since it was asked for.
    crashes: Option<u32>,
}

impl Jobs {
    pub(super) fn new(max_async: usize, max_blocking: usize) -> Self {
        let queue = |limit: usize| Queue { waiting: VecDeque::new(), running: 0, limit: limit.max(1) };
        Self { known: FxHashMap::default(), queues: [queue(max_async), queue(max_blocking)], stopped: false }
    }

    fn queue(&mut self, blocking: bool) -> &mut Queue {
        let [asynchronous, blocking_queue] = &mut self.queues;
        if blocking { blocking_queue } else { asynchronous }
    }

    pub(super) fn running(&self) -> usize {
        self.queues.iter().map(|queue| queue.running).sum()
    }

    pub(super) fn knows(&self, key: InstanceKey, generation: u32, id: TaskId) -> bool {
        self.known.contains_key(&(key, generation, id))
    }

    pub(super) fn add(&mut self, key: InstanceKey, task: ActivityTask, handler: ActivityHandler, crashes: Option<u32>) {
        let cancellation = CancellationToken::new();
        let known = Known { cancellation: cancellation.clone(), blocking: handler.blocking, running: false, crashes };
        self.known.insert((key, task.generation, task.id), known);
        self.queue(handler.blocking).waiting.push_back(Job { key, task, handler, cancellation });
    }

    /// Nobody waits for it any more: it is told to stop, or does not begin. How often it has begun is forgotten with it.
    pub(super) fn cancel(&mut self, key: InstanceKey, generation: u32, id: TaskId, round: &mut Round) {
        let job = (key, generation, id);
        let Some(known) = self.known.get_mut(&job) else { return };
        if known.crashes.take().is_some() {
            round.batch.delivered.push((key, id));
        }
        if known.running {
            round.canceled.push(known.cancellation.clone());
        } else {
            self.known.remove(&job);
        }
    }

    /// Tells all that run to stop.
    pub(super) fn cancel_all(&self) {
        self.known.values().for_each(|known| known.cancellation.cancel());
    }

    /// Begins nothing more.
    pub(super) fn stop(&mut self) {
        self.stopped = true;
    }

    /// Begins as many as there is room for, once the round is stored.
    pub(super) fn begin_some(&mut self, round: &mut Round) {
        if self.stopped {
            return;
        }
        for queue in &mut self.queues {
            while queue.running < queue.limit {
                let Some(job) = queue.waiting.pop_front() else { break };
                let (key, generation, id) = (job.key, job.task.generation, job.task.id);
                let Some(known) = self.known.get_mut(&(key, generation, id)) else { continue };
                known.running = true;
                queue.running += 1;
                if let Some(crashes) = known.crashes {
                    round.batch.deliveries.push(Delivery { key, generation, id, count: crashes + 1 });
                }
                let begins = if job.handler.persist_first { &mut round.release.work } else { &mut round.work };
                begins.push(Work::Activity(job));
            }
        }
    }
}

impl Partition {
    pub(super) fn activity_finished(&mut self, finished: Finished) -> StoreResult<()> {
        let Finished { key, generation, id, result } = finished;
        let event = match result {
            Ok(result) => Event::TaskCompleted { id, result },
            Err(failure) => Event::TaskFailed { id, failure: Box::new(failure) },
        };
        // It stays known until the result is handed over: if that brings the instance into memory, it must not begin again.
        self.deliver_to_key(key, Some(generation), event)?;
        failpoint!("activity.taken_in");
        if let Some(known) = self.jobs.known.remove(&(key, generation, id)) {
            self.jobs.queue(known.blocking).running -= 1;
            if known.crashes.is_some() {
                self.round.batch.delivered.push((key, id));
            }
        }
        Ok(())
    }
}
