//! What the examples share: where they keep their data, where they listen, and how they answer.

use std::net::SocketAddr;

use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use durable::FailureKind;

/// The path of the database: `DURABLE_DB`, or `NAME.db` in the working directory.
pub fn database(name: &str) -> String {
    std::env::var("DURABLE_DB").unwrap_or_else(|_| format!("{name}.db"))
}

/// The address to listen on: `DURABLE_LISTEN`, or 127.0.0.1:7071.
///
/// # Errors
///
/// The variable is not an address such as `127.0.0.1:7071`.
pub fn address() -> durable::Result<SocketAddr> {
    let text = std::env::var("DURABLE_LISTEN").unwrap_or_else(|_| "127.0.0.1:7071".to_owned());
    text.parse()
        .map_err(|_| durable::Error::new(format!("DURABLE_LISTEN is `{text}`: expected 127.0.0.1:7071 or the like")))
}

/// Shows warnings of the library, and what the example logs, on standard error.
pub fn show_logs() {
    tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_writer(std::io::stderr).init();
}

/// Answers HTTP requests at [`address`] until the program is asked to end, and then those that are not yet answered.
///
/// # Errors
///
/// The address is wrong, or in use.
#[expect(clippy::print_stdout, reason = "whoever started the program waits for this line")]
pub async fn serve(router: Router) -> durable::Result<()> {
    let asked_to_end = asked_to_end()?;
    let listener = tokio::net::TcpListener::bind(address()?).await?;
    println!("listening on http://{}", listener.local_addr()?);
    // The HTTP API of the library answers this machine only, and so wants to know who asks.
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(asked_to_end).await?;
    Ok(())
}

/// An error as an answer: a handler that returns `Result<_, HttpError>` can use `?`.
#[derive(Debug)]
pub struct HttpError(durable::Error);

impl<E: Into<durable::Error>> From<E> for HttpError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for HttpError {
    #[expect(clippy::wildcard_enum_match_arm, reason = "whatever else fails is not the fault of who asks")]
    fn into_response(self) -> Response {
        let status = match self.0.kind() {
            FailureKind::InvalidArgument => StatusCode::BAD_REQUEST,
            FailureKind::NotFound => StatusCode::NOT_FOUND,
            FailureKind::AlreadyExists | FailureKind::InvalidState => StatusCode::CONFLICT,
            FailureKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, format!("{}\n", self.0)).into_response()
    }
}

/// Completes when the program is asked to end: Ctrl-C, or SIGTERM. It listens for that from the call on.
///
/// # Errors
///
/// The operating system refuses to tell.
pub fn asked_to_end() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupted, mut terminated) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! { _ = interrupted.recv() => {}, _ = terminated.recv() => {} }
        })
    }
    #[cfg(not(unix))]
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
