//! What the examples share: where they keep their data and where they listen.

use std::net::SocketAddr;

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

/// Completes when the program is asked to end: Ctrl-C, or SIGTERM.
pub async fn asked_to_end() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} },
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}
