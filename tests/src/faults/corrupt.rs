//! Damaged files: a database is damaged in one place, and everything is read and let finish. Whatever happens must be a
//! typed error, an instance that is parked, or what would have happened without the damage.
//!
//! There are two exceptions. What is wrong with a log looks like the end of what was written: then what is there may be
//! older, and wait for what was in the rest. And a row to which a damaged index no longer leads is taken for one that does not exist, or waited for: that is
//! counted, and SQLite's `integrity_check` must find it.

use std::{path::Path, time::Duration};

use durable::{
    Client, Error, FailureKind, Handle, InstanceId, Payload, Result,
    client::InstanceStatus,
    model::Segment,
    store::{StoreError, sqlite::Durability},
};

use super::{
    check::{Told, matches_plan},
    damage::Damage,
    journal::Deed,
    plan::{Kind, Planned},
    power::work,
    program::{LAST, Witness},
    scratch::{Summary, block_on, count_panics, directory, in_parallel, keep},
    workload::{DATABASE, counter, start},
};
use crate::{
    disk::{Image, Trace},
    torture::Random,
};

/// So many damaged files are made of one run of the work.
const FILES: usize = 100;
/// Longer than anything takes here.
const PATIENCE: Duration = Duration::from_secs(3);
const COUNTERS: [&str; 5] = ["plain", "called", "tally", "left", "right"];

/// Looks at so many damaged files.
pub fn run(files: usize, seed: u64) -> Summary {
    let panics = count_panics();
    let mut summary = in_parallel(files.div_ceil(FILES), |number| {
        let seed = seed.wrapping_add(number as u64);
        let files = FILES.min(files - number * FILES);
        run_once(files, seed)
            .unwrap_or_else(|error| Summary { failures: vec![format!("{error:?}")], ..Summary::default() })
            .of(&format!("corrupt --files {FILES} --seed {seed}"))
    });
    let panics = count_panics() - panics;
    if panics > 0 {
        summary.failures.push(format!("corrupt --files {files} --seed {seed}: {panics} panics"));
    }
    summary
}

/// Which file is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    Database,
    Log,
    SharedMemory,
}

fn run_once(files: usize, seed: u64) -> Result<Summary> {
    let mut random = Random::new(seed);
    let (record, plans) = work(Durability::Full, &mut random)?;
    let mut summary = Summary { cases: files, ..Summary::default() };
    for number in 0..files {
        // Every third is a database that was closed.
        let cut = if number % 3 == 0 { record.trace.len() } else { some_cut(&record.trace, &mut random) };
        let sound = record.trace.written(cut);
        let facts = record.facts_before(cut);
        let told = Told::of(&facts);
        let mut damaged = sound.clone();
        let (victim, damage) = inflict(&mut damaged, &mut random);
        let mut case =
            Case { plans: &plans, told: &told, victim, typed: 0, parked: 0, wrong: Vec::new(), missing: Vec::new() };
        let scratch = directory()?;
        sound.write_to(scratch.path())?;
        let right = block_on(Found::read(scratch.path()))?;
        let scratch = directory()?;
        damaged.write_to(scratch.path())?;
        block_on(case.look(scratch.path(), &right));
        if !case.missing.is_empty() && victim != Victim::Log && is_sound(&damaged)? {
            case.wrong.append(&mut case.missing);
        }
        let verdict = if !case.wrong.is_empty() {
            "WRONG"
        } else if !case.missing.is_empty() && victim == Victim::Log {
            "something is waited for, of which the log has lost a part"
        } else if !case.missing.is_empty() {
            "something is missing, which `integrity_check` finds"
        } else if case.typed > 0 {
            "a typed error"
        } else if case.parked > 0 {
            "parked"
        } else {
            "right"
        };
        summary.count(format!("{victim:?}, {damage:?}: {verdict}"), 1);
        summary.count(format!("all: {verdict}"), 1);
        if !case.wrong.is_empty() {
            let kept = directory()?;
            damaged.write_to(kept.path())?;
            let wrong: Vec<_> =
                case.wrong.iter().take(6).map(|wrong| wrong.chars().take(400).collect::<String>()).collect();
            let place = keep(kept);
            summary.failures.push(format!(
                "{victim:?}, {damage:?}, in {}:\n    {}",
                place.display(),
                wrong.join("\n    ")
            ));
        }
    }
    Ok(summary)
}

/// Whether SQLite finds nothing wrong with the database.
fn is_sound(image: &Image) -> Result<bool> {
    let scratch = directory()?;
    image.write_to(scratch.path())?;
    let verdict = rusqlite::Connection::open(scratch.path().join(DATABASE))
        .and_then(|connection| connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)));
    Ok(verdict.is_ok_and(|verdict| verdict == "ok"))
}

/// Some place after the database was made.
fn some_cut(trace: &Trace, random: &mut Random) -> usize {
    let marked = trace.ops().iter().position(|op| matches!(op, crate::disk::Op::Mark(_))).unwrap_or(0);
    marked + random.index(trace.len() - marked)
}

fn inflict(image: &mut Image, random: &mut Random) -> (Victim, Damage) {
    let log = format!("{DATABASE}-wal");
    loop {
        let damage = Damage::random(random);
        match random.between(0, 10) {
            0 => {
                let garbage = (0..32_768).map(|_| random.next().to_le_bytes()[0]).collect();
                *image.file(&format!("{DATABASE}-shm")) = garbage;
                return (Victim::SharedMemory, Damage::Bytes);
            }
            1..=3 if !image.file(&log).is_empty() => {
                if damage.inflict(image.file(&log), random) {
                    return (Victim::Log, damage);
                }
            }
            _ => {
                if damage.inflict(image.file(DATABASE), random) {
                    return (Victim::Database, damage);
                }
            }
        }
    }
}

/// All that can be read.
#[derive(Debug)]
struct Found {
    instances: Vec<InstanceStatus>,
    details: Vec<Details>,
    counters: Vec<(&'static str, Result<Option<Payload>>)>,
}

/// What can be read of one instance.
type Details = (InstanceId, Result<Option<InstanceStatus>>, Result<Option<Vec<Segment>>>);

impl Found {
    async fn read(directory: &Path) -> Result<Self> {
        let client = Client::read_only(directory.join(DATABASE)).await?;
        let instances = client.instances().limit(1_000).await?.instances;
        let ids = instances.iter().map(|instance| instance.id.clone()).collect();
        Self::details(&client, instances, ids).await
    }

    async fn details(client: &Client, instances: Vec<InstanceStatus>, ids: Vec<InstanceId>) -> Result<Self> {
        let (mut details, mut counters) = (Vec::new(), Vec::new());
        for id in ids {
            let (status, history) = (client.status(&id).await, client.history(&id).await);
            details.push((id, status, history));
        }
        for key in COUNTERS {
            counters.push((key, client.read_named(&counter(key)?).await));
        }
        Ok(Self { instances, details, counters })
    }
}

struct Case<'a> {
    plans: &'a [Planned],
    told: &'a Told<'a>,
    victim: Victim,
    typed: usize,
    parked: usize,
    wrong: Vec<String>,
    missing: Vec<String>,
}

impl Case<'_> {
    /// Whether something may be missing: what is wrong with a log looks like the end of what was written.
    fn may_be_old(&self) -> bool {
        self.victim == Victim::Log
    }

    /// Counts a typed error, and complains of others.
    fn refused(&mut self, what: &str, error: &Error) {
        let is_typed = error.downcast_ref::<StoreError>().is_some() || error.kind() == FailureKind::Store;
        // The runtime has ended because of its store.
        if is_typed || error.kind() == FailureKind::Unavailable && !error.message().contains("bug") {
            self.typed += 1;
        } else {
            self.wrong.push(format!("{what}: {error:?}"));
        }
    }

    /// Compares what was read with what was there; `lacks` tells whether it is the same but for what is not found.
    fn same<T: PartialEq + std::fmt::Debug>(
        &mut self,
        what: &str,
        found: &Result<T>,
        right: &Result<T>,
        lacks: impl Fn(&T, &T) -> bool,
    ) {
        match (found, right) {
            (Err(error), _) => self.refused(what, error),
            (Ok(found), Ok(right)) if found != right && !self.may_be_old() => {
                let list = if lacks(found, right) { &mut self.missing } else { &mut self.wrong };
                list.push(format!("{what} is {}", difference(&format!("{found:?}"), &format!("{right:?}"))));
            }
            _ => {}
        }
    }

    async fn look(&mut self, directory: &Path, right: &Found) {
        match Client::read_only(directory.join(DATABASE)).await {
            Err(error) => self.refused("reading", &error),
            Ok(client) => {
                match client.instances().limit(1_000).await {
                    Err(error) => self.refused("listing", &error),
                    Ok(page) => {
                        let lacks = |found: &Vec<InstanceStatus>, right: &Vec<InstanceStatus>| {
                            found.iter().all(|instance| right.contains(instance))
                        };
                        self.same("the list", &Ok(page.instances), &Ok(right.instances.clone()), lacks);
                    }
                }
                let ids = right.instances.iter().map(|instance| instance.id.clone()).collect();
                if let Ok(found) = Found::details(&client, Vec::new(), ids).await {
                    for ((id, status, history), (_, right_status, right_history)) in
                        found.details.iter().zip(&right.details)
                    {
                        self.same(&format!("the status of `{id}`"), status, right_status, lacks_status);
                        self.same(&format!("the history of `{id}`"), history, right_history, lacks_history);
                    }
                    for ((key, state), (_, right)) in found.counters.iter().zip(&right.counters) {
                        self.same(&format!("the counter `{key}`"), state, right, |found, _| found.is_none());
                    }
                }
            }
        }
        if tokio::time::timeout(10 * PATIENCE, self.run(directory, right)).await.is_err() {
            self.wrong.push("IT HANGS".to_owned());
        }
    }

    /// Lets everything end that can.
    async fn run(&mut self, directory: &Path, right: &Found) {
        let runtime = match start(directory, Durability::Full, Witness::default()).await {
            Ok(runtime) => runtime,
            Err(error) => return self.refused("starting", &error),
        };
        let client = runtime.client();
        for (number, plan) in self.plans.iter().enumerate() {
            if right.instances.iter().any(|instance| instance.id.as_str() == plan.id) {
                // What could end has ended after the first has waited in vain.
                let patience = if self.missing.is_empty() { PATIENCE } else { PATIENCE / 10 };
                match tokio::time::timeout(patience, end(&client, plan)).await {
                    // It waits for what is not found.
                    Err(_) => self.missing.push(format!("`{}` waits for ever", plan.id)),
                    Ok(Ok(Ended::Parked)) => self.parked += 1,
                    Ok(Ok(Ended::With(output))) => {
                        let flaw = matches_plan(plan, number, &output, self.told, !self.may_be_old());
                        // Sound parts of a history, of which others are not found.
                        let list = if plan.kind == Kind::Collect { &mut self.missing } else { &mut self.wrong };
                        list.extend(flaw);
                    }
                    Ok(Err(error)) if error.kind() == FailureKind::NotFound => {
                        if !self.may_be_old() && !self.told.has_asked(Deed::Purge(number)) {
                            self.missing.push(format!("`{}` is missing", plan.id));
                        }
                    }
                    Ok(Err(error)) => self.refused(&format!("the result of `{}`", plan.id), &error),
                }
            }
        }
        match tokio::time::timeout(PATIENCE, runtime.shutdown()).await {
            Err(_) => self.wrong.push("the shutdown hangs".to_owned()),
            Ok(Err(error)) => self.refused("the shutdown", &error),
            Ok(Ok(())) => {}
        }
    }
}

#[expect(clippy::ref_option, reason = "compared as all that is read")]
fn lacks_status(found: &Option<InstanceStatus>, right: &Option<InstanceStatus>) -> bool {
    match (found, right) {
        (None, _) => true,
        (Some(found), Some(right)) => {
            // The input stands in the first segment, which is not found.
            let mut found = found.clone();
            found.input.clone_from(&right.input);
            found == *right
        }
        (Some(_), None) => false,
    }
}

#[expect(clippy::ref_option, reason = "compared as all that is read")]
fn lacks_history(found: &Option<Vec<Segment>>, right: &Option<Vec<Segment>>) -> bool {
    let (found, right) = (found.as_deref().unwrap_or_default(), right.as_deref().unwrap_or_default());
    right.starts_with(found)
}

/// The places around the first difference of two texts.
fn difference(found: &str, right: &str) -> String {
    let same = found.bytes().zip(right.bytes()).take_while(|(found, right)| found == right).count();
    let part = |text: &str| text.chars().skip(same.saturating_sub(30)).take(60).collect::<String>();
    format!("`{}` instead of `{}`", part(found), part(right))
}

/// How an instance ends.
enum Ended {
    With(Payload),
    Parked,
}

async fn end(client: &Client, plan: &Planned) -> Result<Ended> {
    let handle: Handle<Payload, Error> = client.handle(plan.id.as_str())?;
    let mut raised = false;
    loop {
        if plan.kind == Kind::Collect && !raised {
            raised = true;
            drop(handle.raise("number", &LAST).await);
        }
        match handle.output_within(Duration::from_millis(20)).await {
            Ok(output) => return Ok(Ended::With(output)),
            Err(error) if error.kind() == FailureKind::TimedOut => {}
            Err(error) => return Err(error),
        }
        // It, or a child or an entity that it waits for, can't be read.
        let parked = client.instances().parked(true).limit(1).await?;
        if !parked.instances.is_empty() || !client.entities().parked(true).limit(1).await?.entities.is_empty() {
            return Ok(Ended::Parked);
        }
    }
}
