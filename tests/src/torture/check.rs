//! What must be true when all is over.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use durable::{
    Client, EntityId, InstanceId, Status,
    client::InstanceStatus,
    model::{Event, Segment},
};
use rusqlite::{Connection, OpenFlags};

use super::{
    Summary, Violations,
    plan::{Instance, Lane, Plan},
    program::{Counter, Finished},
};

/// What is looked at.
pub(super) struct Evidence<'a> {
    pub(super) database: &'a Path,
    pub(super) ledger: &'a Path,
    pub(super) log: &'a Path,
    pub(super) instances: &'a [Instance],
    pub(super) lanes: &'a [Lane],
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
    violations.extend(panics(evidence.log));
    if violations.is_empty() { Ok(()) } else { Err(Violations(violations)) }
}

fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Violations> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(future))
}

/// The ledger.
struct Runs {
    /// The idempotency key of each run.
    by_run: HashMap<String, String>,
    /// Which instances had activities.
    instances: HashSet<String>,
    /// How many different attempts there were.
    attempts: usize,
}

impl Runs {
    fn read(ledger: &Path) -> Result<Self, Violations> {
        let text = std::fs::read_to_string(ledger)?;
        let (mut by_run, mut instances, mut attempts) = (HashMap::new(), HashSet::new(), HashSet::new());
        for line in text.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [instance, key, attempt, run] = fields[..] else {
                return Err(Violations::one(format!("the ledger has the line `{line}`")));
            };
            by_run.insert(run.to_owned(), key.to_owned());
            instances.insert(instance.to_owned());
            attempts.insert((key, attempt));
        }
        Ok(Self { by_run, instances, attempts: attempts.len() })
    }
}

/// Each consumed result is that of a run of its activity, and no activity gave two.
fn check_receipts(evidence: &Evidence<'_>, runs: &Runs, violations: &mut Vec<String>) {
    let mut keys = HashSet::new();
    for Instance { id, result, .. } in evidence.instances {
        let Some(Ok(Finished { receipts, .. })) = result else { continue };
        for receipt in receipts {
            if !keys.insert(&receipt.key) {
                violations.push(format!("`{id}` consumed a second result of the activity {}", receipt.key));
            }
            match runs.by_run.get(&receipt.run) {
                Some(key) if *key == receipt.key => {}
                Some(key) => violations.push(format!("`{id}` consumed for {} the result of {key}", receipt.key)),
                None => violations.push(format!("`{id}` consumed the result of a run {} that never was", receipt.run)),
            }
        }
    }
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
    let unfinished = count(&connection, "instances WHERE status NOT IN ('Completed', 'Failed', 'Terminated')")?;
    Ok(unfinished + count(&connection, "inbox")? == 0)
}

/// Looks at all instances, their histories and the entities; gives the number of instances.
async fn check_stored(evidence: &Evidence<'_>, runs: &Runs, violations: &mut Vec<String>) -> Result<usize, Violations> {
    let client = Client::read_only(evidence.database).await?;
    let listed = all_instances(&client).await?;
    let ids: HashSet<String> = listed.iter().map(|instance| instance.id.to_string()).collect();
    for instance in &runs.instances {
        if !ids.contains(instance) {
            violations.push(format!("an activity ran for `{instance}`, which was never stored"));
        }
    }
    let doomed = evidence.instances.iter().filter(|instance| instance.plan.is_doomed());
    let doomed: HashSet<&str> = doomed.map(|instance| instance.id.as_str()).collect();
    for instance in &listed {
        let expected = if doomed.contains(instance.id.as_str()) { Status::Terminated } else { Status::Completed };
        if instance.status != expected {
            violations.push(format!("`{}` is {}", instance.id, instance.status));
        }
        match client.history(&instance.id).await? {
            None => violations.push(format!("`{}` has no history", instance.id)),
            Some(history) => check_history(&instance.id, instance.generation, &history, violations),
        }
    }
    for Instance { id, result, .. } in evidence.instances {
        let Some(Ok(told)) = result else { continue };
        let status = client.status(&InstanceId::new(id).map_err(durable::Error::from)?).await?;
        let output = status.and_then(|status| status.output);
        if output.and_then(|output| output.decode::<Finished>().ok()).as_ref() != Some(told) {
            violations.push(format!("`{id}` has another result in the store than a client was told"));
        }
    }
    let launched = check_entities(evidence, &client, &ids, violations).await?;
    let descendants: u64 = evidence.instances.iter().map(|instance| instance.plan.descendants()).sum();
    let expected = evidence.instances.len() + usize::try_from(descendants).unwrap_or(0) + launched;
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

/// Each event once and in its place, each answer to a question before it and only one, no timer early.
fn check_history(id: &InstanceId, generation: u32, history: &[Segment], violations: &mut Vec<String>) {
    let mut wrong = |what: String| violations.push(format!("the history of `{id}` {what}"));
    let (mut sequence, mut open, mut answered, mut last_at) = (0, HashMap::new(), HashSet::new(), None);
    for segment in history {
        if (segment.sequence, segment.generation) != (sequence, generation) {
            wrong(format!("goes on with {} of {} after {sequence}", segment.sequence, segment.generation));
        }
        sequence = segment.sequence + segment.events.len() as u64;
        if last_at.replace(segment.at).is_some_and(|last| last > segment.at) {
            wrong(format!("goes back in time to {}", segment.at));
        }
        for event in &segment.events {
            #[expect(clippy::wildcard_enum_match_arm, reason = "only questions and answers are of interest")]
            let answer = match event {
                Event::TimerCreated { id, fire_at } => {
                    open.insert(*id, Some(*fire_at));
                    continue;
                }
                Event::TaskScheduled { id, .. }
                | Event::EntityOperationCalled { id, .. }
                | Event::EntityLockRequested { id, .. } => {
                    open.insert(*id, None);
                    continue;
                }
                Event::SubOrchestrationInstanceCreated(child) => {
                    open.insert(child.id, None);
                    continue;
                }
                Event::TimerFired { id }
                | Event::TaskCompleted { id, .. }
                | Event::TaskFailed { id, .. }
                | Event::SubOrchestrationInstanceCompleted { id, .. }
                | Event::SubOrchestrationInstanceFailed { id, .. }
                | Event::EntityOperationCompleted { id, .. }
                | Event::EntityOperationFailed { id, .. }
                | Event::EntityLockGranted { id } => *id,
                _ => continue,
            };
            match open.get(&answer) {
                None => wrong(format!("has an answer {event:?} to nothing")),
                Some(Some(fire_at)) if segment.at < *fire_at => wrong(format!("has timer {answer} fire early")),
                Some(_) => {}
            }
            if !answered.insert(answer) {
                wrong(format!("has two answers to {answer}: {event:?}"));
            }
        }
    }
    let events = || history.iter().flat_map(|segment| &segment.events);
    // A scheduled start that was terminated before its time never began.
    let never_began = matches!(events().next(), Some(Event::ExecutionTerminated { .. }));
    if !never_began && !matches!(events().next(), Some(Event::ExecutionStarted(_))) {
        wrong(format!("begins with {:?}", events().next()));
    }
    if !matches!(events().last(), Some(Event::ExecutionCompleted { .. })) {
        wrong(format!("ends with {:?}", events().last()));
    }
    let count = |wanted: fn(&Event) -> bool| events().filter(|event| wanted(event)).count();
    if count(|event| matches!(event, Event::ExecutionStarted(_))) != usize::from(!never_began)
        || count(|event| matches!(event, Event::ExecutionCompleted { .. })) != 1
    {
        wrong("begins or ends twice".to_owned());
    }
}

async fn tokens(client: &Client, key: &str) -> Result<Vec<String>, Violations> {
    let state = client.read_named(&EntityId::new("Counter", key).map_err(durable::Error::from)?).await?;
    let counter: Counter = match state {
        None => Counter::default(),
        Some(state) => state.decode().map_err(durable::Error::from)?,
    };
    if counter.value != counter.tokens.len() as u64 {
        return Err(Violations::one(format!("`{key}` counts {} of {}", counter.value, counter.tokens.len())));
    }
    Ok(counter.tokens)
}

/// Checks the counters; gives the number of orchestrations that they started.
async fn check_entities(
    evidence: &Evidence<'_>,
    client: &Client,
    ids: &HashSet<String>,
    violations: &mut Vec<String>,
) -> Result<usize, Violations> {
    let mut launched = 0;
    for lane in evidence.lanes {
        let held = tokens(client, lane.key).await?;
        violations.extend(lane.flaws(&held));
        if lane.verb.1 == "relay" && tokens(client, "relayed").await? != held {
            violations.push("the counter `relayed` did not get what `relay` sent, once and in order".to_owned());
        }
        if lane.verb.1 == "launch" {
            launched = held.len();
            let missing = held.iter().filter(|token| !ids.contains(&format!("launched-{}-{token}", lane.key)));
            violations.extend(missing.map(|token| format!("`{}` did not start its orchestration {token}", lane.key)));
        }
    }
    if !tokens(client, "refused").await?.is_empty() {
        violations.push("a signal of an operation that failed was sent".to_owned());
    }
    // What orchestrations send is exact: once each, in order.
    for number in 0..4 {
        let key = format!("tally-{number}");
        let held = tokens(client, &key).await?;
        let mut expected = 0;
        for Instance { id, plan, .. } in evidence.instances {
            let Plan::Tally { counter, signals } = plan else { continue };
            if *counter != number {
                continue;
            }
            let wanted: Vec<String> = (0..=*signals).map(|n| format!("{id}/{n}")).collect();
            let prefix = format!("{id}/");
            let got: Vec<_> = held.iter().filter(|token| token.starts_with(&prefix)).cloned().collect();
            if got != wanted {
                violations.push(format!("`{key}` got from `{id}` {got:?} instead of {wanted:?}"));
            }
            expected += wanted.len();
        }
        if held.len() != expected {
            violations.push(format!("`{key}` holds {} instead of {expected}", held.len()));
        }
    }
    check_sections(evidence, client, violations).await?;
    Ok(launched)
}

/// In what was locked, nothing stands between the beginning of a section and its end, and all sections are there.
async fn check_sections(
    evidence: &Evidence<'_>,
    client: &Client,
    violations: &mut Vec<String>,
) -> Result<(), Violations> {
    for number in 0..4 {
        let key = format!("together-{number}");
        let held = tokens(client, &key).await?;
        let mut expected = HashSet::new();
        for Instance { id, plan, .. } in evidence.instances {
            if let Plan::Together { counters, .. } = plan
                && counters.contains(&number)
                && !plan.is_doomed()
            {
                expected.insert(id.as_str());
            }
        }
        violations.extend(section_flaws(&key, &held, expected));
    }
    let locked = client.entities().locked(true).with_transient().await?;
    violations.extend(locked.entities.iter().map(|record| format!("`{}` is still locked: {record:?}", record.id)));
    Ok(())
}

/// What is wrong with the tokens of one counter; `expected` are the sections that came to their end.
fn section_flaws(key: &str, held: &[String], mut expected: HashSet<&str>) -> Vec<String> {
    let mut flaws = Vec::new();
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for token in held {
        let (id, what) = token.rsplit_once('/').unwrap_or(("", token));
        match sections.last_mut() {
            Some((last, done)) if *last == id => done.push(what),
            _ => sections.push((id, vec![what])),
        }
    }
    let mut seen = HashSet::new();
    for (id, done) in sections {
        if !seen.insert(id) {
            flaws.push(format!("`{key}`: something stands in the middle of the section of `{id}`: {held:?}"));
        }
        let (begins, ends) = done.split_at(done.iter().position(|what| *what == "ends").unwrap_or(done.len()));
        let orderly = begins.iter().all(|what| *what == "begins") && ends.iter().all(|what| *what == "ends");
        // A counter that is named twice is written twice.
        if !orderly || (expected.remove(id) && begins.len() != ends.len()) {
            flaws.push(format!("`{key}`: the section of `{id}` did {done:?}"));
        }
    }
    flaws.extend(expected.iter().map(|id| format!("`{key}` has nothing of the section of `{id}`")));
    flaws
}

/// What the target logged last.
pub(super) fn last_words(log: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    // Refusing is what one operation is for.
    let lines: Vec<_> = text.lines().filter(|line| !line.contains("operation=refuse")).collect();
    lines.iter().skip(lines.len().saturating_sub(15)).map(|line| format!("the target logged: {line}")).collect()
}

fn panics(log: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let panics = text.lines().filter(|line| line.contains("panicked at"));
    panics.map(|line| format!("the target panicked: {line}")).collect()
}

/// Who has not ended, why, and what happened last.
pub(super) fn unfinished(database: &Path) -> Vec<String> {
    let describe = async || -> Result<Vec<String>, Violations> {
        let client = Client::read_only(database).await?;
        let mut lines = Vec::new();
        for instance in all_instances(&client).await?.into_iter().filter(|instance| !instance.status.is_terminal()) {
            let history = client.history(&instance.id).await?.unwrap_or_default();
            let events: Vec<_> = history.iter().flat_map(|segment| &segment.events).collect();
            let last = events.iter().skip(events.len().saturating_sub(4)).map(|event| brief(event)).collect::<Vec<_>>();
            let (id, status, generation) = (&instance.id, instance.status, instance.generation);
            let parked = instance.parked.map(|parked| parked.to_string());
            lines.push(format!(
                "unfinished: `{id}` is {status} in generation {generation}, parked: {parked:?}, {} events, last {last:?}",
                events.len()
            ));
        }
        Ok(lines)
    };
    match block_on(describe()) {
        Ok(Ok(lines)) => lines,
        Ok(Err(violations)) | Err(violations) => violations.0,
    }
}

fn brief(event: &Event) -> String {
    format!("{event:?}").chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::torture::plan::Fate;

    fn lane(tokens: Vec<Fate>) -> Lane {
        Lane { key: "plain", verb: ("signal", "add"), delayed: false, tokens }
    }

    fn held(tokens: &[&str]) -> Vec<String> {
        tokens.iter().map(|token| (*token).to_owned()).collect()
    }

    #[test]
    fn a_lost_acknowledged_operation_is_found() {
        let lane = lane(vec![Fate::Acknowledged, Fate::Unknown, Fate::Acknowledged]);
        assert!(lane.flaws(&held(&["0", "2"])).is_empty());
        assert!(lane.flaws(&held(&["0", "1", "2"])).is_empty());
        assert_eq!(lane.flaws(&held(&["0", "1"])).len(), 1);
    }

    #[test]
    fn a_section_that_is_broken_into_or_lost_is_found() {
        let check = |tokens: &[&str]| section_flaws("k", &held(tokens), HashSet::from(["a", "b"])).len();
        assert_eq!(check(&["a/begins", "a/ends", "x/begins", "b/begins", "b/begins", "b/ends", "b/ends"]), 0);
        assert_eq!(check(&["a/begins", "b/begins", "b/ends", "a/ends"]), 2);
        assert_eq!(check(&["a/begins", "a/ends"]), 1);
        assert_eq!(check(&["a/begins", "b/begins", "b/ends"]), 1);
    }

    #[test]
    fn doubled_reordered_and_invented_operations_are_found() {
        let lane = lane(vec![Fate::Acknowledged, Fate::Acknowledged]);
        assert_eq!(lane.flaws(&held(&["0", "1", "1"])).len(), 1);
        assert_eq!(lane.flaws(&held(&["1", "0"])).len(), 1);
        assert_eq!(lane.flaws(&held(&["0", "1", "2"])).len(), 1);
    }
}
