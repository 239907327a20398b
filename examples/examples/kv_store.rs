//! A key-value database over HTTP. What it has acknowledged survives everything that the disk survives.
//!
//! `cargo run --example kv_store`, and then
//!
//! ```text
//! curl -X PUT -d my-value localhost:7071/Database/1      "my-value"
//! curl localhost:7071/Database/1                         "my-value"
//! ```
//!
//! The value is the body, up to 1 MiB, whatever it contains. One that is UTF-8 is a text, and is answered as a JSON
//! string; so a body that is JSON comes back as text: `{"a":1}` as `"{\"a\":1}"`. Other bytes are answered as they
//! are, as `application/octet-stream`. The key is what follows `/Database/`, percent-decoded: at most 256 characters,
//! none of them a control character. A key that was never written is a 404.
//!
//! Every request is an orchestration that calls the entity of its key. One that takes longer than half a minute is
//! answered with 202, and where to look. All stay in the database as a history of requests; the HTTP API of the library
//! shows them, and removes those that have ended:
//!
//! ```text
//! curl localhost:7071/runtime/webhooks/durabletask/instances
//! curl -X DELETE 'localhost:7071/runtime/webhooks/durabletask/instances?createdTimeFrom=2026-01-01T00:00:00Z'
//! ```

use std::time::Duration;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use durable::{
    Client, Context, Error, FailureKind, Result, Runtime, entity, entity::EntityAddress, http, orchestrator, registry,
};
use durable_examples::HttpError;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

const MAX_BODY: usize = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(30);

/// What is stored under one key.
#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Register {
    value: Option<Value>,
}

#[entity]
impl Register {
    fn get(&self) -> Option<Value> {
        self.value.clone()
    }

    fn set(&mut self, value: Value) {
        self.value = Some(value);
    }
}

/// A body, in a form that JSON can hold.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Value {
    Text(String),
    Base64(String),
}

impl From<Bytes> for Value {
    fn from(body: Bytes) -> Self {
        match String::from_utf8(body.into()) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Base64(BASE64_STANDARD.encode(error.as_bytes())),
        }
    }
}

impl Value {
    fn into_answer(self) -> Result<Response> {
        Ok(match self {
            Self::Text(text) => Json(text).into_response(),
            Self::Base64(bytes) => BASE64_STANDARD.decode(bytes)?.into_response(),
        })
    }
}

#[orchestrator]
async fn put(ctx: &Context, key: String, value: Value) -> Result<()> {
    ctx.call(Register::at(key).set(value)).await
}

#[orchestrator]
async fn get(ctx: &Context, key: String) -> Result<Option<Value>> {
    ctx.call(Register::at(key).get()).await
}

async fn write(
    State(client): State<Client>,
    headers: HeaderMap,
    Path(key): Path<String>,
    body: Bytes,
) -> Result<Response, HttpError> {
    let value = Value::from(body);
    let request = client.start(put(checked(key)?, value.clone())).await?;
    let Ok(written) = timeout(PATIENCE, request.output()).await else {
        return Ok(http::check_status_response(&client, &headers, request.id()));
    };
    written?;
    Ok(value.into_answer()?)
}

async fn read(
    State(client): State<Client>,
    headers: HeaderMap,
    Path(key): Path<String>,
) -> Result<Response, HttpError> {
    let request = client.start(get(checked(key)?)).await?;
    let Ok(value) = timeout(PATIENCE, request.output()).await else {
        return Ok(http::check_status_response(&client, &headers, request.id()));
    };
    let value =
        value?.ok_or_else(|| Error::of_kind(FailureKind::NotFound, "nothing was ever written under this key"))?;
    Ok(value.into_answer()?)
}

/// Refuses what can't be a key before an orchestration begins that could only fail.
fn checked(key: String) -> Result<String> {
    Register::at(&key).entity_ref().id()?;
    Ok(key)
}

#[tokio::main]
async fn main() -> Result<()> {
    durable_examples::show_logs();
    let runtime = Runtime::builder()
        .sqlite(durable_examples::database("kv_store"))
        .register(registry![put, get, Register])
        .start()
        .await?;

    let router = Router::new()
        .route("/Database/{key}", routing::put(write).get(read))
        .layer(DefaultBodyLimit::max(MAX_BODY))
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
    async fn what_was_acknowledged_is_there_wherever_it_crashes() {
        crash_everywhere(TestEnv::builder(registry![put, get, Register]), async |env| {
            for value in ["one", "two"] {
                env.start(put("1".into(), Value::Text(value.into()))).await?.output().await?;
                let stored = env.start(get("1".into())).await?.output().await?;
                assert!(matches!(stored, Some(Value::Text(stored)) if stored == value));
            }
            Ok(())
        })
        .await;
    }
}
