//! `ctx.call_http(..)`: the orchestrator's side of a request, which a replay repeats.

use super::{
    exchange::{Answer, Exchange, HttpActivity},
    request::HttpRequest,
    response::HttpResponse,
};
use crate::{
    activity::ActivityCall,
    model::{Error, FailureKind, Result},
    orchestration::{Block, Context, Either, LocalBoxDurable, Section, race},
};

impl Context {
    /// Sends an HTTP request, and gives a durable future of its answer.
    ///
    /// The answer becomes part of the history; after a restart it is not asked for again. A request during which the
    /// process died is sent again: for one that changes something, send a header such as `idempotency-key` with
    /// [`ctx.new_uuid()`](Self::new_uuid). Dropping the future breaks a request off.
    ///
    /// An answer is an answer, whatever its status, unless the request has a [retry policy](HttpRequest::retry). An
    /// answer `202 Accepted` with an address in its header `location` is followed until the work is done; a durable
    /// timer waits in between.
    ///
    /// Credentials do not belong into the history, and so [secrets](HttpRequest::secret_header) are named; the runtime
    /// has [their values](crate::runtime::RuntimeBuilder::http_secret). Only public addresses can be reached, unless
    /// [the settings](crate::HttpClientSettings::allow) say otherwise. [`http_client`](crate::http_client) has the rules.
    ///
    /// ```
    /// use durable::{HttpRequest, prelude::*};
    /// use std::time::Duration;
    ///
    /// #[orchestrator]
    /// async fn convert(ctx: &Context, cents: u64, currency: String) -> Result<u64> {
    ///     let request = HttpRequest::get(format!("https://rates.example/eur/{currency}"))
    ///         .secret_header("authorization", "RATES_TOKEN")
    ///         .retry(Retry::exponential(5, Duration::from_secs(1)))
    ///         .timeout(Duration::from_secs(10));
    ///     let percent: u64 = ctx.call_http(request).await?.json()?;
    ///     Ok(cents * percent / 100)
    /// }
    ///
    /// # fn main() {
    /// let builder = Runtime::builder()
    ///     .http_secret("RATES_TOKEN", "Bearer 7c9e66")
    ///     .register(registry![convert]);
    /// # drop(builder);
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`TimedOut`](FailureKind::TimedOut): no answer within the [time-out](HttpRequest::timeout), or none to the
    ///   whole call within its [deadline](HttpRequest::deadline).
    /// - [`Unavailable`](FailureKind::Unavailable): the service can't be reached, or broke off.
    /// - [`Application`](FailureKind::Application): with a retry policy, the last answer was no success; the error is
    ///   an [`UnexpectedStatus`](crate::UnexpectedStatus).
    /// - [`InvalidArgument`](FailureKind::InvalidArgument): the request makes no sense, leads where it must not, would
    ///   record a credential, or names a secret that is not known. Not retried.
    /// - [`InvalidPayload`](FailureKind::InvalidPayload): the answer is too large. Not retried.
    pub fn call_http(&self, request: HttpRequest) -> LocalBoxDurable<'static, Result<HttpResponse>> {
        let ctx = Self::new(self.journal());
        Box::pin(Block::new(async move {
            let request = request.check()?;
            let Some(limit) = request.deadline else { return answer(&ctx, request).await };
            let whole = ctx.timer(limit);
            match race(Block::new(answer(&ctx, request)), whole).await {
                Either::Left(answer) => answer,
                Either::Right(()) => {
                    let message = format!("the call had no final answer within {limit:?}");
                    Err(Error::of_kind(FailureKind::TimedOut, message))
                }
            }
        }))
    }
}

impl Section<'_> {
    /// As [`Context::call_http`]. The locked entities stay locked meanwhile.
    pub fn call_http(&self, request: HttpRequest) -> LocalBoxDurable<'static, Result<HttpResponse>> {
        self.context().call_http(request)
    }
}

/// Asks, and asks again as long as the work is only accepted.
async fn answer(ctx: &Context, request: HttpRequest) -> Result<HttpResponse> {
    let HttpRequest { method, uri, headers, content, timeout, retry_options: retry, status_codes_to_retry, .. } =
        request;
    let failures = retry.is_some().then_some(status_codes_to_retry);
    let mut exchange = Exchange { method, uri, headers, content, timeout, failures };
    loop {
        let mut call = ctx.call(ActivityCall::<HttpActivity>::new(exchange.clone()));
        if let Some(policy) = &retry {
            call = call.retry(policy.clone());
        }
        let Answer { response, poll } = call.await?;
        let Some(poll) = poll.filter(|_| request.asynchronous_pattern_enabled) else { return Ok(response) };
        ctx.timer_at(poll.due(ctx.now())).await;
        exchange = exchange.poll(poll);
    }
}
