//! Code of the user that panics fails what it belongs to, and nothing else.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{soon, world};
use durable::{FailureKind, prelude::*};
use serde::{Deserialize, Serialize};

#[activity]
async fn boom() -> Result<()> {
    panic!("the roof is on fire");
}

#[orchestrator]
async fn panics_below(ctx: &Context) -> Result<()> {
    ctx.call(boom()).await
}

#[orchestrator]
async fn panics_itself(_ctx: &Context, message: String) -> Result<()> {
    panic!("{message}");
}

#[tokio::test]
async fn a_panic_becomes_a_failure_with_message_and_location() {
    let world = world(registry![panics_below, panics_itself, boom]).await;
    let below = soon(world.client().start(panics_below()).await.unwrap().output()).await.unwrap_err();
    assert_eq!((below.kind(), below.message()), (FailureKind::Panicked, "the roof is on fire"));
    assert!(below.failure().location.as_deref().unwrap().contains("panics.rs"));
    let itself = soon(world.client().start(panics_itself("ouch".into())).await.unwrap().output()).await.unwrap_err();
    assert_eq!((itself.kind(), itself.message()), (FailureKind::Panicked, "ouch"));
}

/// A type whose reading panics.
#[derive(Debug, Clone, Serialize)]
struct Touchy;

impl<'de> Deserialize<'de> for Touchy {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("do not touch")
    }
}

#[activity]
async fn touch(_touchy: Touchy) -> Result<()> {
    Ok(())
}

#[orchestrator]
async fn touches(ctx: &Context) -> Result<()> {
    ctx.call(touch(Touchy)).await
}

#[tokio::test]
async fn a_panic_while_the_argument_of_an_activity_is_read_fails_the_activity() {
    let world = world(registry![touches, touch]).await;
    let error = soon(world.client().start(touches()).await.unwrap().output()).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (FailureKind::Panicked, "do not touch"));
}
