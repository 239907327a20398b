//! Starting orchestrations over HTTP.

use axum::response::Response;

use super::{
    ask::Ask,
    body,
    instances::name_and_value,
    links::Links,
    refusal::Refusal,
    wait::{self, Patience},
};
use crate::client::{Handle, IfExists};

/// Starts an orchestration.
pub(super) async fn start(ask: &Ask<'_>, name: &str, id: Option<&str>) -> Result<Response, Refusal> {
    let reply = Reply::asked(ask)?;
    let input = body::json(&ask.body)?;
    let client = &ask.api.client;
    let name = known(client.registered().map(|known| known.orchestrators.as_slice()), name, "orchestrator")?;
    let mut start = client.start_named(name, input);
    if let Some(id) = id {
        start = start.instance_id(id).if_exists(IfExists::ReplaceEnded);
    }
    if let Some(version) = ask.query.text("version") {
        start = start.version(version);
    }
    for tag in ask.query.all("tag") {
        let (name, value) = name_and_value(tag)?;
        start = start.tag(name, value);
    }
    reply.about(&start.await?).await
}

/// How a start is to be answered; found out before anything is started.
pub(super) struct Reply<'a> {
    links: Links<'a>,
    patience: Option<Patience>,
    /// Whether a failure is answered with status 500.
    fails: bool,
}

impl<'a> Reply<'a> {
    pub(super) fn asked(ask: &'a Ask<'_>) -> Result<Self, Refusal> {
        let fails = ask.query.flag("returninternalservererroronfailure")?.unwrap_or(false);
        Ok(Self { links: ask.links()?, patience: Patience::asked(&ask.query)?, fails })
    }

    /// The answer for an instance that was just started.
    pub(super) async fn about(&self, handle: &Handle) -> Result<Response, Refusal> {
        match self.patience {
            Some(patience) => wait::wait_or_check_status(handle, &self.links, patience, self.fails).await,
            None => Ok(self.links.check_status(handle.id(), self.fails)),
        }
    }
}

/// The registered name that is meant: this one, or one that differs by case only.
pub(super) fn known(names: Option<&[&'static str]>, name: &str, kind: &str) -> Result<String, Refusal> {
    // A client that only reads does not know which names there are.
    let Some(names) = names else { return Ok(name.to_owned()) };
    let found = names.iter().find(|known| **known == name);
    let found = found.or_else(|| names.iter().find(|known| known.eq_ignore_ascii_case(name)));
    found.map(|name| (*name).to_owned()).ok_or_else(|| {
        let name: String = name.chars().take(80).collect();
        Refusal::bad_request(format!("no {kind} `{name}` is registered; there are: {}", names.join(", ")))
    })
}
