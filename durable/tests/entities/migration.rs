//! The code of today and the states of yesterday.

use durable::{Client, EntityId, FailureKind, model::ParkReason, prelude::*, runtime::VirtualClock};
use serde::{Deserialize, Serialize};

use super::{
    common::{eventually, soon, world},
    id,
};

mod old {
    use super::*;

    #[entity(name = "profile")]
    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    pub(super) struct Profile {
        pub(super) name: String,
    }

    #[entity]
    impl Profile {
        pub(super) fn rename(&mut self, name: String) -> String {
            std::mem::replace(&mut self.name, name)
        }
    }
}

mod grown {
    use super::*;

    #[entity(name = "profile")]
    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    pub(super) struct Profile {
        pub(super) name: String,
        #[serde(default)]
        pub(super) age: Option<u8>,
    }

    #[entity]
    impl Profile {
        pub(super) fn rename(&mut self, name: String) -> String {
            std::mem::replace(&mut self.name, name)
        }
    }
}

mod broken {
    use super::*;

    #[entity(name = "profile")]
    #[derive(Default, Serialize, Deserialize)]
    pub(super) struct Profile {
        name: u64,
    }

    #[entity]
    impl Profile {
        pub(super) fn rename(&mut self, name: String) -> String {
            self.name += name.len() as u64;
            name
        }
    }
}

#[orchestrator]
async fn renames(ctx: &Context, name: String) -> Result<String> {
    ctx.call(old::Profile::at("p").rename(name)).await
}

const OLD: Registry = registry![old::Profile, renames];
const GROWN: Registry = registry![grown::Profile, renames];
const BROKEN: Registry = registry![broken::Profile, renames];

async fn parked(client: &Client, id: &EntityId) -> durable::model::Parked {
    eventually(async || Ok(client.entity(id.clone()).await?.is_some_and(|it| it.record.parked.is_some()))).await;
    client.entity(id.clone()).await.unwrap().unwrap().record.parked.unwrap()
}

#[tokio::test]
async fn a_state_with_fewer_fields_is_read_with_their_defaults() {
    let world = world(OLD).await;
    world.client().call(old::Profile::at("p").rename("Ada".to_owned())).await.unwrap();
    let world = world.restart(GROWN).await;
    assert_eq!(world.client().call(grown::Profile::at("p").rename("Eve".to_owned())).await.unwrap(), "Ada");
    let read = world.client().read(grown::Profile::at("p")).await.unwrap();
    assert_eq!(read, Some(grown::Profile { name: "Eve".to_owned(), age: None }));
}

#[tokio::test]
async fn an_entity_whose_state_does_not_fit_is_parked_with_the_reason_and_loses_no_message() {
    let world = world(OLD).await;
    world.client().call(old::Profile::at("p").rename("Ada".to_owned())).await.unwrap();

    let world = world.restart(BROKEN).await;
    let client = world.client();
    let waits = client.start(renames("Bob".to_owned())).instance_id("waits").await.unwrap();
    client.signal(broken::Profile::at("p").rename("Cid".to_owned())).await.unwrap();
    let reason = parked(&client, &id("profile", "p")).await;
    assert_eq!(reason.reason, ParkReason::Unreadable);
    assert!(reason.message.contains("the state of `@profile@p` can't be read by the code of today"), "{reason}");
    assert!(reason.message.contains("invalid type: string \"Ada\", expected u64"), "{reason}");
    // A client is told at once, and what it asked for is not performed later.
    let error = client.call(broken::Profile::at("p").rename("Dan".to_owned())).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidState);
    assert_eq!(client.entities().parked(true).await.unwrap().entities.len(), 1);
    assert_eq!(client.entity(id("profile", "p")).await.unwrap().unwrap().backlog, 2);
    // The state itself is as it was, and the other entities work.
    assert_eq!(client.read(old::Profile::at("p")).await.unwrap().unwrap().name, "Ada");
    assert_eq!(client.call(broken::Profile::at("q").rename("Fay".to_owned())).await.unwrap(), "Fay");

    let world = world.restart(GROWN).await;
    let client = world.client();
    let waits = client.handle::<String, Error>(waits.id()).unwrap();
    assert_eq!(soon(waits.output()).await.unwrap(), "Ada");
    eventually(async || Ok(client.read(grown::Profile::at("p")).await?.unwrap().name == "Cid")).await;
    let details = client.entity(id("profile", "p")).await.unwrap().unwrap();
    assert_eq!((details.record.parked, details.backlog), (None, 0));
}

#[tokio::test]
async fn a_parked_entity_can_be_deleted_and_begins_anew() {
    let world = world(OLD).await;
    world.client().call(old::Profile::at("p").rename("Ada".to_owned())).await.unwrap();
    let world = world.restart(BROKEN).await;
    let client = world.client();
    assert!(client.call(broken::Profile::at("p").rename("Bob".to_owned())).await.is_err());
    client.call(broken::Profile::at("p").delete()).await.unwrap();
    assert_eq!(client.call(broken::Profile::at("p").rename("Cid".to_owned())).await.unwrap(), "Cid");
}

#[tokio::test]
async fn an_entity_whose_code_is_missing_keeps_its_signals_until_it_is_there() {
    let world = world(registry![renames]).await;
    let client = world.client();
    client.signal(old::Profile::at("p").rename("Ada".to_owned())).await.unwrap();
    let error = client.call(old::Profile::at("p").rename("Bob".to_owned())).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::NotRegistered);
    let reason = parked(&client, &id("profile", "p")).await;
    assert_eq!(reason.reason, ParkReason::NotRegistered);
    let world = world.restart(OLD).await;
    eventually(async || Ok(world.client().read(old::Profile::at("p")).await?.is_some_and(|it| it.name == "Ada"))).await;
    assert_eq!(world.client().entity(id("profile", "p")).await.unwrap().unwrap().record.parked, None);
}

#[tokio::test]
async fn nothing_is_kept_of_an_entity_that_has_no_code_and_no_messages() {
    let world = world(registry![renames]).await;
    let client = world.client();
    assert!(client.call(old::Profile::at("p").rename("Ada".to_owned())).await.is_err());
    assert_eq!(client.entity(id("profile", "p")).await.unwrap(), None);
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_stored_row_that_can_t_be_read_parks_that_entity_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("hub.db");
    let clock = VirtualClock::new();
    let start = async || Runtime::builder().sqlite(&path).clock(clock.clone()).register(OLD).start().await.unwrap();
    let runtime = start().await;
    runtime.client().call(old::Profile::at("p").rename("Ada".to_owned())).await.unwrap();
    runtime.shutdown().await.unwrap();
    let damage = |sql: &str| rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    damage("UPDATE entity SET state = '{' WHERE key = 'p'");
    let runtime = start().await;
    let client = runtime.client();
    client.signal(old::Profile::at("p").rename("Bob".to_owned())).await.unwrap();
    let error = client.call(old::Profile::at("p").rename("Cid".to_owned())).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidState);
    assert_eq!(client.call(old::Profile::at("q").rename("Dan".to_owned())).await.unwrap(), "");
    runtime.shutdown().await.unwrap();
    damage(r#"UPDATE entity SET state = '{"name":"Ada"}' WHERE key = 'p'"#);
    let runtime = start().await;
    let client = runtime.client();
    eventually(async || Ok(client.read(old::Profile::at("p")).await?.unwrap().name == "Bob")).await;
    runtime.shutdown().await.unwrap();
}
