//! Starting orchestrations over HTTP.

use axum::response::Response;

use super::{
    ask::Ask,
    body,
    instances::name_and_value,
    refusal::Refusal,
    wait::{self, Patience},
};
use crate::client::{Handle, IfExists};

/// Starts an orchestration.
pub(super) async fn start(ask: &Ask<'_>, name: &str, id: Option<&str>) -> Result<Response, Refusal> {
    let patience = Patience::asked(&ask.query)?;
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
    started(ask, &start.await?, patience).await
}

/// The answer for an instance that was just started.
pub(super) async fn started(ask: &Ask<'_>, handle: &Handle, patience: Option<Patience>) -> Result<Response, Refusal> {
    let fails = ask.query.flag("returninternalservererroronfailure")?.unwrap_or(false);
    match patience {
        Some(patience) => wait::wait_or_check_status(handle, &ask.links()?, patience, fails).await,
        None => Ok(ask.links()?.check_status(handle.id(), fails)),
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
