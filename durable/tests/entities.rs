//! What entities do, as their authors see it.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::time::Duration;

use common::{soon, world};
use durable::{EntityId, FailureKind, Payload, prelude::*};
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counter {
    value: i64,
}

#[entity]
impl Counter {
    fn add(&mut self, amount: i64) -> i64 {
        self.value += amount;
        self.value
    }

    fn get(&self) -> i64 {
        self.value
    }

    fn take(&mut self, ctx: &EntityContext, amount: i64) -> Result<i64> {
        self.value -= amount;
        ctx.signal(Counter::at("log").add(1));
        if self.value < 0 {
            return Err(Error::fatal("not that much"));
        }
        Ok(self.value)
    }

    fn fall(&mut self) {
        self.value = 1_000;
        panic!("fell");
    }

    async fn add_slowly(&mut self, amount: i64) -> Result<i64> {
        tokio::time::sleep(Duration::from_millis(5)).await;
        self.value += amount;
        Ok(self.value)
    }

    fn tick(&mut self, ctx: &EntityContext, left: u32) {
        self.value += 1;
        if left > 0 {
            ctx.signal(Counter::at(ctx.key()).tick(left - 1));
        }
    }

    fn launch(&mut self, ctx: &EntityContext) -> String {
        ctx.start(reads_back(ctx.key().to_owned())).to_string()
    }
}

#[orchestrator]
async fn reads_back(ctx: &Context, key: String) -> Result<i64> {
    ctx.signal(Counter::at(&key).add(1));
    ctx.signal(Counter::at(&key).add(2));
    ctx.call(Counter::at(&key).get()).await
}

#[orchestrator]
async fn takes_too_much(ctx: &Context) -> Result<(String, i64)> {
    let error = ctx.call(Counter::at("purse").take(5)).await.unwrap_err();
    Ok((error.to_string(), ctx.call(Counter::at("log").get()).await?))
}

const ALL: Registry = registry![Counter, reads_back, takes_too_much];

#[tokio::test]
async fn signals_and_calls_of_one_sender_are_performed_in_their_order() {
    let world = world(ALL).await;
    assert_eq!(soon(world.client().start(reads_back("k".into())).await.unwrap().output()).await.unwrap(), 3);
}

#[tokio::test]
async fn a_failed_operation_leaves_neither_state_nor_messages() {
    let world = world(ALL).await;
    let output = soon(world.client().start(takes_too_much()).await.unwrap().output()).await.unwrap();
    assert_eq!(output, ("not that much".to_owned(), 0));
    assert_eq!(world.client().read(Counter::at("purse")).await.unwrap(), None);
    assert_eq!(world.client().read(Counter::at("log")).await.unwrap(), None);
}

#[tokio::test]
async fn a_panicking_operation_is_rolled_back_and_the_next_one_works() {
    let world = world(ALL).await;
    let client = world.client();
    client.call(Counter::at("k").add(7)).await.unwrap();
    let error = client.call(Counter::at("k").fall()).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (FailureKind::Panicked, "fell"));
    assert_eq!(client.call(Counter::at("k").add(1)).await.unwrap(), 8);
}

#[tokio::test]
async fn a_reading_operation_does_not_create_the_entity() {
    let world = world(ALL).await;
    assert_eq!(world.client().call(Counter::at("new").get()).await.unwrap(), 0);
    assert_eq!(world.client().read(Counter::at("new")).await.unwrap(), None);
    assert!(world.client().entities().await.unwrap().entities.is_empty());
}

#[tokio::test]
async fn every_entity_can_be_deleted_and_begins_anew() {
    let world = world(ALL).await;
    let client = world.client();
    client.call(Counter::at("k").add(7)).await.unwrap();
    client.call(Counter::at("k").delete()).await.unwrap();
    assert_eq!(client.read(Counter::at("k")).await.unwrap(), None);
    assert_eq!(client.call(Counter::at("k").add(1)).await.unwrap(), 1);
}

#[tokio::test]
async fn async_operations_are_performed_one_at_a_time() {
    let world = world(ALL).await;
    let client = world.client();
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.call(Counter::at("slow").add_slowly(1)).await.unwrap() })
        })
        .collect();
    let mut results = Vec::new();
    for call in calls {
        results.push(soon(call).await.unwrap());
    }
    results.sort_unstable();
    assert_eq!(results, (1..=10).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_entity_signals_itself_and_starts_orchestrations() {
    let world = world(ALL).await;
    let client = world.client();
    client.signal(Counter::at("t").tick(4)).await.unwrap();
    assert_eq!(client.read(Counter::at("t")).await.unwrap(), Some(Counter { value: 5 }));
    let id = client.call(Counter::at("t").launch()).await.unwrap();
    let handle = client.handle::<i64, Error>(&id).unwrap();
    assert_eq!(soon(handle.output()).await.unwrap(), 8);
    assert_eq!(handle.status().await.unwrap().parent.unwrap().instance_id, "@Counter@t");
}

#[tokio::test]
async fn a_scheduled_signal_is_delivered_at_its_time_also_after_a_restart() {
    let world = world(ALL).await;
    let hour = Duration::from_secs(3_600);
    let due = durable::runtime::Clock::now(&world.clock) + hour;
    world.client().signal(Counter::at("later").add(4)).at(due).await.unwrap();
    let world = world.restart(ALL).await;
    assert_eq!(world.client().read(Counter::at("later")).await.unwrap(), None);
    world.clock.advance(hour);
    common::eventually(async || Ok(world.client().read(Counter::at("later")).await? == Some(Counter { value: 4 })))
        .await;
}

#[tokio::test]
async fn unknown_operations_and_bad_arguments_are_failures_that_say_so() {
    let world = world(ALL).await;
    let client = world.client();
    let id = EntityId::new("Counter", "k").unwrap();
    let error = client.call_named(id.clone(), "fly", Payload::null()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::NotRegistered);
    assert!(error.message().contains("it has: add, get"), "{error}");
    let error = client.call_named(id, "add", Payload::from_json("\"many\"").unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidPayload);
    let error = client.signal(Counter::at("bad\nkey").add(1)).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidArgument);
}

#[tokio::test]
async fn an_entity_whose_code_is_missing_keeps_its_signals_until_it_is_there() {
    let world = world(registry![reads_back]).await;
    world.client().signal(Counter::at("k").add(3)).await.unwrap();
    let error = world.client().call(Counter::at("k").get()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::NotRegistered);
    let world = world.restart(ALL).await;
    common::eventually(async || Ok(world.client().read(Counter::at("k")).await? == Some(Counter { value: 3 }))).await;
}

#[tokio::test]
async fn entities_are_listed_by_name_and_key() {
    let world = world(ALL).await;
    let client = world.client();
    for key in ["b", "a", "c"] {
        client.signal(Counter::at(key).add(1)).await.unwrap();
    }
    let page = client.entities().name("Counter").limit(2).await.unwrap();
    let keys: Vec<_> = page.entities.iter().map(|record| record.id.key().to_owned()).collect();
    assert_eq!(keys, ["a", "b"]);
    let rest = client.entities().after(page.next.unwrap()).await.unwrap();
    assert_eq!((rest.entities.len(), rest.next), (1, None));
}
