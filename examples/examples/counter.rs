//! An entity over HTTP: one counter for every key, changed by one operation at a time.
//!
//! `cargo run --example counter`, and then
//!
//! ```text
//! curl -X POST 'localhost:7071/counter/cats/add?amount=2'    2: the operation is performed, and this is its result
//! curl localhost:7071/counter/cats                           2: what is stored; 404 if nothing is
//! curl -X POST localhost:7071/counter/cats/reset             202: it will be performed, whatever happens
//! ```
//!
//! Stop the program as you like, also with `kill -9`: no `add` that was answered is lost, and none counts twice.
//!
//! The same, and more, without a handler of our own: the HTTP API of the library serves all counters below
//! `/runtime/webhooks/durabletask/entities/Counter`, and starts `hello_sequence`, too.

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{get, post},
};
use durable::{Client, Context, Error, FailureKind, Result, Runtime, activity, entity, http, orchestrator, registry};
use durable_examples::HttpError;
use serde::{Deserialize, Serialize};

/// Stored, and shown, as a bare number.
#[entity]
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Counter {
    value: i64,
}

#[entity]
impl Counter {
    fn add(&mut self, amount: i64) -> Result<i64> {
        self.value = self.value.checked_add(amount).ok_or_else(|| Error::new("the counter is full"))?;
        Ok(self.value)
    }

    fn reset(&mut self) {
        self.value = 0;
    }
}

#[activity]
async fn say_hello(city: String) -> Result<String> {
    Ok(format!("Hello, {city}!"))
}

#[orchestrator]
async fn hello_sequence(ctx: &Context) -> Result<Vec<String>> {
    let mut greetings = Vec::new();
    for city in ["Tokyo", "Seattle", "London"] {
        greetings.push(ctx.call(say_hello(city.into())).await?);
    }
    Ok(greetings)
}

#[derive(Deserialize)]
struct Add {
    amount: i64,
}

async fn add(
    State(client): State<Client>,
    Path(key): Path<String>,
    Query(Add { amount }): Query<Add>,
) -> Result<Json<i64>, HttpError> {
    Ok(Json(client.call(Counter::at(key).add(amount)).await?))
}

async fn value(State(client): State<Client>, Path(key): Path<String>) -> Result<Json<i64>, HttpError> {
    let counter = client.read(Counter::at(&key)).await?;
    let counter =
        counter.ok_or_else(|| Error::of_kind(FailureKind::NotFound, format!("there is no counter `{key}`")))?;
    Ok(Json(counter.value))
}

async fn reset(State(client): State<Client>, Path(key): Path<String>) -> Result<StatusCode, HttpError> {
    client.signal(Counter::at(key).reset()).await?;
    Ok(StatusCode::ACCEPTED)
}

#[tokio::main]
async fn main() -> Result<()> {
    durable_examples::show_logs();
    let runtime = Runtime::builder()
        .sqlite(durable_examples::database("counter"))
        .register(registry![Counter, hello_sequence, say_hello])
        .start()
        .await?;

    let router = Router::new()
        .route("/counter/{key}", get(value))
        .route("/counter/{key}/add", post(add))
        .route("/counter/{key}/reset", post(reset))
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
    async fn each_add_counts_once_wherever_it_crashes() {
        let env = TestEnv::builder(registry![Counter, hello_sequence, say_hello]);
        crash_everywhere(env, async |env| {
            env.signal(Counter::at("cats").add(2)).await?;
            assert_eq!(env.call(Counter::at("cats").add(3)).await?, 5);
            env.signal(Counter::at("cats").reset()).await?;
            env.settle().await;
            Ok((
                env.read(Counter::at("cats")).await?.map(|counter| counter.value),
                env.start(hello_sequence()).await?.output().await?,
            ))
        })
        .await;
    }
}
