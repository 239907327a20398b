//! The work that is done on the disk: one or two lives of a runtime, and clients that note what they are told.

use std::{path::Path, sync::Arc, time::Duration};

use durable::{
    Client, EntityId, Error, Handle, InstanceId, Payload, Result, Runtime,
    store::sqlite::{Durability, SqliteStore},
};

use super::{
    journal::{Deed, Fact, Journal},
    plan::{Kind, Planned},
    program::{Counter, LAST, REGISTRY, Witness},
};
use crate::torture::Random;

/// Far longer than anything takes here.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// The name of the database in its directory.
pub(super) const DATABASE: &str = "hub.db";

/// A runtime on the database in that directory.
pub(super) async fn start(directory: &Path, durability: Durability, witness: Witness) -> Result<Runtime> {
    let store = SqliteStore::new(directory.join(DATABASE)).durability(durability).inline_limit(2_000).log_frames(32);
    let builder = Runtime::builder().store(store).register(REGISTRY).state(witness);
    builder.grace_period(Duration::from_secs(2)).start().await
}

pub(super) fn counter(key: &str) -> Result<EntityId> {
    Ok(EntityId::new("Counter", key)?)
}

/// What a life does beside the instances.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) signals: u64,
    pub(super) calls: u64,
    pub(super) events: u64,
}

/// The clients of one life. What fails is left: the disk may be meant to fail.
#[derive(Debug, Clone)]
pub(super) struct Clients {
    pub(super) client: Client,
    pub(super) journal: Arc<Journal>,
    /// The instances of all lives, of which those from `first` on are of this one.
    pub(super) plans: Arc<Vec<Planned>>,
    pub(super) first: usize,
    pub(super) extent: Extent,
}

impl Clients {
    /// Asks for everything at once; gives the errors.
    pub(super) async fn work(self, random: &mut Random) -> Vec<Error> {
        let mut tasks = Vec::new();
        for number in self.first..self.plans.len() {
            let (clients, purge) = (self.clone(), random.between(0, 4) == 0);
            tasks.push(tokio::spawn(async move { clients.instance(number, purge).await }));
        }
        let clients = self.clone();
        tasks.push(tokio::spawn(async move { clients.signals().await }));
        let clients = self.clone();
        tasks.push(tokio::spawn(async move { clients.calls().await }));
        let clients = self.clone();
        tasks.push(tokio::spawn(async move { clients.reads().await }));
        let mut errors = Vec::new();
        for task in tasks {
            match tokio::time::timeout(2 * PATIENCE, task).await {
                Ok(Ok(outcome)) => errors.extend(outcome.err()),
                Ok(Err(panicked)) => errors.push(Error::new(format!("HANGS OR PANICS: {panicked}"))),
                Err(_) => errors.push(Error::new("HANGS OR PANICS: a client was not answered")),
            }
        }
        errors
    }

    /// Does something, and notes that it was asked for and done.
    async fn ask<T>(&self, deed: Deed, what: impl Future<Output = Result<T>>) -> Result<T> {
        self.journal.note(Fact::Asked(deed));
        let done = what.await?;
        self.journal.note(Fact::Done(deed));
        Ok(done)
    }

    async fn instance(&self, number: usize, purge: bool) -> Result<()> {
        let Some(plan) = self.plans.get(number) else { return Ok(()) };
        let start = self.client.start_named(plan.orchestrator(), plan.input()?).instance_id(&plan.id);
        let handle: Handle<Payload, Error> = self.ask(Deed::Start(number), async { start.await }).await?;
        if plan.kind == Kind::Collect {
            for event in 0..self.extent.events {
                self.ask(Deed::Raise(number, event), handle.raise("number", &event)).await?;
            }
            if purge {
                handle.raise("number", &LAST).await?;
            } else {
                // It goes on waiting: the next owner ends it.
                return Ok(());
            }
        }
        handle.output_within(PATIENCE).await?;
        self.journal.note(Fact::Told(number));
        if purge {
            self.ask(Deed::Purge(number), self.client.purge(&InstanceId::new(&plan.id)?)).await?;
        }
        Ok(())
    }

    async fn signals(&self) -> Result<()> {
        // Numbers of the second life go on where the first has ended.
        for number in self.numbers(self.extent.signals) {
            let signal = self.client.signal(Counter::at("plain").add(number.to_string()));
            self.ask(Deed::Signal(number), async { signal.await }).await?;
        }
        Ok(())
    }

    async fn calls(&self) -> Result<()> {
        for number in self.numbers(self.extent.calls) {
            let call = self.client.call(Counter::at("called").add(number.to_string()));
            self.ask(Deed::Call(number), call).await?;
        }
        Ok(())
    }

    async fn reads(&self) -> Result<()> {
        for _ in 0..self.extent.signals / 4 {
            let state = self.client.read(Counter::at("plain")).await?;
            self.journal.note(Fact::Seen(state.map_or(0, |counter| counter.tokens.len() as u64)));
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    fn numbers(&self, count: u64) -> std::ops::Range<u64> {
        let from = self.first as u64 * 1_000;
        from..from + count
    }
}
