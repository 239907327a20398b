//! What the environment for tests takes part in: which activities are mocked, when results are handed over, and whether
//! the partition has anything to do. Only compiled for `testing`, which is above and drives it.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use super::{
    Clock, VirtualClock,
    activities::{Finished, timed_out},
};
use crate::{
    client::{Feed, Reply},
    engine::{ActivityTask, OperationEnd},
    model::{EntityId, Failure, InstanceKey, Name, Payload, TaskId, Timestamp},
    panic::catch,
};

/// What a mock answers.
#[derive(Debug)]
pub(crate) enum Mocked {
    /// That, after so much time.
    After(Duration, Result<Payload, Failure>),
    /// Nothing, ever.
    Never,
}

/// Stands in for an activity.
pub(crate) type Mock = Arc<dyn Fn(&Payload) -> Mocked + Send + Sync>;

/// One attempt to run an activity.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) name: Name,
    pub(crate) input: Payload,
}

/// A result that the partition has not been given yet.
pub(crate) struct Held {
    /// Not before that time.
    pub(crate) due: Timestamp,
    pub(crate) result: HeldResult,
}

pub(crate) enum HeldResult {
    Activity(Finished),
    Operation(EntityId, Box<OperationEnd>),
}

/// Shared between the environment and all lives of the runtime in it.
pub(crate) struct Harness {
    clock: VirtualClock,
    state: Mutex<State>,
    feed: Arc<Feed>,
    /// Told of every result that arrives.
    pub(crate) changed: Notify,
}

#[derive(Default)]
struct State {
    /// Counts lives; what an earlier one reports is dropped.
    life: u64,
    mocks: HashMap<&'static str, Mock>,
    held: Vec<Held>,
    /// How many activities of this life never end by themselves, and are not among the held.
    endless: usize,
    runs: Vec<Run>,
    /// Which activities had their results stored when the process last died.
    done: HashSet<(InstanceKey, u32, TaskId)>,
    repeated: Vec<Run>,
    /// Who waits for the results of operations that are kept in the inbox, by their numbers there.
    replies: HashMap<i64, Reply<Payload>>,
}

impl Harness {
    pub(crate) fn new(clock: VirtualClock) -> Self {
        Self { clock, state: Mutex::default(), feed: Arc::default(), changed: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What all lives tell of their changes.
    pub(crate) fn feed(&self) -> Arc<Feed> {
        Arc::clone(&self.feed)
    }

    /// Sets what stands in for an activity from now on.
    pub(crate) fn mock(&self, activity: &'static str, mock: Mock) {
        self.state().mocks.insert(activity, mock);
    }

    /// A new life begins, with those activities done for good: what the last one held is lost.
    pub(crate) fn begin_life(&self, done: HashSet<(InstanceKey, u32, TaskId)>) {
        let mut state = self.state();
        state.life += 1;
        state.held.clear();
        state.endless = 0;
        state.done = done;
    }

    /// The number of this life.
    pub(super) fn life(&self) -> u64 {
        self.state().life
    }

    /// An activity begins. If it is mocked, that is all there is to do: its result will be among the held.
    pub(super) fn begins(&self, life: u64, key: InstanceKey, task: &ActivityTask) -> bool {
        let ActivityTask { generation, id, ref name, ref input, timeout, .. } = *task;
        let mut state = self.state();
        if state.life != life {
            return true;
        }
        let run = Run { name: name.clone(), input: input.clone() };
        if state.done.contains(&(key, generation, id)) {
            state.repeated.push(run.clone());
        }
        state.runs.push(run);
        let Some(mock) = state.mocks.get(&**name).cloned() else { return false };
        drop(state);
        let answer = catch(|| mock(input)).unwrap_or_else(|failure| Mocked::After(Duration::ZERO, Err(failure)));
        let (delay, result) = match (answer, timeout) {
            (Mocked::After(delay, result), limit) if limit.is_none_or(|limit| delay < limit) => (delay, result),
            (_, Some(limit)) => (limit, Err(timed_out(name, limit))),
            (_, None) => {
                let mut state = self.state();
                state.endless += usize::from(state.life == life);
                drop(state);
                self.changed.notify_one();
                return true;
            }
        };
        let due = self.clock.now() + delay;
        self.hold(life, Held { due, result: HeldResult::Activity(Finished { key, generation, id, result }) });
        true
    }

    /// Keeps a result of that life until it is [released](Self::release).
    pub(super) fn hold(&self, life: u64, held: Held) {
        let mut state = self.state();
        if state.life == life {
            state.held.push(held);
            // In an order that does not depend on which thread was faster.
            state.held.sort_by_key(|held| (held.due, held.place()));
        }
        drop(state);
        self.changed.notify_one();
    }

    /// Keeps the result of something that really ran.
    pub(super) fn hold_now(&self, life: u64, result: HeldResult) {
        self.hold(life, Held { due: self.clock.now(), result });
    }

    /// Keeps who waits for the result of an operation.
    pub(super) fn keep_reply(&self, row: i64, reply: Reply<Payload>) {
        self.state().replies.insert(row, reply);
    }

    /// Lets go of all who wait so.
    pub(crate) fn forget_replies(&self) {
        self.state().replies.clear();
    }

    /// Gives back who waits for it.
    pub(super) fn take_reply(&self, row: i64) -> Option<Reply<Payload>> {
        self.state().replies.remove(&row)
    }

    /// How many of what runs has reported or never will.
    pub(crate) fn settled(&self) -> usize {
        let state = self.state();
        state.held.len() + state.endless
    }

    /// When each of the results is due, in order.
    pub(crate) fn due(&self) -> Vec<Timestamp> {
        self.state().held.iter().map(|held| held.due).collect()
    }

    /// Takes one of the results out, in order to hand it over.
    pub(crate) fn take(&self, place: usize) -> Option<Held> {
        let mut state = self.state();
        (place < state.held.len()).then(|| state.held.remove(place))
    }

    /// All runs of an activity so far, in the order of their beginnings.
    pub(crate) fn runs(&self, activity: &str) -> Vec<Run> {
        self.state().runs.iter().filter(|run| run.name == activity).cloned().collect()
    }

    /// Runs of activities whose results had been stored before.
    pub(crate) fn repeated(&self) -> Vec<Run> {
        self.state().repeated.clone()
    }
}

impl Held {
    /// Something that is different for all that are held at one time, and the same in each repetition.
    fn place(&self) -> (i64, u32, TaskId, String) {
        match &self.result {
            HeldResult::Activity(finished) => (finished.key.0, finished.generation, finished.id, String::new()),
            HeldResult::Operation(id, _) => (i64::MAX, 0, 0, id.to_string()),
        }
    }
}

impl fmt::Debug for Harness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Harness").field("life", &state.life).field("held", &state.held.len()).finish_non_exhaustive()
    }
}

/// What the partition says when it has nothing to do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quiet {
    /// When the next thing is due.
    pub(crate) due: Option<Timestamp>,
    /// How many activities and operations it waits for.
    pub(crate) running: usize,
}
