//! What a client does with entities.

use std::time::Duration;

use durable::{FailureKind, prelude::*, runtime::Clock};
use serde::{Deserialize, Serialize};

use super::common::{eventually, world};

#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Tally {
    marks: Vec<u32>,
}

#[entity]
impl Tally {
    fn mark(&mut self, number: u32) {
        self.marks.push(number);
    }
}

#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Blob {
    text: String,
}

#[entity]
impl Blob {
    fn grow(&mut self, bytes: usize) -> usize {
        self.text.push_str(&"x".repeat(bytes));
        self.text.len()
    }
}

const ALL: Registry = registry![Tally, Blob];

#[tokio::test]
async fn entities_are_listed_page_by_page_with_filters() {
    let world = world(ALL).await;
    let client = world.client();
    for key in ["b", "a", "c"] {
        client.signal(Tally::at(key).mark(1)).await.unwrap();
    }
    let before = world.clock.now();
    world.clock.advance(Duration::from_secs(60));
    client.signal(Blob::at("a").grow(1)).await.unwrap();
    client.signal(Tally::at("b").mark(2)).await.unwrap();

    let page = client.entities().name("Tally").limit(2).await.unwrap();
    let keys: Vec<_> = page.entities.iter().map(|record| record.id.key().to_owned()).collect();
    assert_eq!(keys, ["a", "b"]);
    let rest = client.entities().name("Tally").after(page.next.unwrap()).await.unwrap();
    assert_eq!((rest.entities.len(), rest.next), (1, None));
    assert_eq!(client.entities().key_prefix("a").await.unwrap().entities.len(), 2);
    assert_eq!(client.entities().updated_to(before).await.unwrap().entities.len(), 2);
    assert_eq!(client.entities().updated_from(world.clock.now()).await.unwrap().entities.len(), 2);
    assert!(client.entities().name("tally").await.unwrap().entities.is_empty());
}

#[tokio::test]
async fn many_signals_are_accepted_together_in_their_order() {
    let world = world(ALL).await;
    let client = world.client();
    let mut signals = client.signals().signal(Blob::at("b").grow(3));
    for number in 0..1_000 {
        signals = signals.signal(Tally::at("t").mark(number));
    }
    let due = world.clock.now() + Duration::from_secs(60);
    signals.signal_at(Tally::at("t").mark(1_000), due).await.unwrap();
    assert_eq!(client.read(Tally::at("t")).await.unwrap().unwrap().marks, (0..1_000).collect::<Vec<_>>());
    assert_eq!(client.read(Blob::at("b")).await.unwrap().unwrap().text, "xxx");
    world.clock.advance(Duration::from_secs(60));
    eventually(async || Ok(client.read(Tally::at("t")).await?.unwrap().marks.len() == 1_001)).await;
    client.signals().await.unwrap();
}

#[tokio::test]
async fn many_signals_are_refused_together_if_one_can_t_be_sent() {
    let world = world(ALL).await;
    let client = world.client();
    let signals = client.signals().signal(Tally::at("t").mark(1)).signal(Tally::at("bad\nkey").mark(2));
    let error = signals.signal(Tally::at("t").mark(3)).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidArgument);
    assert_eq!(client.read(Tally::at("t")).await.unwrap(), None);
}

#[tokio::test]
async fn states_are_read_typed_and_as_json_and_as_they_were_committed_last() {
    let world = world(ALL).await;
    let client = world.client();
    client.signal(Tally::at("t").mark(1)).await.unwrap();
    let id = EntityAddress::id(&Tally::at("t")).unwrap();
    assert_eq!(client.read(Tally::at("t")).await.unwrap(), Some(Tally { marks: vec![1] }));
    assert_eq!(client.read(id.clone()).await.unwrap(), Some(serde_json::json!({"marks": [1]})));
    assert_eq!(client.read_named(&id).await.unwrap().unwrap().as_json(), r#"{"marks":[1]}"#);
    let details = client.entity(Tally::at("t")).await.unwrap().unwrap();
    assert_eq!(details.record.updated, world.clock.now());
    assert_eq!((details.backlog, details.waiting, details.record.locked_by), (0, vec![], None));
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn large_states_survive_growing_shrinking_and_restarts() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("hub.db");
    let start = async || Runtime::builder().sqlite(&path).register(ALL).start().await.unwrap();
    let mut expected = 0;
    for bytes in [10, 100_000, 1_000_000] {
        let runtime = start().await;
        expected += bytes;
        assert_eq!(runtime.client().call(Blob::at("b").grow(bytes)).await.unwrap(), expected);
        assert_eq!(runtime.client().read(Blob::at("b")).await.unwrap().unwrap().text.len(), expected);
        runtime.shutdown().await.unwrap();
    }
    let runtime = start().await;
    runtime.client().call(Blob::at("b").delete()).await.unwrap();
    assert_eq!(runtime.client().call(Blob::at("b").grow(5)).await.unwrap(), 5);
    runtime.shutdown().await.unwrap();
}
