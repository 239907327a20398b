//! Waiting for the end of an instance for some time, and telling where to look after that.

use std::time::Duration;

use axum::{http::StatusCode, response::Response};

use super::{
    instance::{found, status_object},
    links::Links,
    query::Query,
    raw_json,
    refusal::Refusal,
    status::Shown,
};
use crate::{client::Handle, model::Status};

/// How long to wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience(Duration);

impl Patience {
    /// `interval` is how often to look, in the original; here whoever waits is told at once.
    ///
    /// # Errors
    ///
    /// The interval is longer than the timeout.
    pub(super) fn new(timeout: Duration, interval: Duration) -> Result<Self, Refusal> {
        if interval > timeout {
            let message = format!("the polling interval {interval:?} is longer than the timeout {timeout:?}");
            return Err(Refusal::bad_request(message));
        }
        Ok(Self(timeout))
    }

    /// What a request asks for; `None` unless it names both times.
    pub(super) fn asked(query: &Query) -> Result<Option<Self>, Refusal> {
        match (query.seconds("timeout")?, query.seconds("pollinginterval")?) {
            (Some(timeout), Some(interval)) => Self::new(timeout, interval).map(Some),
            _ => Ok(None),
        }
    }
}

/// The result itself if the instance completes in time; its status if it ends otherwise; else where to look.
pub(super) async fn wait_or_check_status(
    handle: &Handle,
    links: &Links<'_>,
    patience: Patience,
    fails: bool,
) -> Result<Response, Refusal> {
    let Ok(ended) = tokio::time::timeout(patience.0, handle.output()).await else {
        return Ok(links.check_status(handle.id(), fails));
    };
    let error = match ended {
        Ok(output) => return Ok(raw_json(StatusCode::OK, output.as_json().to_owned())),
        Err(error) => error,
    };
    let client = links.client();
    let instance = found(client, handle.id()).await?;
    match instance.status {
        Status::Failed | Status::Terminated | Status::Completed => {
            let shown = Shown::USUAL;
            status_object(client, instance, shown, fails).await
        }
        // Waiting itself has failed: the runtime has shut down.
        Status::Pending | Status::Running | Status::Suspended => Err(error.into()),
    }
}
