//! Timers on clocks that jump, stand still and go back: never early, each once.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "tests")]

mod common;
#[path = "common/seeds.rs"]
mod seeds;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use common::{eventually, soon, world};
use durable::{
    Error, Status,
    client::Handle,
    model::Event,
    prelude::*,
    runtime::{Clock, SystemClock, VirtualClock},
    store::memory::MemoryStore,
};
use seeds::Rng;

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// A clock that shows what it is told to, and remembers the latest time that anybody has read.
#[derive(Debug, Clone, Default)]
struct Wayward(Arc<Mutex<Hands>>);

#[derive(Default)]
struct Hands {
    now: i64,
    latest: i64,
    wakes: Vec<Arc<dyn Fn() + Send + Sync>>,
}

impl std::fmt::Debug for Hands {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.now)
    }
}

impl Wayward {
    fn set(&self, now: i64) {
        let wakes = {
            let mut hands = self.0.lock().unwrap();
            hands.now = now;
            hands.wakes.clone()
        };
        for wake in wakes {
            wake();
        }
    }

    fn latest(&self) -> Timestamp {
        Timestamp::from_micros(self.0.lock().unwrap().latest)
    }
}

impl Clock for Wayward {
    fn now(&self) -> Timestamp {
        let mut hands = self.0.lock().unwrap();
        hands.latest = hands.latest.max(hands.now);
        Timestamp::from_micros(hands.now)
    }

    fn until(&self, due: Timestamp) -> Option<Duration> {
        (due <= self.now()).then_some(Duration::ZERO)
    }

    fn on_change(&self, wake: Arc<dyn Fn() + Send + Sync>) {
        self.0.lock().unwrap().wakes.push(wake);
    }
}

/// Sets timers for these times, each followed by another one, and gives the times at which the first ones fired.
#[orchestrator]
async fn rings(ctx: &Context, dues: Vec<(Timestamp, u64)>) -> Result<Vec<Timestamp>> {
    let ring = async |(due, pause): (Timestamp, u64)| {
        ctx.timer_at(due).await;
        let fired = ctx.now();
        ctx.timer(Duration::from_micros(pause)).await;
        fired
    };
    Ok(durable::join_all(dues.into_iter().map(ring)).await)
}

/// When each timer of an instance was due, and when it fired.
async fn fired(handle: &Handle<Vec<Timestamp>, Error>) -> Vec<(Timestamp, Option<Timestamp>)> {
    let mut timers = BTreeMap::new();
    let mut last = Timestamp::from_micros(i64::MIN);
    for segment in handle.history().await.unwrap() {
        assert!(segment.at >= last, "time goes back in the history");
        last = segment.at;
        for event in segment.events {
            match event {
                Event::TimerCreated { id, fire_at } => drop(timers.insert(id, (fire_at, None))),
                Event::TimerFired { id } => {
                    let before = timers.get_mut(&id).unwrap().1.replace(segment.at);
                    assert_eq!(before, None, "timer {id} fires twice");
                }
                _ => {}
            }
        }
    }
    timers.into_values().collect()
}

#[tokio::test]
async fn timers_are_never_early_and_fire_once_whatever_the_clock_does() {
    for seed in seeds::seeds(100) {
        let rng = &mut Rng::new(seed);
        let again = format!("run it again with DURABLE_SEED={seed}");
        let (clock, store) = (Wayward::default(), MemoryStore::new());
        let in_memory = rng.pick(&[1, 1_000]);
        let start = async || {
            let builder = Runtime::builder().store(store.clone()).clock(clock.clone()).register(registry![rings]);
            builder.max_instances_in_memory(in_memory).start().await.unwrap()
        };
        let mut runtime = start().await;
        let span = rng.pick(&[1_000, 3_600_000_000, 31_536_000_000_000]);
        let micros = |rng: &mut Rng| i64::try_from(rng.next() % (2 * span)).unwrap() - i64::try_from(span).unwrap() / 2;
        for id in ["a", "b"] {
            let dues: Vec<_> =
                (0..=rng.below(8)).map(|_| (Timestamp::from_micros(micros(rng)), rng.next() % span)).collect();
            runtime.client().start(rings(dues)).instance_id(id).await.unwrap();
        }
        for _ in 0..5 + rng.below(20) {
            if !rng.one_in(4) {
                // Forward, backward, or not at all.
                clock.set(micros(rng));
            }
            if rng.one_in(4) {
                drop(runtime);
                runtime = start().await;
            }
            for id in ["a", "b"] {
                let handle: Handle<Vec<Timestamp>, Error> = runtime.client().handle(id).unwrap();
                for (due, fired) in fired(&handle).await {
                    assert!(fired.is_none_or(|fired| fired >= due && clock.latest() >= due), "early; {again}");
                }
            }
        }
        for id in ["a", "b"] {
            let handle: Handle<Vec<Timestamp>, Error> = runtime.client().handle(id).unwrap();
            eventually(async || {
                clock.set(clock.latest().as_micros() + i64::try_from(span).unwrap());
                Ok(handle.status().await?.status.is_terminal())
            })
            .await;
            let times = handle.output().await.unwrap();
            let fired = fired(&handle).await;
            assert_eq!(fired.len(), 2 * times.len(), "{again}");
            assert!(fired.iter().all(|(_, fired)| fired.is_some()), "one has not fired; {again}");
        }
    }
}

#[tokio::test]
async fn timers_that_are_due_when_the_clock_jumps_fire_in_the_order_of_their_times() {
    let world = world(registry![rings]).await;
    let now = world.clock.now();
    let dues: Vec<_> = [5, 1, 4, 2, 3].into_iter().map(|years| (now + YEAR * years, 0)).collect();
    let handle = world.client().start(rings(dues)).await.unwrap();
    eventually(async || Ok(handle.status().await?.status == Status::Running)).await;
    world.clock.advance(YEAR * 9);
    soon(handle.output()).await.unwrap();
    let history = handle.history().await.unwrap();
    let events = history.iter().flat_map(|segment| &segment.events);
    let order = events.filter_map(|event| if let Event::TimerFired { id } = event { Some(*id) } else { None });
    assert_eq!(order.take(5).collect::<Vec<_>>(), [1, 3, 4, 2, 0]);
}

#[tokio::test]
async fn times_before_1970_are_times_like_others() {
    let clock = VirtualClock::at("1918-11-11T10:00:00Z".parse().unwrap());
    let runtime = common::start(&clock, &MemoryStore::new(), registry![rings]).await;
    let due: Timestamp = "1918-11-11T11:00:00Z".parse().unwrap();
    let handle = runtime.client().start(rings(vec![(due, 0)])).await.unwrap();
    eventually(async || Ok(handle.status().await?.status == Status::Running)).await;
    clock.advance(Duration::from_secs(3_600));
    assert_eq!(soon(handle.output()).await.unwrap(), [due]);
}

#[tokio::test]
async fn while_the_clock_stands_still_only_what_is_due_already_fires() {
    let world = world(registry![rings]).await;
    let now = world.clock.now();
    let past = world.client().start(rings(vec![(now, 0), (now - YEAR, 0)])).await.unwrap();
    assert_eq!(soon(past.output()).await.unwrap(), [now, now]);
    let next = world.client().start(rings(vec![(now + Duration::from_micros(1), 0)])).await.unwrap();
    let again = world.client().start(rings(vec![(now, 0)])).await.unwrap();
    soon(again.output()).await.unwrap();
    assert_eq!(fired(&next).await, [(now + Duration::from_micros(1), None)]);
}

#[orchestrator]
async fn waits_for_ever(ctx: &Context) -> Result<u32> {
    let longest = ctx.timer(Duration::MAX);
    assert_eq!(longest.due(), Timestamp::MAX);
    ctx.timer_at(Timestamp::from_micros(i64::MIN)).await;
    match durable::race(ctx.event("n"), longest).await {
        Either::Left(event) => event,
        Either::Right(()) => Ok(0),
    }
}

#[tokio::test]
async fn timers_reach_to_both_ends_of_time() {
    let world = world(registry![waits_for_ever]).await;
    let handle = world.client().start(waits_for_ever()).await.unwrap();
    let other = world.client().start(waits_for_ever()).instance_id("other").await.unwrap();
    world.clock.advance(YEAR * 8_000);
    other.raise("n", &7).await.unwrap();
    assert_eq!(soon(other.output()).await.unwrap(), 7);
    assert_eq!(handle.status().await.unwrap().status, Status::Running);
    world.clock.advance(Duration::MAX);
    assert_eq!(world.clock.now(), Timestamp::MAX, "the time does not begin anew");
    assert_eq!(soon(handle.output()).await.unwrap(), 0);
}

#[tokio::test]
async fn the_end_of_time_is_no_trouble_for_the_clock_of_the_machine() {
    let builder = Runtime::builder().memory().register(registry![waits_for_ever]).max_instances_in_memory(1);
    let runtime = builder.start().await.unwrap();
    let handles = [(), ()].map(|()| runtime.client());
    for (n, client) in (1..).zip(handles) {
        let handle = client.start(waits_for_ever()).await.unwrap();
        handle.raise("n", &n).await.unwrap();
        assert_eq!(soon(handle.output()).await.unwrap(), n);
    }
    runtime.shutdown().await.unwrap();
}

#[test]
fn the_clock_of_the_machine_never_goes_back() {
    let clock = SystemClock::default();
    let latest = Mutex::new(clock.now());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10_000 {
                    // Later than whatever was read before it, by whomever.
                    let mut latest = latest.lock().unwrap();
                    let now = clock.now();
                    assert!(now >= *latest);
                    *latest = now;
                }
            });
        }
    });
}

#[test]
fn a_clock_that_is_advanced_stops_at_the_end_of_time() {
    let clock = VirtualClock::new();
    clock.advance(Duration::MAX);
    clock.advance(Duration::from_secs(1));
    assert_eq!(clock.now(), Timestamp::MAX);
}
