//! Which entity is meant.

use durable::{FailureKind, prelude::*};
use serde::{Deserialize, Serialize};

use super::{common::world, id};

#[entity(name = "jar")]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Jar {
    coins: u32,
}

#[entity]
impl Jar {
    fn put(&mut self, coins: u32) {
        self.coins += coins;
    }
}

#[tokio::test]
async fn a_key_may_be_empty_and_contain_signs_and_differ_by_case_only() {
    let world = world(registry![Jar]).await;
    let client = world.client();
    let keys = ["", "@", "a@b", "K", "k", "ключ", "a b/c?d#e\\f", "%2e"];
    for (coins, key) in (1..).zip(keys) {
        client.signal(Jar::at(key).put(coins)).await.unwrap();
    }
    for (coins, key) in (1..).zip(keys) {
        assert_eq!(client.read(Jar::at(key)).await.unwrap(), Some(Jar { coins }), "{key:?}");
        assert_eq!(id("jar", key).to_string().parse::<durable::EntityId>().unwrap(), id("jar", key));
    }
    assert_eq!(client.entities().name("jar").await.unwrap().entities.len(), keys.len());
}

#[tokio::test]
async fn the_durable_name_is_the_given_one_and_case_sensitive() {
    let world = world(registry![Jar]).await;
    let client = world.client();
    client.signal(Jar::at("k").put(1)).await.unwrap();
    assert!(client.read(id("jar", "k")).await.unwrap().is_some());
    assert!(client.read(id("Jar", "k")).await.unwrap().is_none());
}

#[tokio::test]
async fn an_entity_needs_no_creation_and_its_id_is_no_instance_id() {
    let world = world(registry![Jar]).await;
    let client = world.client();
    assert!("@jar@k".parse::<InstanceId>().is_err());
    let error = client.start_named("any", durable::Payload::null()).instance_id("@jar@k").await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidArgument);
    client.signal_named(id("jar", "k"), "put", durable::Payload::encode(&3).unwrap()).await.unwrap();
    assert_eq!(client.read(Jar::at("k")).await.unwrap(), Some(Jar { coins: 3 }));
}
