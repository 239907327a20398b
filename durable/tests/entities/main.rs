//! What entities do, as their authors see it: the rules of Durable Functions, and where ours differ.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, clippy::indexing_slicing, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod answers;
mod client;
mod identity;
mod migration;
mod operations;
mod rollback;
mod scheduled;
mod untyped;

use durable::{EntityId, Payload};

fn json(text: &str) -> Payload {
    Payload::from_json(text).unwrap()
}

fn id(name: &str, key: &str) -> EntityId {
    EntityId::new(name, key).unwrap()
}
