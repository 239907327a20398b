//! Durable HTTP: requests that orchestrators make, of which the history keeps the answers.
//!
//! [`Context::call_http`](crate::Context::call_http) describes how a request is made. It runs in an activity of our
//! own, `BuiltIn::HttpActivity`, which every runtime has with the feature `http-client`.
//!
//! # Secrets
//!
//! A history is read by many. So a request names the secrets that its headers need, and
//! [`RuntimeBuilder::http_secret`](crate::runtime::RuntimeBuilder::http_secret) has the values: they are looked up when
//! the request is sent, also after a restart, and a new value is used from the next request on. Headers that carry
//! credentials can't be given in any other way: [`HttpRequest::header`] refuses them. It could record a placeholder
//! instead, but then the request could not be sent again after a crash.
//!
//! What an orchestrator is started with is recorded before it runs, so a request in an argument must be free of
//! credentials already; the builder sees to that, but JSON that was written by hand is only refused when it is called.
//!
//! Headers of answers that carry credentials (`set-cookie`, for one) are recorded as `[redacted]`, and so is a secret
//! that the service sends back as it was sent, if it has eight bytes or more. Addresses are recorded as they are, with
//! their query: keep secrets out of them.
//!
//! # What may be reached
//!
//! An address that comes from outside must not lead inside. Only `http` and `https` are spoken, and only with public
//! addresses: not with this machine, private networks, link-local addresses such as the metadata services of clouds, or
//! what embeds one of these in an address of version 6. Names are resolved once, all their addresses are checked, and
//! the connection goes to those that were. Redirects are followed up to five times, each checked like the first
//! address; credentials stay with the origin that they were given for. Proxies from the environment are not used.
//! [`HttpClientSettings::allow`] opens what is inside, by name or by network.
//!
//! Requests are sent from the tokio runtime in which the runtime was started; it needs its I/O driver (`enable_all`).

mod call;
mod client;
mod content;
mod exchange;
mod guard;
mod headers;
mod request;
mod response;
mod secrets;
mod settings;

pub(crate) use client::HttpSetup;
#[cfg(feature = "cli")]
pub(crate) use client::unguarded;
pub(crate) use exchange::HttpActivity;
pub use request::HttpRequest;
pub use response::{HttpResponse, UnexpectedStatus};
pub use settings::HttpClientSettings;
