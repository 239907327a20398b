//! What is set for each workload: the best that was found by trying, on two cores, without the promise of FULL.
//!
//! Everything is polled: a dispatcher that finds nothing asks again after `poll`, and so does a client after `ask`. That
//! is a bargain. Short intervals are good for one instance alone; with many, whoever asks for nothing takes the store
//! from those who work, and makes them meet a locked database, which they back off from for 200 ms and more.

use std::time::Duration;

use peers::workload::{WAITING, Workload};

/// What can be set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// Turns at once. The default is 2.
    pub(crate) orchestrations: usize,
    /// Activities at once. The default is 2.
    pub(crate) activities: usize,
    /// How long an idle dispatcher waits. The default is 100 ms.
    pub(crate) poll: Duration,
    /// How long a client waits before it asks again.
    pub(crate) ask: Duration,
    /// Instances at once.
    pub(crate) in_flight: u64,
}

/// What suits a workload.
pub(crate) fn of(workload: Workload) -> Settings {
    let set = |orchestrations, activities, poll, ask, in_flight| Settings {
        orchestrations,
        activities,
        poll: Duration::from_millis(poll),
        ask: Duration::from_millis(ask),
        in_flight,
    };
    match workload {
        // 65 to 95 a second. With 20 in flight 15 to 30: idle dispatchers are in the way. With 1,000 in flight 38: each
        // dequeue goes through the whole queue. With `wait_for_orchestration` about 60; more dispatchers are no faster.
        Workload::HelloInFlight | Workload::Timers => set(2, 4, 50, 500, 300),
        // One of each, since there is one thing to do: p50 20 ms, against 40 with 5 ms and 90 with 20 ms.
        Workload::HelloAlone => set(1, 1, 1, 2, 1),
        // One instance has one turn at a time. With 4 activities at once 3.0 to 6.4 s, with 2 it is 3.2 to 6.7 s; with 8
        // no faster, and three of ten instances failed because the database was locked.
        Workload::FanOut | Workload::WideFanOut => set(1, 4, 50, 100, 1),
        // The same as alone; but each question of the client reads the whole history.
        Workload::Chain => set(1, 1, 1, 100, 1),
        // No activities. 415 a second, against 280 with 4 turns, 50 ms and 100 ms.
        Workload::Events => set(2, 1, 5, 50, WAITING),
        // It has no such thing.
        Workload::Transfers => set(1, 1, 1, 1, 1),
    }
}
