//! Sends requests: with the secrets, past the guard, within the limits.

use std::{collections::BTreeMap, error::Error as StdError, fmt, net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    Method, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue as SentValue, LOCATION, RETRY_AFTER},
    redirect::Policy,
    retry,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::sync::OnceCell;

use super::{
    content::Content,
    exchange::{Answer, Exchange, Poll, RetryAfter},
    guard::{Guard, Refused},
    headers::{HeaderValue, REDACTED, RequestHeaders, is_sensitive, without_content, without_credentials},
    request::around_credentials,
    response::{HttpResponse, UnexpectedStatus, Values},
    secrets::Secrets,
    settings::{HttpClientSettings, Lookup},
};
use crate::{
    activity::States,
    model::{CallError, Error, FailureKind, Result},
};

const MAX_REDIRECTS: usize = 5;
/// How much content an answer keeps that is recorded as a failure, perhaps once for each attempt.
const MAX_FAILED_CONTENT: usize = 64 * 1024;
/// Secrets shorter than this are not looked for in answers: they would be found in what is none.
const SHORTEST_FINDABLE_SECRET: usize = 8;

/// What a runtime is told about HTTP before it starts.
#[derive(Debug, Default)]
pub(crate) struct HttpSetup {
    pub(crate) settings: HttpClientSettings,
    secrets: Secrets,
}

impl HttpSetup {
    pub(crate) fn secret(&mut self, name: String, value: String) {
        self.secrets.insert(name, value);
    }

    pub(crate) fn secrets<F: Future<Output = Result<Option<String>>> + Send + 'static>(
        &mut self,
        resolver: impl Fn(String) -> F + Send + Sync + 'static,
    ) {
        self.secrets.resolve_with(resolver);
    }

    /// Adds what the activity needs.
    ///
    /// # Errors
    ///
    /// What is to be allowed can't be read.
    pub(crate) fn provide(self, mut states: States) -> Result<States> {
        let Self { settings, secrets } = self;
        let guard = Arc::new(Guard::allowing(&settings.allowed)?);
        states.insert(HttpClient { guard, settings, secrets, http: OnceCell::new() });
        Ok(states)
    }
}

/// The client of a runtime.
pub(super) struct HttpClient {
    guard: Arc<Guard>,
    settings: HttpClientSettings,
    secrets: Secrets,
    /// Made for the first request: reading the certificates of the system takes its time.
    http: OnceCell<reqwest::Client>,
}

impl HttpClient {
    pub(super) async fn exchange(&self, exchange: &Exchange) -> Result<Answer> {
        let shown = format!("{} {}", exchange.method, shown(&exchange.uri));
        let limit = exchange.timeout.unwrap_or(self.settings.timeout);
        let answer = tokio::time::timeout(limit, self.answer(exchange)).await.unwrap_or(Err(Problem::Late(limit)));
        let answer = answer.map_err(|problem| problem.into_error(&shown))?;
        if !exchange.fails_with(answer.response.status) {
            return Ok(answer);
        }
        let mut response = answer.response;
        response.content.truncate(MAX_FAILED_CONTENT);
        Err(CallError::Application(UnexpectedStatus { request: shown, response }).into())
    }

    async fn answer(&self, exchange: &Exchange) -> Result<Answer, Problem> {
        let mut method = method(&exchange.method)?;
        let asked = Url::parse(&exchange.uri).map_err(|error| Problem::Unusable(error.to_string()))?;
        // Before anything is asked of anybody, secrets included.
        self.guard.check_url(&asked)?;
        let secrets = self.secrets.for_headers(&exchange.headers).await?;
        let http = self.http.get_or_try_init(|| self.connect()).await?;
        let (mut url, mut headers, mut content) = (asked.clone(), exchange.headers.clone(), exchange.content.clone());
        for _ in 0..=MAX_REDIRECTS {
            self.guard.check_url(&url)?;
            let sent = http.request(method.clone(), url.clone()).headers(sent_headers(&headers, &content, &secrets)?);
            let sent = if content.is_empty() { sent } else { sent.body(content.0.clone()) };
            let received = sent.send().await?;
            let status = received.status();
            let Some(next) = redirected(status, received.headers(), &url) else {
                return self.read(received, &asked, &url, &secrets).await;
            };
            if next.origin() != url.origin() {
                headers = without_credentials(&headers);
            }
            // As browsers and the standard of fetching do it.
            let was_post = method == Method::POST && matches!(status.as_u16(), 301 | 302);
            if was_post || (status == StatusCode::SEE_OTHER && method != Method::HEAD) {
                (method, content) = (Method::GET, Content::default());
                without_content(&mut headers);
            }
            url = next;
        }
        Err(Problem::Unusable(format!("it was redirected more than {MAX_REDIRECTS} times")))
    }

    async fn connect(&self) -> Result<reqwest::Client, Problem> {
        let tls = tokio::task::spawn_blocking(tls).await.map_err(|error| Problem::NoClient(error.to_string()))??;
        let resolver = GuardedResolver { guard: Arc::clone(&self.guard), lookup: Arc::clone(&self.settings.lookup) };
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(resolver)
            .redirect(Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            .user_agent(concat!("durable/", env!("CARGO_PKG_VERSION")))
            .build();
        client.map_err(|error| Problem::NoClient(causes(&error)))
    }

    async fn read(
        &self,
        mut received: reqwest::Response,
        asked: &Url,
        answered: &Url,
        secrets: &BTreeMap<String, String>,
    ) -> Result<Answer, Problem> {
        let status = received.status().as_u16();
        let poll = (status == 202).then(|| poll(received.headers(), asked, answered)).flatten();
        let headers = recorded_headers(received.headers());
        let limit = self.settings.max_response_bytes;
        let announced = received.content_length().and_then(|length| usize::try_from(length).ok());
        if announced.is_some_and(|length| length > limit) {
            return Err(Problem::TooLarge(limit));
        }
        let mut content = Vec::new();
        while let Some(chunk) = received.chunk().await? {
            if content.len() + chunk.len() > limit {
                return Err(Problem::TooLarge(limit));
            }
            content.extend_from_slice(&chunk);
        }
        let mut response = HttpResponse { status, headers, content: Content(content) };
        let secrets = findable(secrets);
        let poll = poll.filter(|poll| !secrets.iter().any(|secret| poll.uri.contains(secret)));
        for secret in secrets {
            response.content.replace(secret.as_bytes(), REDACTED);
            for value in response.headers.values_mut().flat_map(Values::as_mut_slice) {
                *value = value.replace(secret, REDACTED);
            }
        }
        Ok(Answer { response, poll })
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Gives the connection no other addresses than those that were checked: there is no second question to a name server.
struct GuardedResolver {
    guard: Arc<Guard>,
    lookup: Lookup,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, looking) = (Arc::clone(&self.guard), (self.lookup)(name.as_str().to_owned()));
        Box::pin(async move {
            let addresses = looking.await?;
            guard.check_addresses(name.as_str(), &addresses)?;
            // Port 0 stands for that of the address.
            Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

/// A client for a service that the user of a program of ours has named: any address, TLS as above.
#[cfg(feature = "cli")]
pub(crate) fn unguarded(connect_timeout: Duration) -> Result<reqwest::Client> {
    let client = tls().map_err(|problem| problem.into_error("the request")).map(|tls| {
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .connect_timeout(connect_timeout)
            .redirect(Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            .user_agent(concat!("durable/", env!("CARGO_PKG_VERSION")))
            .build()
    });
    client?.map_err(|error| Problem::NoClient(causes(&error)).into_error("the request"))
}

/// With ring, chosen here and not for the whole process, and with the certificates of the system.
fn tls() -> Result<ClientConfig, Problem> {
    let failed = |error: rustls::Error| Problem::NoClient(error.to_string());
    let builder = || {
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions()
    };
    match builder().map_err(failed)?.with_platform_verifier() {
        Ok(verified) => Ok(verified.with_no_client_auth()),
        Err(error) => {
            tracing::warn!(%error, "no https request will succeed: the certificates of the system can't be read");
            let none = RootCertStore::empty();
            Ok(builder().map_err(failed)?.with_root_certificates(none).with_no_client_auth())
        }
    }
}

fn method(text: &str) -> Result<Method, Problem> {
    let method = Method::from_bytes(text.as_bytes()).ok();
    let method = method.filter(|method| !matches!(*method, Method::CONNECT | Method::TRACE));
    method.ok_or_else(|| Problem::Unusable(format!("`{text}` is no method for that")))
}

fn sent_headers(
    headers: &RequestHeaders,
    content: &Content,
    secrets: &BTreeMap<String, String>,
) -> Result<HeaderMap, Problem> {
    let mut sent = HeaderMap::new();
    for (name, value) in headers {
        let unusable = || Problem::Unusable(format!("the header `{name}` has a name or a value that can't be sent"));
        let (text, secret) = match value {
            HeaderValue::Text(text) => (Some(text), false),
            HeaderValue::Secret { secret } => (secrets.get(secret), true),
        };
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable())?;
        let mut value = SentValue::from_str(text.ok_or_else(unusable)?).map_err(|_| unusable())?;
        value.set_sensitive(secret);
        sent.insert(name, value);
    }
    if !content.is_empty() && !sent.contains_key(CONTENT_TYPE) {
        sent.insert(CONTENT_TYPE, SentValue::from_static("text/plain; charset=utf-8"));
    }
    Ok(sent)
}

/// Where a redirect leads; nowhere if its address can't be read.
fn redirected(status: StatusCode, headers: &HeaderMap, from: &Url) -> Option<Url> {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308).then(|| location(headers, from)).flatten()
}

fn location(headers: &HeaderMap, from: &Url) -> Option<Url> {
    from.join(&text(headers.get(LOCATION)?)).ok()
}

/// Where and when to ask again; nowhere if the address is missing, can't be read, or has credentials in it.
fn poll(headers: &HeaderMap, asked: &Url, answered: &Url) -> Option<Poll> {
    let next = location(headers, answered)?;
    if !next.username().is_empty() || next.password().is_some() {
        return None;
    }
    let retry_after = headers.get(RETRY_AFTER).and_then(|value| RetryAfter::parse(&text(value)));
    Some(Poll { same_origin: next.origin() == asked.origin(), uri: next.into(), retry_after })
}

fn recorded_headers(headers: &HeaderMap) -> BTreeMap<String, Values> {
    let mut recorded = BTreeMap::<String, Values>::new();
    for (name, value) in headers {
        let value = text(value);
        let credentials = is_sensitive(name.as_str()) || (name == LOCATION && around_credentials(&value).is_some());
        let value = if credentials { REDACTED.to_owned() } else { value };
        match recorded.get_mut(name.as_str()) {
            Some(values) => values.push(value),
            None => drop(recorded.insert(name.as_str().to_owned(), Values::One(value))),
        }
    }
    recorded
}

fn text(value: &SentValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// What to look for in an answer: a secret as a whole, and what follows a scheme such as `Bearer`. The longest first.
fn findable(secrets: &BTreeMap<String, String>) -> Vec<&str> {
    let parts = |secret: &'_ String| -> [Option<usize>; 2] { [Some(0), secret.rfind(' ').map(|at| at + 1)] };
    let mut found: Vec<&str> = secrets
        .values()
        .flat_map(|secret| parts(secret).into_iter().flatten().filter_map(|at| secret.get(at..)))
        .filter(|part| part.len() >= SHORTEST_FINDABLE_SECRET)
        .collect();
    found.sort_by_key(|part| std::cmp::Reverse(part.len()));
    found
}

/// An address as it may be read by everybody: without credentials and query.
fn shown(uri: &str) -> String {
    let shown = match around_credentials(uri) {
        None => uri.to_owned(),
        Some((before, host)) => format!("{before}{host}"),
    };
    shown.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// Why there is no answer.
#[derive(Debug)]
enum Problem {
    /// The request makes no sense, and never will.
    Unusable(String),
    Refused(Refused),
    Late(Duration),
    TooLarge(usize),
    /// The service can't be reached, or broke off.
    Transport(String),
    NoClient(String),
    Secret(Error),
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Secret(error)
    }
}

impl From<reqwest::Error> for Problem {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        match sources(&error).find_map(|source| source.downcast_ref::<Refused>()) {
            Some(refused) => Self::Refused(refused.clone()),
            None if error.is_builder() => Self::Unusable(causes(&error)),
            None => Self::Transport(causes(&error)),
        }
    }
}

impl Problem {
    fn into_error(self, request: &str) -> Error {
        let invalid =
            |reason| Error::of_kind(FailureKind::InvalidArgument, format!("{request} can't be sent: {reason}"));
        match self {
            Self::Unusable(reason) => invalid(reason),
            Self::Refused(reason) => {
                Error::of_kind(FailureKind::InvalidArgument, format!("{request} was refused: {reason}"))
            }
            Self::Late(limit) => {
                Error::of_kind(FailureKind::TimedOut, format!("{request} was not answered within {limit:?}"))
            }
            Self::TooLarge(limit) => {
                let message = format!("the answer to {request} is longer than {limit} bytes");
                Error::of_kind(FailureKind::InvalidPayload, message)
            }
            Self::Transport(reason) => unavailable(format!("{request} was not answered: {reason}")),
            Self::NoClient(reason) => unavailable(format!("{request} can't be sent now: {reason}")),
            Self::Secret(error) => error.context(format!("{request} can't be sent")),
        }
    }
}

/// Another attempt may find the service there.
fn unavailable(message: String) -> Error {
    let error = Error::of_kind(FailureKind::Unavailable, message);
    let mut failure = error.into_failure();
    failure.retryable = true;
    Error::from_failure(failure)
}

fn sources(error: &dyn StdError) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&error| error.source())
}

/// The messages of an error and of what caused it, each once.
fn causes(error: &dyn StdError) -> String {
    let mut told = error.to_string();
    for cause in sources(error).map(ToString::to_string) {
        if !told.contains(&cause) {
            told.push_str(": ");
            told.push_str(&cause);
        }
    }
    told
}
