//! What can be set about the API.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    extract::{Request, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::any,
};
use tokio::sync::Semaphore;

use super::{
    access::Rights,
    ask::answer,
    key::Key,
    links::Links,
    overview::LastCount,
    refusal::Refusal,
    server::{Server, asked_to_end},
    wait::{self, Patience},
};
use crate::{
    client::Client,
    model::{Error, FailureKind, InstanceId, Result},
};

/// The API with its settings. Cloning is cheap.
///
/// ```
/// use durable::{
///     http::{Api, Key},
///     prelude::*,
/// };
///
/// # #[tokio::main]
/// # async fn main() -> Result<()> {
/// # let runtime = Runtime::builder().memory().start().await?;
/// let api = Api::new(runtime.client())
///     .key(Key::new("b7d1c0f2a9e84d53")?) // for example from the environment
///     .read_only_key(Key::new("46ad1e0c9b7f2358")?)
///     .public_url("https://orders.example.org");
/// let app: axum::Router = axum::Router::new().merge(api.router());
/// # drop(app);
/// # runtime.shutdown().await
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "an API does nothing before it is served"]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Api {
    pub(super) client: Client,
    pub(super) base_path: String,
    pub(super) public_url: Option<String>,
    pub(super) keys: Vec<(Key, Rights)>,
    pub(super) hosts: Vec<String>,
    pub(super) forwarded_host: bool,
    pub(super) code_in_query: bool,
    pub(super) authorized_elsewhere: bool,
    pub(super) sign_actions: bool,
    pub(super) read_only: bool,
    pub(super) environment: Option<String>,
    pub(super) links_valid: Duration,
    pub(super) max_body: usize,
    pub(super) body_timeout: Duration,
    pub(super) header_timeout: Duration,
    /// One for each request that may be at work at the same time.
    pub(super) places: Arc<Semaphore>,
    pub(super) last_count: Arc<LastCount>,
}

impl Api {
    /// With the usual settings.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            base_path: "/runtime/webhooks/durabletask".to_owned(),
            public_url: None,
            keys: Vec::new(),
            hosts: Vec::new(),
            forwarded_host: false,
            code_in_query: false,
            authorized_elsewhere: false,
            sign_actions: false,
            read_only: false,
            environment: None,
            links_valid: Duration::from_secs(24 * 3600),
            max_body: 1 << 20,
            body_timeout: Duration::from_secs(30),
            header_timeout: Duration::from_secs(10),
            places: Arc::new(Semaphore::new(512)),
            last_count: Arc::default(),
        }
    }

    /// Below which path all routes lie (`/runtime/webhooks/durabletask` if not set), without braces.
    pub fn base_path(mut self, path: impl AsRef<str>) -> Self {
        let path = path.as_ref().trim_matches('/');
        self.base_path = if path.is_empty() { String::new() } else { format!("/{path}") };
        self
    }

    /// What callers write before the base path, such as `https://example.org/internal`; links begin with it. If not
    /// set, links lead to the host that was asked, by HTTP.
    pub fn public_url(mut self, url: impl AsRef<str>) -> Self {
        self.public_url = Some(url.as_ref().trim_end_matches('/').to_owned());
        self
    }

    /// A key that allows everything. Several calls add to each other, so that keys can be replaced one after the other;
    /// links are signed with the first one.
    pub fn key(mut self, key: Key) -> Self {
        self.keys.push((key, Rights::All));
        self
    }

    /// A key that allows to look, and to change nothing.
    pub fn read_only_key(mut self, key: Key) -> Self {
        self.keys.push((key, Rights::Read));
        self
    }

    /// Refuses everything that changes something, whatever the key, with status 403.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// What this program is, for people who have several: `production`, say. The overview tells it.
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }

    /// Also takes keys from the parameter `code`, as Durable Functions does. They then show up in the logs of proxies
    /// and in the histories of browsers.
    pub fn accept_code_in_query(mut self) -> Self {
        self.code_in_query = true;
        self
    }

    /// Whoever gets here may do everything: layers or a proxy of yours have checked who it is.
    pub fn authorized_elsewhere(mut self) -> Self {
        self.authorized_elsewhere = true;
        self
    }

    /// Without a key, also answers who asks this machine for a host of that name, besides `localhost`.
    pub fn host(mut self, name: impl AsRef<str>) -> Self {
        self.hosts.push(name.as_ref().to_lowercase());
        self
    }

    /// Takes the host for links from `x-forwarded-host` and `x-forwarded-proto`, which a proxy of yours must set itself.
    pub fn trust_forwarded_host(mut self) -> Self {
        self.forwarded_host = true;
        self
    }

    /// How long a link to the status of an instance works without a key, if there are keys (a day if not set; not at
    /// all if zero). Such a link is good for looking at that instance, and ends with the key that it was signed with.
    pub fn links_valid_for(mut self, duration: Duration) -> Self {
        self.links_valid = duration;
        self
    }

    /// Lets also the links that change something work without a key for that time: raise, terminate, purge and so on,
    /// each link for one operation on one instance.
    pub fn sign_actions(mut self) -> Self {
        self.sign_actions = true;
        self
    }

    /// How many bytes a body may have (1 MiB if not set).
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// How long a body may take to arrive (30 seconds if not set).
    pub fn body_timeout(mut self, duration: Duration) -> Self {
        self.body_timeout = duration;
        self
    }

    /// How long the head of a request may take, and how long a connection may be idle (10 seconds if not set). Holds for
    /// [`serve`](Self::serve) and [`bind`](Self::bind); other servers have settings of their own.
    pub fn header_timeout(mut self, duration: Duration) -> Self {
        self.header_timeout = duration;
        self
    }

    /// How many requests are at work at the same time (512 if not set); more are answered with status 503.
    pub fn max_in_flight(mut self, requests: usize) -> Self {
        self.places = Arc::new(Semaphore::new(requests.min(Semaphore::MAX_PERMITS)));
        self
    }

    /// The routes, to be merged into a router or nested under a path.
    pub fn router(&self) -> Router {
        let base = &self.base_path;
        let handler = any(|State(api): State<Arc<Self>>, request: Request| async move { answer(&api, request).await });
        Router::new().route(&format!("{base}/{{*path}}"), handler).with_state(Arc::new(self.clone()))
    }

    /// Listens, and answers nobody yet. With the feature `dashboard`, that is part of what is served.
    ///
    /// # Errors
    ///
    /// - The address can be reached from other machines, and there is no key (kind
    ///   [`InvalidArgument`](FailureKind::InvalidArgument)).
    /// - It is in use, or none of this machine.
    pub async fn bind(&self, address: SocketAddr) -> Result<Server> {
        let open = self.keys.is_empty() && !self.authorized_elsewhere;
        if open && !address.ip().to_canonical().is_loopback() {
            let message = format!(
                "{address} can be reached from other machines, and there is no key: add one by `Api::key`, or listen on \
                 127.0.0.1"
            );
            return Err(Error::of_kind(FailureKind::InvalidArgument, message));
        }
        #[cfg(feature = "dashboard")]
        let router = self.dashboard();
        #[cfg(not(feature = "dashboard"))]
        let router = self.router();
        Server::bind(router, address, self.header_timeout).await
    }

    /// Serves until the program is asked to end, by Ctrl-C or SIGTERM, and then what has begun.
    ///
    /// # Errors
    ///
    /// As [`bind`](Self::bind).
    pub async fn serve(&self, address: SocketAddr) -> Result<()> {
        let asked_to_end = asked_to_end()?;
        self.bind(address).await?.run_until(asked_to_end).await;
        Ok(())
    }

    /// For handlers of your own that have started an instance: 202, and where to look after it.
    ///
    /// `headers` are those of the request that is answered; from them comes the host of the links, unless there is a
    /// [`public_url`](Self::public_url).
    pub fn check_status_response(&self, headers: &HeaderMap, id: &InstanceId) -> Response {
        match Links::new(self, headers, "") {
            Ok(links) => links.check_status(id, false),
            Err(refusal) => refusal.into_response(),
        }
    }

    /// For handlers of your own that have started an instance: its result as JSON if it completes in time; its status
    /// if it ends otherwise; and else [where to look](Self::check_status_response).
    ///
    /// The status of an instance that failed or was terminated comes with status code 200, as in Durable Functions: where
    /// the code is to say that work was done, wait for [`Handle::output`](crate::Handle::output) instead.
    ///
    /// The interval is how often Durable Functions looks. Here the end is told at once, but an interval that is longer
    /// than the timeout is refused all the same.
    pub async fn wait_or_check_status(
        &self,
        headers: &HeaderMap,
        id: &InstanceId,
        timeout: Duration,
        interval: Duration,
    ) -> Response {
        let answer = async {
            let patience = Patience::new(timeout, interval)?;
            let handle = self.client.handle(id)?;
            wait::wait_or_check_status(&handle, &Links::new(self, headers, "")?, patience, false).await
        };
        answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response())
    }

    /// The keys with which links are signed.
    pub(super) fn signing_keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter().filter(|(_, rights)| *rights == Rights::All).map(|(key, _)| key)
    }
}

/// Seconds since the Unix epoch.
#[expect(clippy::disallowed_methods, reason = "links expire by the clock of the machine")]
pub(super) fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
