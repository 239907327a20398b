//! Signals for later.

use std::time::Duration;

use durable::{Timestamp, prelude::*, runtime::Clock};
use serde::{Deserialize, Serialize};

use super::common::{self, World, eventually, world};

const HOUR: Duration = Duration::from_secs(3_600);

#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Bell {
    rings: Vec<u32>,
}

#[entity]
impl Bell {
    fn ring(&mut self, number: u32) {
        self.rings.push(number);
    }

    /// Rings now, and every hour from now on.
    fn ring_hourly(&mut self, ctx: &EntityContext, number: u32, now: Timestamp, left: u32) {
        self.rings.push(number);
        if left > 0 {
            let next = now + HOUR;
            ctx.signal_at(Bell::at(ctx.key()).ring_hourly(number + 1, next, left - 1), next);
        }
    }
}

#[orchestrator]
async fn rings_later(ctx: &Context) -> Result<()> {
    ctx.signal_at(Bell::at("b").ring(1), ctx.now() + HOUR);
    Ok(())
}

const ALL: Registry = registry![Bell, rings_later];

async fn rings(world: &World) -> Vec<u32> {
    world.client().read(Bell::at("b")).await.unwrap().map(|bell| bell.rings).unwrap_or_default()
}

async fn has_rung(world: &World, expected: &[u32]) {
    eventually(async || Ok(rings(world).await == expected)).await;
}

#[tokio::test]
async fn a_signal_for_later_comes_at_its_time_also_after_a_restart() {
    let world = world(ALL).await;
    let due = world.clock.now() + HOUR;
    world.client().signal(Bell::at("b").ring(1)).at(due).await.unwrap();
    common::soon(world.client().start(rings_later()).await.unwrap().output()).await.unwrap();
    let world = world.restart(ALL).await;
    world.clock.advance(Duration::from_micros(3_599_999_999));
    world.client().signal(Bell::at("b").ring(0)).await.unwrap();
    assert_eq!(rings(&world).await, [0]);
    world.clock.advance(Duration::from_micros(1));
    has_rung(&world, &[0, 1, 1]).await;
}

#[tokio::test]
async fn a_signal_whose_time_is_past_comes_at_once_and_earlier_ones_come_first() {
    let world = world(ALL).await;
    let client = world.client();
    let now = world.clock.now();
    client.signal(Bell::at("b").ring(2)).at(now + 2 * HOUR).await.unwrap();
    client.signal(Bell::at("b").ring(1)).at(now + HOUR).await.unwrap();
    client.signal(Bell::at("b").ring(0)).at(Timestamp::from_micros(0)).await.unwrap();
    assert_eq!(rings(&world).await, [0]);
    world.clock.advance(2 * HOUR);
    has_rung(&world, &[0, 1, 2]).await;
}

#[tokio::test]
async fn signals_for_later_survive_the_deletion_of_their_entity_and_create_it_anew() {
    let world = world(ALL).await;
    let client = world.client();
    client.signal(Bell::at("b").ring(1)).await.unwrap();
    client.signal(Bell::at("b").ring(2)).at(world.clock.now() + HOUR).await.unwrap();
    client.call(Bell::at("b").delete()).await.unwrap();
    assert_eq!(client.entity(Bell::at("b")).await.unwrap(), None);
    world.clock.advance(HOUR);
    has_rung(&world, &[2]).await;
}

#[tokio::test]
async fn an_entity_that_signals_itself_for_later_recurs_also_across_restarts() {
    let mut world = world(ALL).await;
    let now = world.clock.now();
    world.client().signal(Bell::at("b").ring_hourly(0, now, 3)).await.unwrap();
    for n in 1..=3 {
        world = world.restart(ALL).await;
        world.clock.advance(HOUR);
        has_rung(&world, &(0..=n).collect::<Vec<_>>()).await;
    }
    world.clock.advance(10 * HOUR);
    world.client().signal(Bell::at("b").ring(9)).await.unwrap();
    assert_eq!(rings(&world).await, [0, 1, 2, 3, 9]);
}
