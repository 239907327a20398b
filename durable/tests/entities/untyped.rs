//! Operations by name with JSON: for entities that take any operation, and for callers that know no types.

use durable::{EntityId, FailureKind, Payload, prelude::*};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};

use super::{
    common::{soon, world},
    id, json,
};

/// A map that takes what it is told.
#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct Map(serde_json::Map<String, Value>);

#[entity]
impl Map {
    #[fallback]
    fn perform(&mut self, ctx: &EntityContext, operation: String, input: Payload) -> Result<Value> {
        match operation.split_once(' ') {
            Some(("set", key)) => Ok(self.0.insert(key.to_owned(), input.decode()?).unwrap_or_default()),
            Some(("get", key)) => Ok(self.0.get(key).cloned().unwrap_or_default()),
            Some(("copy", to)) => {
                for (key, value) in &self.0 {
                    ctx.signal(Map::at(to).operation::<Value>(format!("set {key}"), value));
                }
                Ok(Value::Null)
            }
            _ => Err(Error::fatal(format!("there is no operation `{operation}`"))),
        }
    }
}

/// Knows some operations, and notes the others.
#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Door {
    open: bool,
    noted: Vec<(String, Value)>,
}

#[entity]
impl Door {
    fn open(&mut self) {
        self.open = true;
    }

    #[fallback]
    async fn note(&mut self, operation: String, input: Value) -> usize {
        tokio::task::yield_now().await;
        self.noted.push((operation, input));
        self.noted.len()
    }
}

/// Answers about itself, and never changes.
#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Mirror {}

#[entity]
impl Mirror {
    #[fallback]
    fn reflect(&self, operation: String, input: Value) -> (String, Value) {
        (operation, input)
    }
}

#[orchestrator]
async fn by_name(ctx: &mut Context, map: EntityId) -> Result<Value> {
    ctx.signal(map.operation::<Value>("set a", &1));
    let old: Value = ctx.call(map.operation("set a", &2)).await?;
    let (mut locked, section) = ctx.lock(map).await?;
    locked.call::<Value>("set b", &old).await?;
    let both = (locked.call::<Value>("get a", &()).await?, locked.call::<Value>("get b", &()).await?);
    drop(section);
    Ok(value!([both.0, both.1]))
}

const ALL: Registry = registry![Map, Door, Mirror, by_name];

#[tokio::test]
async fn one_handler_takes_all_operations_by_name() {
    let world = world(ALL).await;
    let client = world.client();
    assert_eq!(client.call_named(id("Map", "m"), "set x", json("[1]")).await.unwrap(), json("null"));
    client.signal_named(id("Map", "m"), "copy n", Payload::null()).await.unwrap();
    assert_eq!(client.call(Map::at("n").operation::<Vec<u8>>("get x", &())).await.unwrap(), [1]);
    let error = client.call_named(id("Map", "m"), "fly", Payload::null()).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (FailureKind::Application, "there is no operation `fly`"));
    assert_eq!(client.read(id("Map", "n")).await.unwrap(), Some(value!({"x": [1]})));
}

#[tokio::test]
async fn a_fallback_takes_what_has_no_method_and_delete_still_deletes() {
    let world = world(ALL).await;
    let client = world.client();
    client.call(Door::at("d").open()).await.unwrap();
    assert_eq!(client.call(Door::at("d").operation::<usize>("knock", &3)).await.unwrap(), 1);
    let door = client.read(Door::at("d")).await.unwrap().unwrap();
    assert_eq!(door, Door { open: true, noted: vec![("knock".to_owned(), value!(3))] });
    client.call(Door::at("d").delete()).await.unwrap();
    assert_eq!(client.read(Door::at("d")).await.unwrap(), None);
}

#[tokio::test]
async fn a_fallback_that_only_reads_creates_nothing() {
    let world = world(ALL).await;
    let client = world.client();
    let reflected: (String, Value) = client.call(Mirror::at("m").operation("any", &"thing")).await.unwrap();
    assert_eq!(reflected, ("any".to_owned(), value!("thing")));
    assert_eq!(client.entity(Mirror::at("m")).await.unwrap(), None);
}

#[tokio::test]
async fn orchestrations_call_signal_and_lock_what_they_know_by_its_id_only() {
    let world = world(ALL).await;
    let output = soon(world.client().start(by_name(id("Map", "o"))).await.unwrap().output()).await.unwrap();
    assert_eq!(output, value!([2, 1]));
}
