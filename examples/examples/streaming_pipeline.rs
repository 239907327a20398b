//! A stream that an entity collects, and a pipeline of activities that works on it, behind one HTTP trigger.
//!
//! `cargo run --example streaming_pipeline`, and then
//!
//! ```text
//! curl 'localhost:7071/run?run_id=one&hellos_count=2000'                   202: it runs, and where to look
//! curl localhost:7071/runtime/webhooks/durabletask/instances/run-one       its status, and at last its output
//! curl localhost:7071/runtime/webhooks/durabletask/entities/Hellos/one     all that was collected
//! ```
//!
//! Ask once more whenever you don't know whether you were heard, also after a `kill -9`: one run is done once. Its
//! greetings are numbered, so that none counts twice, and its orchestration has the id of the run.

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
    routing::get,
};
use durable::{
    Client, Context, Error, FailureKind, IfExists, Result, Runtime, activity, entity, http, orchestrator, registry,
};
use durable_examples::HttpError;
use serde::{Deserialize, Serialize};

const MOST: u32 = 20_000;
const BATCH: usize = 100;

/// What has come in for one run, by number. Two thousand of them are a state of some 200 KiB.
#[entity]
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Hellos {
    texts: BTreeMap<u32, String>,
}

#[entity]
impl Hellos {
    fn say(&mut self, mut texts: BTreeMap<u32, String>) {
        self.texts.append(&mut texts);
    }

    fn first(&self, count: u32) -> Vec<String> {
        self.texts.range(..count).map(|(_, text)| text.clone()).collect()
    }
}

/// First stage.
#[activity]
async fn translate(hellos: Vec<String>) -> Result<Vec<String>> {
    Ok(hellos.iter().map(|hello| hello.replace("Hello", "Bonjour")).collect())
}

/// Second stage: gives how many bytes were sent.
#[activity]
async fn send(hellos: Vec<String>) -> Result<usize> {
    Ok(hellos.iter().map(String::len).sum())
}

#[derive(Serialize, Deserialize)]
struct Sent {
    hellos: usize,
    batches: usize,
    bytes: usize,
}

/// Every batch goes from stage to stage as soon as it can; none waits for another.
#[orchestrator]
async fn pipeline(ctx: &Context, run_id: String, hellos_count: u32) -> Result<Sent> {
    let hellos = ctx.call(Hellos::at(run_id).first(hellos_count)).await?;
    let batches = hellos.chunks(BATCH).map(|batch| async move {
        let translated = ctx.call(translate(batch.to_vec())).await?;
        ctx.call(send(translated)).await
    });
    let sent = durable::try_join_all(batches).await?;
    Ok(Sent { hellos: hellos.len(), batches: sent.len(), bytes: sent.into_iter().sum() })
}

#[derive(Deserialize)]
struct Run {
    run_id: String,
    hellos_count: u32,
}

async fn run(
    State(client): State<Client>,
    headers: HeaderMap,
    Query(Run { run_id, hellos_count }): Query<Run>,
) -> Result<Response, HttpError> {
    if hellos_count > MOST {
        Err(Error::of_kind(FailureKind::InvalidArgument, format!("at most {MOST} hellos are sent in one run")))?;
    }
    // The orchestration may start only when all greetings are on disk.
    let mut signals = client.signals();
    for first in (0..hellos_count).step_by(BATCH) {
        let numbers = (first..hellos_count).take(BATCH);
        signals = signals.signal(Hellos::at(&run_id).say(numbers.map(|number| (number, hello(number))).collect()));
    }
    signals.await?;

    let id = format!("run-{run_id}");
    let handle = client.start(pipeline(run_id, hellos_count)).instance_id(id).if_exists(IfExists::Attach).await?;
    Ok(http::check_status_response(&client, &headers, handle.id()))
}

fn hello(number: u32) -> String {
    format!("Hello, listener {number:05}! This greeting was written to be read to its very end by you.")
}

#[tokio::main]
async fn main() -> Result<()> {
    durable_examples::show_logs();
    let runtime = Runtime::builder()
        .sqlite(durable_examples::database("streaming_pipeline"))
        .register(registry![Hellos, pipeline, translate, send])
        .start()
        .await?;

    let router = Router::new()
        .route("/run", get(run).post(run))
        .with_state(runtime.client())
        .merge(http::router(runtime.client()));
    durable_examples::serve(router).await?;

    runtime.shutdown().await
}

#[cfg(test)]
mod tests {
    use durable::testing::{TestEnv, crash_everywhere};

    use super::*;

    #[tokio::test]
    async fn every_greeting_is_sent_once_wherever_it_crashes() {
        let env = TestEnv::builder(registry![Hellos, pipeline, translate, send]);
        crash_everywhere(env, async |env| {
            let hellos = (0..250).map(|number| (number, hello(number)));
            env.signal(Hellos::at("one").say(hellos.collect())).await?;
            let sent = env.start(pipeline("one".into(), 250)).await?.output().await?;
            assert_eq!((sent.hellos, sent.batches), (250, 3));
            Ok(sent.bytes)
        })
        .await;
    }
}
