//! The HTTP API: the management API of Azure Durable Functions, route for route, and what it lacks in the same style.
//!
//! [`router`] gives an axum `Router` to merge or nest wherever you like, [`Api`] one with settings, and [`serve`] listens
//! by itself:
//!
//! ```no_run
//! # use durable::prelude::*;
//! # #[tokio::main]
//! # async fn main() -> Result<()> {
//! let runtime = Runtime::builder().sqlite("app.db").start().await?;
//! durable::http::serve(runtime.client(), ([127, 0, 0, 1], 7071).into()).await?;
//! runtime.shutdown().await
//! # }
//! ```
//!
//! # Routes
//!
//! All lie below `/runtime/webhooks/durabletask` ([`Api::base_path`]). Names of parameters and words of the API ignore
//! case, and so do names of orchestrators and entities, unless two differ by case only. `openapi.json`, which is served
//! there too, has all the details.
//!
//! | route | does |
//! |---|---|
//! | `POST /orchestrators/{name}[/{id}]` | starts; the body is the argument |
//! | `GET /instances`, `GET /instances/{id}` | lists, looks |
//! | `GET /instances/{id}/history[/{sequence}]` | the events as they are stored, page by page, or one of them |
//! | `DELETE /instances`, `DELETE /instances/{id}` | purges what has ended |
//! | `POST /instances/{id}/raiseEvent/{event}` | raises an event; the body is what it carries |
//! | `POST /instances/{id}/terminate`, `/suspend`, `/resume`, `/rewind`, `/restart` | manages |
//! | `GET /entities[/{name}]`, `GET /entities/{name}/{key}` | lists, reads a state; the key `$` is the empty one |
//! | `POST /entities/{name}[/{key}]?op=` | sends an operation |
//! | `POST /entities/{name}/{key}/call?op=` | performs an operation, and answers with its result |
//! | `DELETE /entities/{name}[/{key}]` | deletes |
//! | `POST /bulk/{terminate, suspend, resume, rewind, purge}` | does it to all instances that match, as a job |
//! | `GET /overview` | how many there are in each state, and why the newest failed ones have failed |
//! | `GET /changes` | tells of what changes, as server-sent events |
//!
//! # Where it differs
//!
//! - What has changed is answered when it is on disk, and whoever waits for an end is told at once: `pollingInterval`
//!   is only checked. `taskHub` and `connection` are ignored: there is one store. `traceparent` is not taken.
//! - Keys never stand in links; those to a status are signed instead.
//! - `runtimeStatus` ignores names of no status of ours, but if there is no other it matches nothing: to purge
//!   everything because of a misspelt name would be worse. `ContinuedAsNew` and `Canceled` do not occur.
//! - The key `$` stands for the empty one in all routes of entities.
//! - The argument of an instance is shown from its first turn on. Names of entities are not changed to lower case.
//! - What the state of an instance does not allow (to suspend twice, to resume what is not suspended) is answered with
//!   status 500, as there.
//! - Beyond the original: `/bulk`, `/changes`, `/overview`, histories page by page, calls of entities, `details` and `waitingFor`, `parked`, filters by name,
//!   tag, version, parent, type of error, lock, `oldestFirst`, `recursive` terminations and purges, `dryRun` of rewinds.
//!
//! # The dashboard
//!
//! With the feature `dashboard`, [`serve`] and [`Api::serve`] answer browsers, too: the page at `/` shows what there is,
//! follows it as it changes, and does what the routes above do. `Api::dashboard` gives it as a router.
//!
//! # Who may ask
//!
//! Without a key only this machine may, asking for `localhost` or an address of the loopback, and not through a proxy;
//! pages of other sites in a browser may not, and a body from a browser has to be `application/json`. With keys ([`Api::key`],
//! [`Api::read_only_key`]) everybody needs one, as `Authorization: Bearer KEY` or `x-functions-key: KEY`. Of each answer
//! that says where to look, the link to the status works without a key for a day, for that instance; see
//! [`Api::links_valid_for`]. Everything that is not allowed is answered before the body is read.

mod access;
mod api;
mod ask;
mod body;
mod bulk;
mod changes;
#[cfg(feature = "dashboard")]
mod dashboard;
mod entities;
mod events;
mod history;
mod instance;
mod instances;
mod key;
mod limit;
mod links;
mod openapi;
mod overview;
mod query;
mod refusal;
mod route;
mod server;
mod start;
mod status;
mod wait;

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

pub use api::Api;
pub use key::{InvalidKey, Key};
pub use server::Server;
#[cfg(feature = "cli")]
pub(crate) use server::asked_to_end;

use crate::{
    client::Client,
    model::{InstanceId, Result},
};

/// The header of continuation tokens, in requests and answers.
const CONTINUATION: &str = "x-ms-continuation-token";

/// The API with its usual settings, to be merged into a router or nested under a path.
///
/// Without a key it answers only this machine, and so must know who asks: serve it by
/// `into_make_service_with_connect_info::<SocketAddr>()`. Use [`Api`] for keys and other settings.
///
/// ```no_run
/// use durable::prelude::*;
/// use std::net::SocketAddr;
///
/// # #[tokio::main]
/// # async fn main() -> Result<()> {
/// # let runtime = Runtime::builder().memory().start().await?;
/// let app = axum::Router::new()
///     .route("/", axum::routing::get(|| async { "my app" }))
///     .merge(durable::http::router(runtime.client()));
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:7071").await?;
/// axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?;
/// # Ok(())
/// # }
/// ```
pub fn router(client: Client) -> Router {
    Api::new(client).router()
}

/// Serves the API with its usual settings until the program is asked to end, by Ctrl-C or SIGTERM.
///
/// # Errors
///
/// The address is in use, or not one of this machine alone; [`Api::serve`] takes others, with a key.
pub async fn serve(client: Client, address: SocketAddr) -> Result<()> {
    Api::new(client).serve(address).await
}

/// For handlers of your own that have started an instance: 202, and where to look after it.
///
/// The links lead to the API with its usual settings, on the host that was asked; with others, use
/// [`Api::check_status_response`].
pub fn check_status_response(client: &Client, headers: &HeaderMap, id: &InstanceId) -> Response {
    Api::new(client.clone()).check_status_response(headers, id)
}

/// For handlers of your own that have started an instance: its result if it completes in time, and else where to look
/// after it. See [`Api::wait_or_check_status`].
pub async fn wait_or_check_status(
    client: &Client,
    headers: &HeaderMap,
    id: &InstanceId,
    timeout: Duration,
    interval: Duration,
) -> Response {
    Api::new(client.clone()).wait_or_check_status(headers, id, timeout, interval).await
}

fn json<T: Serialize + ?Sized>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => raw_json(status, text),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn raw_json(status: StatusCode, text: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}
