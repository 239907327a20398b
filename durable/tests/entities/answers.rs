//! Who gets the answer to a call.

use std::{sync::Arc, time::Duration};

use durable::{FailureKind, IfExists, prelude::*, runtime::VirtualClock};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::common::{eventually, soon};

#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Desk {
    served: Vec<String>,
}

#[entity]
impl Desk {
    /// Takes its time, until it is let go on.
    async fn serve(&mut self, who: String, gate: State<Arc<Semaphore>>) -> String {
        gate.acquire().await.unwrap().forget();
        self.served.push(who.clone());
        who
    }
}

#[orchestrator]
async fn visits(ctx: &Context, who: String) -> Result<String> {
    ctx.call(Desk::at("d").serve(who)).await
}

#[orchestrator]
async fn visits_shortly(ctx: &Context, who: String) -> Result<String> {
    ctx.call(Desk::at("d").serve(who)).timeout(Duration::from_secs(60)).await
}

#[orchestrator]
async fn visits_once_more(ctx: &Context, round: u32) -> Result<String> {
    let call = ctx.call(Desk::at("d").serve(format!("round {round}")));
    if round == 1 {
        return call.await;
    }
    drop(durable::race(call.into_future(), ctx.timer(Duration::from_secs(60))).await);
    ctx.continue_as_new(visits_once_more(1)).await
}

#[orchestrator]
async fn sends(ctx: &Context, who: String, child: String) -> Result<String> {
    ctx.call(visits(who)).instance_id(child).await
}

const ALL: Registry = registry![Desk, visits, visits_shortly, visits_once_more, sends];

/// A runtime whose desk serves one visitor for each permit.
async fn gated() -> (Runtime, VirtualClock, Arc<Semaphore>) {
    let (clock, gate) = (VirtualClock::new(), Arc::new(Semaphore::new(0)));
    let builder = Runtime::builder().memory().clock(clock.clone()).state(Arc::clone(&gate)).register(ALL);
    (builder.start().await.unwrap(), clock, gate)
}

#[tokio::test]
async fn a_call_that_takes_too_long_fails_and_is_performed_all_the_same() {
    let (runtime, clock, gate) = gated().await;
    let client = runtime.client();
    let visit = client.start(visits_shortly("Ada".to_owned())).await.unwrap();
    clock.advance(Duration::from_secs(60));
    let error = soon(visit.output()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::TimedOut);
    assert_eq!(error.message(), "the operation `serve` gave no answer within 60s");
    gate.add_permits(1);
    eventually(async || Ok(client.read(Desk::at("d")).await?.is_some_and(|desk| desk.served == ["Ada"]))).await;
}

#[tokio::test]
async fn an_answer_to_the_last_generation_does_not_reach_the_next_one() {
    let (runtime, clock, gate) = gated().await;
    let client = runtime.client();
    let visit = client.start(visits_once_more(0)).await.unwrap();
    clock.advance(Duration::from_secs(60));
    eventually(async || Ok(visit.status().await?.generation == 1)).await;
    gate.add_permits(2);
    assert_eq!(soon(visit.output()).await.unwrap(), "round 1");
}

#[tokio::test]
async fn an_answer_to_an_instance_that_was_replaced_does_not_reach_its_successor() {
    let (runtime, _clock, gate) = gated().await;
    let client = runtime.client();
    client.start(visits("Ada".to_owned())).instance_id("v").await.unwrap();
    let successor = client.start(visits("Bob".to_owned())).instance_id("v").if_exists(IfExists::Replace).await.unwrap();
    gate.add_permits(2);
    assert_eq!(soon(successor.output()).await.unwrap(), "Bob");
    assert_eq!(client.read(Desk::at("d")).await.unwrap().unwrap().served, ["Ada", "Bob"]);
}

#[tokio::test]
async fn the_child_of_an_instance_that_was_replaced_does_not_answer_its_successor() {
    let (runtime, _clock, gate) = gated().await;
    let client = runtime.client();
    client.start(sends("Ada".to_owned(), "first".to_owned())).instance_id("s").await.unwrap();
    let start = client.start(sends("Bob".to_owned(), "second".to_owned())).instance_id("s");
    let successor = start.if_exists(IfExists::Replace).await.unwrap();
    gate.add_permits(2);
    assert_eq!(soon(successor.output()).await.unwrap(), "Bob");
}
