//! What can be set about durable HTTP calls.

use std::{fmt, future::Future, io, net::IpAddr, pin::Pin, sync::Arc, time::Duration};

/// Asks for the addresses of a name.
pub(super) type Lookup = Arc<dyn Fn(String) -> Looking + Send + Sync>;
type Looking = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// What can be set about durable HTTP calls: limits, and what may be reached beside the public internet.
///
/// ```
/// use durable::{HttpClientSettings, Runtime};
/// use std::time::Duration;
///
/// let settings = HttpClientSettings::new()
///     .allow("inventory.internal") // a name, wherever it leads
///     .allow("10.20.0.0/16") // a network
///     .allow("127.0.0.1") // an address
///     .timeout(Duration::from_secs(10))
///     .max_response_bytes(1024 * 1024);
/// let builder = Runtime::builder().http_client(settings);
/// # drop(builder);
/// ```
#[derive(Clone)]
#[must_use = "pass them to `Runtime::builder().http_client(..)`"]
pub struct HttpClientSettings {
    pub(super) allowed: Vec<String>,
    pub(super) timeout: Duration,
    pub(super) max_response_bytes: usize,
    pub(super) lookup: Lookup,
}

impl HttpClientSettings {
    /// Public addresses alone, 30 seconds, 10 MiB.
    pub fn new() -> Self {
        Self {
            allowed: Vec::new(),
            timeout: Duration::from_secs(30),
            max_response_bytes: 10 * 1024 * 1024,
            lookup: Arc::new(|name| Box::pin(ask_system(name))),
        }
    }

    /// Lets requests reach a host that is not public: a name, an address, or a network such as `10.20.0.0/16`.
    ///
    /// A name is trusted wherever it leads, and is compared as a whole, without regard to case. An entry that is none
    /// of these is an error when the runtime starts.
    pub fn allow(mut self, host_or_network: impl Into<String>) -> Self {
        self.allowed.push(host_or_network.into());
        self
    }

    /// How long an exchange may take if the request does not say (30 seconds if not set).
    pub fn timeout(mut self, duration: Duration) -> Self {
        self.timeout = duration;
        self
    }

    /// How many bytes the content of an answer may have (10 MiB if not set): it becomes part of the history.
    pub fn max_response_bytes(mut self, limit: usize) -> Self {
        self.max_response_bytes = limit;
        self
    }

    /// Asks `lookup` for the addresses of names instead of the operating system. For tests.
    #[doc(hidden)]
    pub fn lookup<F: Future<Output = io::Result<Vec<IpAddr>>> + Send + 'static>(
        mut self,
        lookup: impl Fn(String) -> F + Send + Sync + 'static,
    ) -> Self {
        self.lookup = Arc::new(move |name| Box::pin(lookup(name)));
        self
    }
}

async fn ask_system(name: String) -> io::Result<Vec<IpAddr>> {
    let found = tokio::net::lookup_host((name, 0)).await?;
    Ok(found.map(|address| address.ip()).collect())
}

impl Default for HttpClientSettings {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HttpClientSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClientSettings")
            .field("allowed", &self.allowed)
            .field("timeout", &self.timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .finish_non_exhaustive()
    }
}
