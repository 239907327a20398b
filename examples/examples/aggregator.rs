//! An entity that starts an orchestration: it collects notifications, and every ten of them go out as one digest.
//!
//! `cargo run --example aggregator`, and then
//!
//! ```text
//! for n in {1..12}; do curl -d "message $n" localhost:7071/notify/ada; done      202: it counts, whatever happens
//! curl localhost:7071/inbox/ada         ["message 11","message 12"]: what waits for the next digest
//! curl localhost:7071/digests/ada       [["message 1",..,"message 10"]]: what was sent
//! curl localhost:7071/runtime/webhooks/durabletask/instances      all digests, by the HTTP API of the library
//! ```
//!
//! The digest starts in the same commit in which the tenth notification empties the inbox: after a `kill -9` at any
//! moment every notification that was accepted is in the inbox or in one digest, and never in both.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use durable::{Client, Context, EntityContext, Result, Runtime, activity, entity, http, orchestrator, registry};
use durable_examples::HttpError;
use serde::{Deserialize, Serialize};

const ENOUGH: usize = 10;

/// What a user has not been sent yet.
#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Inbox {
    texts: Vec<String>,
}

#[entity]
impl Inbox {
    fn notify(&mut self, ctx: &EntityContext, text: String) {
        self.texts.push(text);
        if self.texts.len() == ENOUGH {
            ctx.start(send_digest(ctx.key().to_owned(), std::mem::take(&mut self.texts)));
            // Nothing is kept of users to whom nothing happens.
            ctx.delete();
        }
    }
}

/// What a user was sent.
#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Outbox {
    digests: Vec<Vec<String>>,
}

#[entity]
impl Outbox {
    fn add(&mut self, digest: Vec<String>) {
        self.digests.push(digest);
    }
}

#[activity]
async fn send(user: String, digest: Vec<String>) -> Result<()> {
    // A real one sends a mail, with `ctx.idempotency_key()` of its `ctx: &ActivityContext` as the id of the message.
    tracing::info!("{} notifications for {user}", digest.len());
    Ok(())
}

#[orchestrator]
async fn send_digest(ctx: &Context, user: String, digest: Vec<String>) -> Result<()> {
    ctx.call(send(user.clone(), digest.clone())).await?;
    ctx.signal(Outbox::at(user).add(digest));
    Ok(())
}

async fn notify(State(client): State<Client>, Path(user): Path<String>, text: String) -> Result<StatusCode, HttpError> {
    client.signal(Inbox::at(user).notify(text)).await?;
    Ok(StatusCode::ACCEPTED)
}

async fn inbox(State(client): State<Client>, Path(user): Path<String>) -> Result<Json<Vec<String>>, HttpError> {
    Ok(Json(client.read(Inbox::at(user)).await?.unwrap_or_default().texts))
}

async fn digests(State(client): State<Client>, Path(user): Path<String>) -> Result<Json<Vec<Vec<String>>>, HttpError> {
    Ok(Json(client.read(Outbox::at(user)).await?.unwrap_or_default().digests))
}

#[tokio::main]
async fn main() -> Result<()> {
    durable_examples::show_logs();
    let runtime = Runtime::builder()
        .sqlite(durable_examples::database("aggregator"))
        .register(registry![Inbox, Outbox, send_digest, send])
        .start()
        .await?;

    let router = Router::new()
        .route("/notify/{user}", post(notify))
        .route("/inbox/{user}", get(inbox))
        .route("/digests/{user}", get(digests))
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
    async fn every_notification_is_in_the_inbox_or_in_one_digest_wherever_it_crashes() {
        let env = TestEnv::builder(registry![Inbox, Outbox, send_digest, send]);
        crash_everywhere(env, async |env| {
            for number in 1..=12 {
                env.signal(Inbox::at("ada").notify(number.to_string())).await?;
            }
            env.settle().await;
            let mut texts = env.read(Inbox::at("ada")).await?.unwrap_or_default().texts;
            assert_eq!(texts, ["11", "12"]);
            let digests = env.read(Outbox::at("ada")).await?.unwrap_or_default().digests;
            texts.extend(digests.into_iter().flatten());
            assert_eq!(texts.len(), 12);
            Ok(())
        })
        .await;
    }
}
