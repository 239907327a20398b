//! What orchestrators log is logged once, and code that never comes back is reported.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
    time::Duration,
};

use common::{soon, world};
use durable::prelude::*;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// Keeps the messages of all events.
#[derive(Clone, Default)]
struct Messages(Arc<Mutex<Vec<String>>>);

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        write!(self.0, "{}={value:?} ", field.name()).unwrap();
    }
}

impl Subscriber for Messages {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut text = Text(String::new());
        event.record(&mut text);
        self.0.lock().unwrap().push(text.0);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl Messages {
    fn count(&self, wanted: &str) -> usize {
        self.0.lock().unwrap().iter().filter(|message| message.contains(wanted)).count()
    }
}

#[orchestrator]
async fn talkative(ctx: &Context) -> Result<bool> {
    tracing::info!("before the event");
    let was_replaying = ctx.is_replaying();
    ctx.event::<()>("go").await?;
    tracing::info!("after the event");
    assert!(!ctx.is_replaying());
    Ok(was_replaying)
}

/// Spins until the file exists: what a loop without an await does to everybody.
#[orchestrator]
async fn keeps_the_thread(_ctx: &Context, until: String) -> Result<()> {
    while !durable::assume_deterministic!(std::path::Path::new(&until).exists()) {
        std::hint::spin_loop();
    }
    Ok(())
}

// One test: the subscriber is that of the whole process.
#[tokio::test(flavor = "multi_thread")]
async fn a_replay_is_silent_and_a_turn_without_end_is_reported() {
    let messages = Messages::default();
    tracing::subscriber::set_global_default(messages.clone()).unwrap();

    let world = world(registry![talkative]).await;
    world.client().start(talkative()).instance_id("t").await.unwrap();
    assert_eq!(messages.count("before the event"), 1);
    let world = world.restart(registry![talkative]).await;
    let handle = world.client().handle::<bool, Error>("t").unwrap();
    handle.raise("go", &()).await.unwrap();
    assert!(soon(handle.output()).await.unwrap(), "it was replayed");
    assert_eq!((messages.count("before the event"), messages.count("after the event")), (1, 1));

    let directory = tempfile::tempdir().unwrap();
    let release = directory.path().join("release");
    let world = world.restart(registry![keeps_the_thread]).await;
    let path = release.to_string_lossy().into_owned();
    let starting = tokio::spawn({
        let client = world.client();
        async move { client.start(keeps_the_thread(path)).instance_id("stuck").await }
    });
    soon(async {
        while messages.count("who=stuck") == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    std::fs::write(&release, "").unwrap();
    soon(starting).await.unwrap().unwrap();
}
