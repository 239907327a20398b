//! Who answers: a program over HTTP, or this process for a database file. Both are asked the same.

mod file;
mod network;

use std::path::PathBuf;

use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use tokio::sync::Mutex;

pub(super) use self::file::{own, read, refused};
use self::{file::Opened, network::Network};
use super::{
    failed::{Code, Failed},
    request::{Answer, Request},
};

/// Below which path the API lies.
const BASE: &str = "/runtime/webhooks/durabletask";

/// Who answers.
pub(super) enum Backend {
    /// A program, over HTTP.
    Network(Network),
    /// A database file, opened when it is first needed.
    File { path: PathBuf, opened: Mutex<Option<Opened>> },
}

impl Backend {
    pub(super) fn network(url: &str, key: Option<String>) -> Result<Self, Failed> {
        Network::new(url, key).map(Self::Network)
    }

    pub(super) fn file(path: PathBuf) -> Self {
        Self::File { path, opened: Mutex::default() }
    }

    /// Asks, and takes an answer that says what went wrong for an error.
    pub(super) async fn ask(&self, request: Request) -> Result<Answer, Failed> {
        let wants_change = request.method != axum::http::Method::GET;
        let answered = self.send(request).await?.accepted();
        match self {
            Self::File { .. } if wants_change => answered.map_err(advise_about_code),
            Self::File { .. } | Self::Network(_) => answered,
        }
    }

    async fn send(&self, request: Request) -> Result<Answer, Failed> {
        match self {
            Self::Network(network) => network.send(request).await,
            Self::File { path, opened } => Opened::send(path, &mut *opened.lock().await, request).await,
        }
    }

    /// What changes, as it is told; `None` if whoever answers can't tell.
    pub(super) async fn changes(&self) -> Result<Option<Chunks>, Failed> {
        let request = Request::get(["changes"]);
        match self {
            Self::Network(network) => network.stream(request).await,
            Self::File { opened, .. } => match &*opened.lock().await {
                Some(opened) => opened.stream(request).await,
                None => Ok(None),
            },
        }
    }

    /// Gives the file back, so that the program can have it. It is opened again when it is needed.
    pub(super) async fn release(&self) -> Result<(), Failed> {
        match self {
            Self::Network(_) => Ok(()),
            Self::File { opened, .. } => match opened.lock().await.take() {
                Some(opened) => opened.close().await,
                None => Ok(()),
            },
        }
    }

    /// The file, for what can only be done with a file.
    pub(super) fn path(&self) -> Result<&PathBuf, Failed> {
        match self {
            Self::File { path, .. } => Ok(path),
            Self::Network(_) => Err(Failed::usage("this needs a database file").advise("name it by --db FILE")),
        }
    }
}

/// Without the code of the program, nothing can be done that only the code can tell.
fn advise_about_code(failed: Failed) -> Failed {
    if failed.code == Code::WrongState && failed.message().contains(" is registered") {
        return failed.advise("this needs the code of the program: let it run, and ask it by --url");
    }
    failed
}

/// A body that arrives piece by piece.
pub(super) enum Chunks {
    Network(reqwest::Response),
    File(Body),
}

impl Chunks {
    /// The next piece; `None` at the end, however that has come.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        match self {
            Self::Network(response) => response.chunk().await.ok().flatten(),
            Self::File(body) => loop {
                if let Ok(data) = body.frame().await?.ok()?.into_data() {
                    return Some(data);
                }
            },
        }
    }
}
