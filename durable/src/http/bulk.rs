//! The same for all instances that match, as a job.

use axum::response::Response;

use super::{ask::Ask, instances::filtered, refusal::Refusal, route::Action};
use crate::client::BulkAction;

/// What names which instances are meant; at least one of them is needed, or `all=true`.
const FILTERS: [&str; 10] = [
    "instanceidprefix",
    "createdtimefrom",
    "createdtimeto",
    "runtimestatus",
    "name",
    "tag",
    "version",
    "parent",
    "parked",
    "errortype",
];

/// Starts a job that does something to all instances that match; the answer says where to look after it.
pub(super) async fn start(ask: &Ask<'_>, action: Action) -> Result<Response, Refusal> {
    let is_filtered = FILTERS.iter().any(|name| ask.query.all(name).any(|value| !value.is_empty()));
    if !is_filtered && !ask.query.flag("all")?.unwrap_or(false) {
        return Err(Refusal::bad_request("no filter is given; to mean all instances, say `all=true`"));
    }
    let reason = ask.query.text("reason").unwrap_or_default().to_owned();
    let recursive = ask.query.flag("recursive")?.unwrap_or(false);
    let action = match action {
        Action::Terminate => BulkAction::Terminate { reason, recursive },
        Action::Suspend => BulkAction::Suspend { reason },
        Action::Resume => BulkAction::Resume { reason },
        Action::Rewind => BulkAction::Rewind { reason },
        Action::Purge => BulkAction::Purge { recursive },
    };
    let instances = filtered(ask)?.ok_or_else(|| Refusal::bad_request("`runtimeStatus` names no status"))?;
    let mut job = instances.bulk(action);
    if ask.query.flag("dryrun")?.unwrap_or(false) {
        job = job.dry_run();
    }
    let handle = job.await?;
    Ok(ask.links()?.check_status(handle.id(), false))
}
