//! Runs the program, and saves what it did: how the golden histories are made.

use std::{path::Path, sync::atomic::Ordering, time::Duration};

use durable::{InstanceId, OrchestrationCall, model::Event, orchestration::Orchestrator, testing::History};

use crate::{
    common::{World, world},
    program::{
        OPEN, Order, PROGRAM, approval, bookkeeping, declined, family, fan_out, panics, patient, rounds, sequence,
        shop, timers, transfer, waiting,
    },
};

pub(crate) fn order(number: u64) -> Order {
    Order { number, articles: vec!["book".into(), "lamp \"L\"".into(), "größe".into()], express: None }
}

/// Runs each orchestrator of the program, and saves its history in that directory.
pub(crate) async fn save_all(directory: &Path) {
    let scenes = Scenes { world: world(PROGRAM).await, directory };
    scenes.run("sequence", sequence(order(7))).await;
    scenes.run("fan-out", fan_out(5)).await;
    scenes.run("timers", timers()).await;
    scenes.run("family", family()).await;
    scenes.run("bookkeeping", bookkeeping()).await;
    scenes.run("transfer", transfer(5)).await;
    scenes.run("patient", patient()).await;
    scenes.run("declined", declined()).await;
    scenes.run("panics", panics(0)).await;
    scenes.start_and_raise("approval", approval(order(8)), "approved").await;
    scenes.start_and_raise("rounds", rounds(0), "word").await;
    scenes.by_clients().await;
}

struct Scenes<'a> {
    world: World,
    directory: &'a Path,
}

impl Scenes<'_> {
    async fn run<O: Orchestrator>(&self, name: &str, call: OrchestrationCall<O>) {
        let handle = self.world.client().start(call.instance_id(name)).await.unwrap();
        self.finish(handle.id()).await;
    }

    async fn start_and_raise<O: Orchestrator>(&self, name: &str, call: OrchestrationCall<O>, event: &str) {
        let handle = self.world.client().start(call.instance_id(name)).await.unwrap();
        handle.raise(event, "ann").await.unwrap();
        self.finish(handle.id()).await;
    }

    /// What clients do to instances: suspending, resuming, terminating, rewinding, and leaving them alone.
    async fn by_clients(&self) {
        let client = self.world.client();
        for name in ["suspended", "resumed", "terminated", "waiting"] {
            let handle = client.start(waiting().instance_id(name)).await.unwrap();
            self.until(handle.id(), |steps| steps == ["activity note"]).await;
            match name {
                "suspended" => {
                    handle.suspend("lunch").await.unwrap();
                    handle.raise("word", "kept").await.unwrap();
                    self.until(handle.id(), |steps| steps.len() == 3).await;
                }
                "resumed" => {
                    handle.suspend("lunch").await.unwrap();
                    handle.raise("word", "kept").await.unwrap();
                    handle.resume("fed").await.unwrap();
                    handle.output().await.unwrap();
                }
                "terminated" => {
                    handle.terminate("enough").await.unwrap();
                    handle.output().await.unwrap_err();
                }
                _ => {}
            }
            self.save(handle.id()).await;
        }
        let handle = client.start(shop().instance_id("rewound")).await.unwrap();
        handle.output().await.unwrap_err();
        self.save_as("failed", handle.id()).await;
        OPEN.store(true, Ordering::SeqCst);
        client.rewind(handle.id(), "the shop has opened").await.unwrap();
        assert_eq!(handle.output().await.unwrap(), "bread");
        self.save(handle.id()).await;
    }

    /// Lets time pass until the instance has ended, and saves its history.
    async fn finish(&self, id: &InstanceId) {
        let client = self.world.client();
        while !client.status(id).await.unwrap().unwrap().status.is_terminal() {
            self.world.clock.advance(Duration::from_secs(30));
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.save(id).await;
    }

    async fn until(&self, id: &InstanceId, has_come: impl Fn(&[String]) -> bool) {
        let client = self.world.client();
        loop {
            let history = History::of(&client, id).await.unwrap();
            let is_answered = history.events().filter_map(Event::answers).count() > 0;
            if is_answered && has_come(&history.steps()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn save(&self, id: &InstanceId) {
        self.save_as(id.as_str(), id).await;
    }

    async fn save_as(&self, name: &str, id: &InstanceId) {
        let history = History::of(&self.world.client(), id).await.unwrap();
        history.save(self.directory.join(format!("{name}.json"))).unwrap();
    }
}
