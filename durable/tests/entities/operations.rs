//! Operations: their order, their arguments, and what they may do.

use std::{sync::Arc, time::Duration};

use durable::{EntityId, FailureKind, Payload, prelude::*, store::memory::MemoryStore};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::{
    common::{eventually, soon, world},
    id, json,
};

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

    fn add_or_one(&mut self, amount: Option<i64>) -> i64 {
        self.value += amount.unwrap_or(1);
        self.value
    }

    fn reset(&mut self) {
        self.value = 0;
    }

    fn close(&mut self, ctx: &EntityContext) -> i64 {
        ctx.delete();
        ctx.signal(Counter::at(ctx.key()).add(100));
        std::mem::take(&mut self.value)
    }

    fn about(&mut self, ctx: &EntityContext) -> (String, String, bool, bool) {
        (ctx.id().to_string(), ctx.operation().to_owned(), ctx.has_state(), ctx.is_signal())
    }

    fn ask_about(&mut self, ctx: &EntityContext) {
        ctx.signal(Note::at("about").take(ctx.is_signal()));
    }

    fn launch_later(&mut self, ctx: &EntityContext, at: Timestamp) -> String {
        let start = reads_back(ctx.key().to_owned()).version("7");
        ctx.start_at(start.instance_id(format!("later-{}", ctx.key())), at).to_string()
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

#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Note {
    flags: Vec<bool>,
}

#[entity]
impl Note {
    fn take(&mut self, flag: bool) {
        self.flags.push(flag);
    }
}

#[orchestrator]
async fn reads_back(ctx: &Context, key: String) -> Result<i64> {
    ctx.signal(Counter::at(&key).add(1));
    ctx.signal(Counter::at(&key).add(2));
    ctx.call(Counter::at(&key).get()).await
}

/// All of it is one batch: it is sent in one turn.
#[orchestrator]
async fn batch(ctx: &Context) -> Result<Vec<i64>> {
    let cats = Counter::at("cats");
    let (five, (), zero, one) = durable::try_join!(
        ctx.call(cats.add(5)),
        ctx.call(cats.delete()),
        ctx.call(cats.get()),
        ctx.call(cats.add(1)),
    )?;
    Ok(vec![five, zero, one])
}

#[orchestrator]
async fn starts_later(ctx: &Context) -> Result<String> {
    let at = ctx.now() + Duration::from_secs(3_600);
    Ok(ctx.start_at(reads_back("s".to_owned()).instance_id("later-s"), at).to_string())
}

const ALL: Registry = registry![Counter, Note, reads_back, batch, starts_later];

#[tokio::test]
async fn signals_and_calls_of_one_sender_are_performed_in_their_order() {
    let world = world(ALL).await;
    assert_eq!(soon(world.client().start(reads_back("k".into())).await.unwrap().output()).await.unwrap(), 3);
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
async fn operations_of_one_batch_are_performed_in_order_and_after_delete_the_state_is_new() {
    let world = world(ALL).await;
    assert_eq!(soon(world.client().start(batch()).await.unwrap().output()).await.unwrap(), [5, 0, 1]);
}

#[tokio::test]
async fn an_argument_that_is_left_out_is_none_and_one_that_nobody_takes_is_ignored() {
    let world = world(ALL).await;
    let client = world.client();
    let call = async |operation: &str, input: &str| client.call_named(id("Counter", "k"), operation, json(input)).await;
    assert_eq!(call("add_or_one", "null").await.unwrap().as_json(), "1");
    assert_eq!(call("add_or_one", "5").await.unwrap().as_json(), "6");
    assert_eq!(call("reset", r#"{"why":"not"}"#).await.unwrap().as_json(), "null");
    let error = call("add", "null").await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidPayload);
    assert!(error.message().contains("`add` can't take the argument null"), "{error}");
}

#[tokio::test]
async fn names_of_operations_are_case_sensitive() {
    let world = world(ALL).await;
    let error = world.client().call_named(id("Counter", "k"), "Add", json("1")).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::NotRegistered);
}

#[tokio::test]
async fn an_operation_that_deletes_the_entity_may_signal_it_into_a_new_life() {
    let world = world(ALL).await;
    let client = world.client();
    client.call(Counter::at("k").add(7)).await.unwrap();
    assert_eq!(client.call(Counter::at("k").close()).await.unwrap(), 7);
    assert_eq!(client.read(Counter::at("k")).await.unwrap(), Some(Counter { value: 100 }));
}

#[tokio::test]
async fn the_context_tells_id_operation_state_and_whether_anybody_waits() {
    let world = world(ALL).await;
    let client = world.client();
    let about = client.call(Counter::at("k").about()).await.unwrap();
    assert_eq!(about, ("@Counter@k".to_owned(), "about".to_owned(), false, false));
    assert!(client.call(Counter::at("k").about()).await.unwrap().2, "it has a state now");
    client.call(Counter::at("k").ask_about()).await.unwrap();
    client.signal(Counter::at("k").ask_about()).await.unwrap();
    assert_eq!(client.read(Note::at("about")).await.unwrap().unwrap().flags, [false, true]);
}

#[tokio::test]
async fn an_orchestration_started_for_later_begins_then_with_its_id_and_version() {
    let world = world(ALL).await;
    let client = world.client();
    let at = durable::runtime::Clock::now(&world.clock) + Duration::from_secs(3_600);
    let by_entity = client.call(Counter::at("e").launch_later(at)).await.unwrap();
    let by_orchestration = soon(client.start(starts_later()).await.unwrap().output()).await.unwrap();
    for (id, version) in [(by_entity, Some("7")), (by_orchestration, None)] {
        let handle = client.handle::<i64, Error>(&id).unwrap();
        assert_eq!(handle.status().await.unwrap().status, Status::Pending);
        assert_eq!(handle.status().await.unwrap().version.as_deref(), version);
    }
    world.clock.advance(Duration::from_secs(3_600));
    for id in ["later-e", "later-s"] {
        assert_eq!(soon(client.handle::<i64, Error>(id).unwrap().output()).await.unwrap(), 3);
    }
}

/// Adds when the test says so.
#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Patient {
    added: i64,
}

struct Word(Arc<Semaphore>);

#[entity]
impl Patient {
    async fn add(&mut self, word: State<Word>, amount: i64) -> Result<()> {
        word.0.0.acquire().await?.forget();
        self.added += amount;
        Ok(())
    }
}

#[tokio::test]
async fn an_orderly_end_waits_for_the_operation_that_runs_and_begins_no_other() {
    let (store, word) = (MemoryStore::new(), Arc::new(Semaphore::new(0)));
    let start = || {
        let builder = Runtime::builder().store(store.clone()).register(registry![Patient]);
        builder.state(Word(Arc::clone(&word))).start()
    };
    let runtime = start().await.unwrap();
    let client = runtime.client();
    for _ in 0..5 {
        client.signal(Patient::at("p").add(1)).await.unwrap();
    }
    let ends = tokio::spawn(runtime.shutdown());
    while client.signal(Patient::at("p").add(1)).await.is_ok() {
        tokio::task::yield_now().await;
    }
    word.add_permits(100);
    soon(ends).await.unwrap().unwrap();
    assert_eq!(client.read(Patient::at("p")).await.unwrap().map(|patient| patient.added), Some(1));

    let runtime = start().await.unwrap();
    let client = runtime.client();
    eventually(async || Ok(client.read(Patient::at("p")).await?.is_some_and(|patient| patient.added >= 5))).await;
    runtime.shutdown().await.unwrap();
}
