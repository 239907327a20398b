//! External events: each is read once, and those of one name in the order in which they were accepted, whatever happens
//! to the instance meanwhile.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;
#[path = "common/seeds.rs"]
mod seeds;

use std::time::Duration;

use common::{World, eventually, soon, start, world};
use durable::{
    Client, Error, FailureKind, InstanceId,
    client::Handle,
    prelude::*,
    runtime::{Clock, VirtualClock},
};
use futures_util::future::join_all;
use seeds::Rng;

const HOUR: Duration = Duration::from_secs(3600);
const ALL: Registry = registry![reads, reads_two];

/// Reads so many events in each generation, until it has read `left`; looks for others that never come in between.
#[orchestrator]
async fn reads(ctx: &Context, a_generation: usize, left: usize, read: Vec<u32>) -> Result<Vec<u32>> {
    let mut read = read;
    for _ in 0..a_generation.min(left) {
        drop(durable::race(ctx.event::<u32>("n"), std::future::ready(())).await);
        read.push(ctx.event("n").await?);
    }
    let left = left.saturating_sub(a_generation);
    if left == 0 { Ok(read) } else { ctx.continue_as_new(reads(a_generation, left, read)).await }
}

/// Reads the events of two names one after the other, and of the second name all at last.
#[orchestrator]
async fn reads_two(ctx: &Context, left: u32, read: Vec<u32>) -> Result<Vec<u32>> {
    let mut read = read;
    if left == 0 {
        while let Ok(number) = ctx.event("kept").timeout(HOUR).await {
            read.push(number);
        }
        return Ok(read);
    }
    read.push(ctx.event("n").await?);
    ctx.continue_as_new(reads_two(left - 1, read)).await
}

/// Raises all of them one after the other, and then waits until they are accepted.
async fn all_of(client: &Client, id: &str, numbers: impl Iterator<Item = u32>) {
    let id: InstanceId = id.parse().unwrap();
    // The tests run on one thread, which begins tasks in their order.
    let raised: Vec<_> = numbers
        .map(|number| {
            let (client, id) = (client.clone(), id.clone());
            tokio::spawn(async move { client.raise_event(&id, "n", &number).await })
        })
        .collect();
    for raised in soon(join_all(raised)).await {
        raised.unwrap().unwrap();
    }
}

fn handle(world: &World, id: &str) -> Handle<Vec<u32>, Error> {
    world.client().handle(id).unwrap()
}

#[tokio::test]
async fn an_event_before_the_start_is_refused_and_one_before_the_beginning_is_kept() {
    let world = world(ALL).await;
    let client = world.client();
    let id: InstanceId = "e".parse().unwrap();
    assert_eq!(client.raise_event(&id, "n", &0).await.unwrap_err().kind(), FailureKind::NotFound);
    let later = world.clock.now() + HOUR;
    client.start(reads(2, 2, Vec::new())).instance_id("e").at(later).await.unwrap();
    all_of(&client, "e", 1..3).await;
    let world = world.restart(ALL).await;
    world.clock.advance(HOUR);
    let handle = handle(&world, "e");
    assert_eq!(soon(handle.output()).await.unwrap(), [1, 2]);
    assert_eq!(handle.raise("n", &3).await.unwrap_err().kind(), FailureKind::InvalidState);
}

/// Raises ten thousand events at once for an instance that reads so many in a generation, and gives its last generation.
async fn read_burst(a_generation: usize) -> u32 {
    let world = world(ALL).await;
    let started = world.client().start(reads(a_generation, 10_000, Vec::new())).instance_id("e").await.unwrap();
    all_of(&world.client(), "e", 0..10_000).await;
    let read = soon(started.output()).await.unwrap();
    let misplaced = (0..).zip(&read).find(|(expected, read)| expected != *read);
    assert_eq!((misplaced, read.len()), (None, 10_000));
    started.status().await.unwrap().generation
}

#[tokio::test]
async fn ten_thousand_events_at_once_are_read_once_and_in_order() {
    assert_eq!(read_burst(10_000).await, 0);
}

#[tokio::test]
async fn ten_thousand_events_at_once_keep_their_order_over_a_thousand_generations() {
    assert_eq!(read_burst(10).await, 999);
}

#[tokio::test]
async fn events_of_another_name_are_carried_over_a_thousand_generations_in_their_order() {
    let world = world(ALL).await;
    let client = world.client();
    let started = client.start(reads_two(1_000, Vec::new())).instance_id("e").await.unwrap();
    for n in 0..1_000_u32 {
        if n % 100 == 0 {
            started.raise("kept", &(5_000 + n)).await.unwrap();
        }
        // Those that are not awaited one by one come while a generation ends.
        all_of(&client, "e", [2 * n, 2 * n + 1].into_iter().filter(|n| *n < 1_000)).await;
    }
    eventually(async || Ok(started.status().await?.generation == 1_000)).await;
    let waits = async || Ok(!client.waiting_for(started.id()).await?.is_empty());
    eventually(waits).await;
    world.clock.advance(HOUR);
    let expected: Vec<_> = (0..1_000).chain((0..10).map(|n| 5_000 + 100 * n)).collect();
    assert_eq!(soon(started.output()).await.unwrap(), expected);
}

/// Each part of a burst comes while the instance is being taken up again, or is about to leave memory.
#[tokio::test]
async fn events_that_come_during_recovery_keep_their_order() {
    for seed in seeds::seeds(20) {
        let rng = &mut Rng::new(seed);
        let (clock, store) = (VirtualClock::new(), durable::store::memory::MemoryStore::new());
        let runtime = start(&clock, &store, ALL).await;
        let mut world = World { clock, store, runtime };
        let (a_generation, count) = (1 + rng.below(9), 40 + rng.below(200));
        for id in ["e", "f"] {
            world.client().start(reads(a_generation, count, Vec::new())).instance_id(id).await.unwrap();
        }
        let mut raised = 0;
        while raised < count {
            let until = (raised + 1 + rng.below(30)).min(count);
            let part = || (raised..until).map(|n| u32::try_from(n).unwrap());
            let client = world.client();
            join_all(["e", "f"].map(|id| all_of(&client, id, part()))).await;
            raised = until;
            match rng.below(4) {
                0 => world = world.restart(ALL).await,
                1 => {
                    let World { clock, store, runtime } = world;
                    runtime.shutdown().await.unwrap();
                    let builder = Runtime::builder().store(store.clone()).clock(clock.clone()).register(ALL);
                    let runtime = builder.max_instances_in_memory(1).start().await.unwrap();
                    world = World { clock, store, runtime };
                }
                _ => {}
            }
        }
        let expected: Vec<_> = (0..count).map(|n| u32::try_from(n).unwrap()).collect();
        for id in ["e", "f"] {
            let read = soon(handle(&world, id).output()).await.unwrap();
            assert_eq!(read, expected, "`{id}`; run it again with DURABLE_SEED={seed}");
        }
    }
}
