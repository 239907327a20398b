//! A database file that this process answers for: by a client that only reads for as long as nothing is to be changed,
//! and then by a runtime without the code of the program.

use std::path::Path;

use axum::{
    Router,
    body::Body,
    http::{Method, header},
};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::{Answer, BASE, Chunks, Code, Failed, Request};
use crate::{
    client::Client,
    http::Api,
    model::Error,
    runtime::Runtime,
    store::{StoreError, sqlite::SqliteStore},
};

/// An open file.
pub(in crate::cli) struct Opened {
    router: Router,
    /// What owns the file, once something is to be changed.
    runtime: Option<Runtime>,
}

impl Opened {
    /// Answers a request; what changes something opens the file for that.
    pub(super) async fn send(path: &Path, opened: &mut Option<Self>, request: Request) -> Result<Answer, Failed> {
        let wants_change = request.method != Method::GET;
        let opened = match opened {
            Some(opened) if opened.runtime.is_some() || !wants_change => opened,
            slot => slot.insert(if wants_change { Self::to_change(path).await? } else { Self::to_read(path).await? }),
        };
        let response = opened.respond(request).await?;
        let token = response.headers().get("x-ms-continuation-token").and_then(|token| token.to_str().ok());
        let (status, continuation) = (response.status(), token.map(str::to_owned));
        let body = response.into_body().collect().await.map_err(broken)?.to_bytes();
        let body = String::from_utf8(body.into()).map_err(broken)?;
        Ok(Answer { status, continuation, body })
    }

    pub(super) async fn stream(&self, request: Request) -> Result<Option<Chunks>, Failed> {
        let response = self.respond(request).await?;
        Ok(response.status().is_success().then(|| Chunks::File(response.into_body())))
    }

    async fn respond(&self, request: Request) -> Result<axum::http::Response<Body>, Failed> {
        let mut asked = axum::http::Request::builder()
            .method(request.method)
            .uri(format!("{BASE}{}", request.path))
            .header(header::HOST, "localhost");
        if let Some(token) = request.continuation {
            asked = asked.header("x-ms-continuation-token", token);
        }
        if request.body.is_some() {
            asked = asked.header(header::CONTENT_TYPE, "application/json");
        }
        let asked = asked.body(request.body.map_or_else(Body::empty, Body::from)).map_err(broken)?;
        match self.router.clone().oneshot(asked).await {
            Ok(response) => Ok(response),
            Err(never) => match never {},
        }
    }

    async fn to_read(path: &Path) -> Result<Self, Failed> {
        Ok(Self { router: router(read(path).await?), runtime: None })
    }

    async fn to_change(path: &Path) -> Result<Self, Failed> {
        let runtime = own(path).await?;
        Ok(Self { router: router(runtime.client().for_any_name()), runtime: Some(runtime) })
    }

    pub(super) async fn close(self) -> Result<(), Failed> {
        match self.runtime {
            Some(runtime) => Ok(runtime.shutdown().await?),
            None => Ok(()),
        }
    }
}

fn router(client: Client) -> Router {
    Api::new(client).authorized_elsewhere().router()
}

fn broken(error: impl std::fmt::Display) -> Failed {
    Failed::new(Code::Error, format!("the request can't be made: {error}"))
}

/// A client that only reads the file.
pub(in crate::cli) async fn read(path: &Path) -> Result<Client, Failed> {
    if !path.exists() {
        let message = format!("there is no file `{}`", path.display());
        return Err(Failed::new(Code::NotFound, message).advise("--db takes the database of a program that has run"));
    }
    Client::read_only(path).await.map_err(unopened)
}

/// A runtime that owns the file and knows no code: what it is given is stored, and waits for the program.
pub(in crate::cli) async fn own(path: &Path) -> Result<Runtime, Failed> {
    // Looked at first, so that nothing is written beside what is refused. To make a file, or to bring one to today's
    // format, is for the program.
    drop(read(path).await?);
    let store = SqliteStore::new(path).unprepared();
    Runtime::builder().store(store).takes_up_nothing().start().await.map_err(unopened)
}

/// Why the file can't be opened, and what to do about it.
pub(in crate::cli) fn unopened(error: Error) -> Failed {
    match error.downcast_ref::<StoreError>() {
        Some(store) => refused(store),
        None => error.into(),
    }
}

/// Why a store refuses something, and what to do about it.
#[expect(clippy::wildcard_enum_match_arm, reason = "what is said of the others suffices")]
pub(in crate::cli) fn refused(error: &StoreError) -> Failed {
    match error {
        StoreError::InUse { place, holder } => Failed::new(Code::WrongState, format!("{place} is in use by {holder}"))
            .advise("ask that program by --url, or stop it; what only reads works by --db all the same"),
        StoreError::Older { place, found, needed } => {
            Failed::new(Code::Error, format!("{place} has the old format {found}; this is for format {needed}"))
                .advise("let the program run once with this version of `durable`, which brings the file up to date")
        }
        _ => {
            let is_passing = matches!(error, StoreError::Fenced { .. } | StoreError::Busy { .. });
            Failed::new(if is_passing { Code::WrongState } else { Code::Error }, error.to_string())
        }
    }
}
