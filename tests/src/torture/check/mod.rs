//! What must be true when all is over.

mod entities;
mod histories;
mod ledger;
mod words;

use std::{collections::HashSet, path::Path};

use durable::{Client, InstanceId, Status, client::InstanceStatus};
use rusqlite::{Connection, OpenFlags};

pub(super) use self::words::{last_words, unfinished};
use self::{
    entities::check_entities,
    histories::check_history,
    ledger::{Runs, check_receipts},
    words::panics,
};
use super::{
    Summary, Violations,
    instance::{Fate, Instance},
    lane::Lane,
    program::Finished,
};

/// What is looked at.
pub(super) struct Evidence<'a> {
    pub(super) database: &'a Path,
    pub(super) ledger: &'a Path,
    pub(super) log: &'a Path,
    pub(super) instances: &'a [Instance],
    pub(super) lanes: &'a [Lane],
    /// How many counters the instances share.
    pub(super) counters: u64,
}

/// Checks everything, and completes the summary.
pub(super) fn check(evidence: &Evidence<'_>, summary: &mut Summary, before: Vec<String>) -> Result<(), Violations> {
    let mut violations = before;
    let runs = Runs::read(evidence.ledger)?;
    summary.runs = runs.by_run.len();
    summary.repeated_runs = summary.runs - runs.attempts;
    violations.extend(evidence.instances.iter().flat_map(Instance::flaws));
    check_receipts(evidence, &runs, &mut violations);
    check_database(evidence.database, &mut violations)?;
    let stored = block_on(check_stored(evidence, &runs, &mut violations))??;
    summary.instances_with_descendants = stored;
    summary.purged = evidence.instances.iter().filter(|instance| instance.purge.is_some()).count();
    violations.extend(panics(evidence.log));
    if violations.is_empty() { Ok(()) } else { Err(Violations(violations)) }
}

fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Violations> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(future))
}

fn open(database: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

fn count(connection: &Connection, table: &str) -> rusqlite::Result<i64> {
    connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
}

fn check_database(database: &Path, violations: &mut Vec<String>) -> Result<(), Violations> {
    let connection = open(database)?;
    let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if verdict != "ok" {
        violations.push(format!("integrity_check says: {verdict}"));
    }
    // All that waits belongs to somebody who waits, and nobody does.
    for table in ["inbox", "wake", "delivery"] {
        let left = count(&connection, table)?;
        if left > 0 {
            violations.push(format!("{left} rows are left in the table `{table}`"));
        }
    }
    Ok(())
}

/// Whether nothing in the store has anything to do.
pub(super) fn is_quiet(database: &Path) -> Result<bool, Violations> {
    let connection = open(database)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    let unfinished = count(&connection, "instance WHERE status < 3")?;
    Ok(unfinished + count(&connection, "inbox")? == 0)
}

/// Looks at all instances, their histories and the entities; gives the number of instances.
async fn check_stored(evidence: &Evidence<'_>, runs: &Runs, violations: &mut Vec<String>) -> Result<usize, Violations> {
    let client = Client::read_only(evidence.database).await?;
    let listed = all_instances(&client).await?;
    let purged = evidence.instances.iter().filter(|instance| instance.purge == Some(Fate::Acknowledged));
    let purged: HashSet<&str> = purged.map(|instance| instance.id.as_str()).collect();
    let ids: HashSet<String> = listed.iter().map(|instance| instance.id.to_string()).collect();
    for instance in &runs.instances {
        if !ids.contains(instance) && !purged.contains(instance.as_str()) {
            violations.push(format!("an activity ran for `{instance}`, which was never stored"));
        }
    }
    let doomed = evidence.instances.iter().filter(|instance| instance.plan.is_doomed());
    let doomed: HashSet<&str> = doomed.map(|instance| instance.id.as_str()).collect();
    for instance in &listed {
        if purged.contains(instance.id.as_str()) {
            violations.push(format!("`{}` was removed, and is there again", instance.id));
        }
        let expected = if doomed.contains(instance.id.as_str()) { Status::Terminated } else { Status::Completed };
        if instance.status != expected {
            violations.push(format!("`{}` is {}", instance.id, instance.status));
        }
        match client.history(&instance.id).await? {
            None => violations.push(format!("`{}` has no history", instance.id)),
            Some(history) => check_history(&instance.id, instance.generation, &history, violations),
        }
    }
    for Instance { id, result, purge, .. } in evidence.instances {
        let (Some(Ok(told)), None) = (result, purge) else { continue };
        let status = client.status(&InstanceId::new(id).map_err(durable::Error::from)?).await?;
        let output = status.and_then(|status| status.output);
        if output.and_then(|output| output.decode::<Finished>().ok()).as_ref() != Some(told) {
            violations.push(format!("`{id}` has another result in the store than a client was told"));
        }
    }
    let launched = check_entities(evidence, &client, &ids, violations).await?;
    let descendants: u64 = evidence.instances.iter().map(|instance| instance.plan.descendants()).sum();
    let expected = evidence.instances.len() + usize::try_from(descendants).unwrap_or(0) + launched - purged.len();
    if expected != listed.len() {
        violations.push(format!("there are {} instances instead of {expected}", listed.len()));
    }
    Ok(listed.len())
}

async fn all_instances(client: &Client) -> Result<Vec<InstanceStatus>, durable::Error> {
    let mut listed = Vec::new();
    let mut page = client.instances().limit(1_000).await?;
    loop {
        listed.append(&mut page.instances);
        let Some(next) = page.next else { return Ok(listed) };
        page = client.instances().limit(1_000).after(next).await?;
    }
}
