//! An operation succeeds as a whole, or leaves nothing: no state, no message.

use durable::{
    FailureKind::{Application, InvalidPayload, Panicked},
    prelude::*,
};
use serde::{Deserialize, Serialize, Serializer};

use super::common::{soon, world};

#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Purse {
    coins: i64,
    secret: Secret,
}

/// A value that can't be written when it is set.
#[derive(Debug, Default, PartialEq, Deserialize)]
struct Secret(bool);

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 { Err(serde::ser::Error::custom("it is secret")) } else { serializer.serialize_bool(false) }
    }
}

#[entity]
impl Purse {
    fn put(&mut self, coins: i64) -> i64 {
        self.coins += coins;
        self.coins
    }

    fn take(&mut self, ctx: &EntityContext, coins: i64) -> Result<i64> {
        self.coins -= coins;
        ctx.signal(Purse::at("log").put(1));
        ctx.start(logs());
        if self.coins < 0 {
            return Err(Error::fatal("not that much"));
        }
        Ok(self.coins)
    }

    fn fall(&mut self, ctx: &EntityContext) {
        self.coins = 1_000;
        ctx.signal(Purse::at("log").put(1));
        panic!("fell");
    }

    async fn fall_slowly(&mut self, ctx: &EntityContext) {
        self.coins = 1_000;
        tokio::task::yield_now().await;
        ctx.signal(Purse::at("log").put(1));
        panic!("fell slowly");
    }

    fn hide(&mut self, ctx: &EntityContext) {
        self.coins = 1_000;
        self.secret.0 = true;
        ctx.signal(Purse::at("log").put(1));
    }

    fn tell(&mut self) -> Secret {
        self.coins = 1_000;
        Secret(true)
    }

    fn vanish(&mut self, ctx: &EntityContext) -> Result<()> {
        ctx.delete();
        Err(Error::fatal("changed its mind"))
    }
}

#[orchestrator]
async fn logs(ctx: &Context) -> Result<()> {
    ctx.signal(Purse::at("log").put(1));
    Ok(())
}

/// One batch, in the middle of which operations fail.
#[orchestrator]
async fn goes_on_after_failures(ctx: &Context) -> Result<Vec<Option<i64>>> {
    let purse = Purse::at("batch");
    let (a, b, c, d) = durable::join!(
        ctx.call(purse.put(5)),
        ctx.call(purse.take(9)),
        ctx.call(purse.fall()),
        ctx.call(purse.put(2)),
    );
    drop(c);
    Ok(vec![a.ok(), b.ok(), d.ok()])
}

const ALL: Registry = registry![Purse, logs, goes_on_after_failures];

#[tokio::test]
async fn whatever_makes_it_fail_neither_state_nor_messages_are_left() {
    let world = world(ALL).await;
    let client = world.client();
    client.call(Purse::at("k").put(7)).await.unwrap();
    let purse = Purse::at("k");
    let failures = [
        client.call(purse.take(8)).await.map(drop).unwrap_err(),
        client.call(purse.fall()).await.unwrap_err(),
        client.call(purse.fall_slowly()).await.unwrap_err(),
        client.call(purse.hide()).await.unwrap_err(),
        client.call(purse.tell()).await.map(drop).unwrap_err(),
        client.call(purse.vanish()).await.unwrap_err(),
    ];
    let kinds: Vec<_> = failures.iter().map(Error::kind).collect();
    assert_eq!(kinds, [Application, Panicked, Panicked, InvalidPayload, InvalidPayload, Application]);
    assert!(failures[3].message().contains("the state can't be serialized: it is secret"), "{}", failures[3]);
    assert!(failures[4].message().contains("the result of `tell` can't be serialized"), "{}", failures[4]);
    assert_eq!(client.read(Purse::at("k")).await.unwrap().unwrap().coins, 7);
    assert_eq!(client.read(Purse::at("log")).await.unwrap(), None);
    assert!(client.instances().await.unwrap().instances.is_empty());
    assert_eq!(client.call(purse.put(1)).await.unwrap(), 8);
}

#[tokio::test]
async fn later_operations_of_a_batch_go_on_from_the_last_that_succeeded() {
    let world = world(ALL).await;
    let output = soon(world.client().start(goes_on_after_failures()).await.unwrap().output()).await.unwrap();
    assert_eq!(output, [Some(5), None, Some(7)]);
}

#[tokio::test]
async fn a_failed_first_operation_does_not_create_the_entity() {
    let world = world(ALL).await;
    let client = world.client();
    assert!(client.call(Purse::at("new").take(1)).await.is_err());
    assert_eq!(client.entity(Purse::at("new")).await.unwrap(), None);
}
