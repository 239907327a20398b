//! Errors of reading and writing: each call that the work makes of the disk fails once, in run after run.

use std::{sync::Arc, time::Duration};

use durable::{Error, FailureKind, Result, store::sqlite::Durability};

use super::{
    check::{Promise, Told, check},
    journal::{Fact, Journal, Record},
    plan::Planned,
    program::Witness,
    scratch::{Summary, block_on, directory, in_parallel, keep},
    workload::{Clients, Extent, PATIENCE, start},
};
use crate::{
    disk::{Access, Counts, Disk, Failure, Faults, Op, Rule},
    torture::Random,
};

const EXTENT: Extent = Extent { signals: 30, calls: 10, events: 4 };

/// Lets so many calls fail, spread over all that there are.
pub fn run(errors: usize, seed: u64) -> Summary {
    let calls = match work(None, Random::new(seed)) {
        Ok(Outcome { counts, .. }) => counts,
        Err(error) => return failed(0, format!("without any error: {error:?}")),
    };
    in_parallel(errors, |number| {
        // The numbers of all calls, one kind behind the other.
        let mut place = u64::try_from(number as u128 * u128::from(calls.all()) / errors as u128).unwrap_or(0);
        let access = Access::ALL.into_iter().find(|access| {
            let count = calls.of(*access);
            let is_here = place < count;
            place -= if is_here { 0 } else { count };
            is_here
        });
        let mut random = Random::new(seed.wrapping_add(number as u64));
        let failure = match random.between(0, 8) {
            0 => Failure::Interrupted,
            1 => Failure::Short,
            _ => Failure::Io,
        };
        // A disk that stays broken, or one that comes back.
        let times = if failure == Failure::Io && random.between(0, 3) == 0 { u64::MAX } else { 1 };
        let rule = Rule { access, from: place, times, failure };
        run_once(rule, random)
            .unwrap_or_else(|error| failed(1, format!("{rule:?}: {error:?}")))
            .of(&format!("io --errors {errors} --seed {seed}, number {number}"))
    })
}

fn failed(cases: usize, failure: String) -> Summary {
    Summary { cases, failures: vec![failure], ..Summary::default() }
}

/// What became of the work.
struct Outcome {
    record: Record,
    plans: Vec<Planned>,
    errors: Vec<Error>,
    counts: Counts,
    scratch: tempfile::TempDir,
}

fn run_once(rule: Rule, mut random: Random) -> Result<Summary> {
    let Outcome { record, plans, errors, counts, scratch } = work(Some(rule), random.clone())?;
    let mut summary = Summary { cases: 1, ..Summary::default() };
    if counts.failures == 0 {
        summary.count("calls that were not reached", 1);
    } else {
        summary.count(
            format!("{:?} while: {}", rule.failure, rule.access.map_or("any".to_owned(), |a| format!("{a:?}"))),
            1,
        );
    }
    summary.count("errors told to clients", errors.len());
    let mut wrong: Vec<String> =
        errors.iter().filter(|error| !is_typed(error)).map(|error| format!("{error:?}")).collect();
    if rule.failure != Failure::Io && !errors.is_empty() {
        wrong.push(format!("{:?} is no failure: {errors:?}", rule.failure));
    }
    wrong.extend(told_after_failed_sync(&record));
    let facts = record.facts_before(record.trace.len());
    let told = Told::of(&facts);
    // What the disk has after the power is lost as well.
    let image = record.trace.image(record.trace.len(), &mut random);
    let lost = directory()?;
    image.write_to(lost.path())?;
    let found = block_on(check(lost.path(), &plans, &told, Promise::Told(Durability::Full)));
    wrong.extend(found.into_iter().map(|wrong| format!("after a loss of power: {wrong}")));
    let found = block_on(check(scratch.path(), &plans, &told, Promise::Told(Durability::Full)));
    wrong.extend(found.into_iter().map(|wrong| format!("after a restart: {wrong}")));
    if !wrong.is_empty() {
        let kept = directory()?;
        image.write_to(kept.path())?;
        summary.failures.push(format!("{rule:?}, image in {}:\n    {}", keep(kept).display(), wrong.join("\n    ")));
    }
    Ok(summary)
}

/// One life on a disk that may fail.
fn work(rule: Option<Rule>, mut random: Random) -> Result<Outcome> {
    let scratch = directory()?;
    let longest_sync = Duration::from_micros(200);
    let faults = Faults { rule, longest_sync, random: Random::new(random.next()), ..Faults::default() };
    let journal = Journal::new(Disk::watch(scratch.path(), faults)?);
    let plans = Planned::some(0, &mut random);
    let errors = block_on(async {
        let runtime = match start(scratch.path(), Durability::Full, Witness(Some(Arc::clone(&journal)))).await {
            Ok(runtime) => runtime,
            Err(error) => return vec![error],
        };
        let clients = Clients {
            client: runtime.client(),
            journal: Arc::clone(&journal),
            plans: Arc::new(plans.clone()),
            first: 0,
            extent: EXTENT,
        };
        let mut errors = clients.work(&mut random).await;
        match tokio::time::timeout(PATIENCE, runtime.shutdown()).await {
            Ok(ended) => errors.extend(ended.err()),
            Err(_) => errors.push(Error::new("HANGS OR PANICS: the runtime does not shut down")),
        }
        errors
    });
    let (record, counts) = (journal.record(), journal.disk().counts());
    Ok(Outcome { record, plans, errors, counts, scratch })
}

/// Whether clients are meant to see such an error.
pub(super) fn is_typed(error: &Error) -> bool {
    matches!(error.kind(), FailureKind::Store | FailureKind::Unavailable)
}

/// Once a sync has failed, nobody is told anything that was asked for later.
fn told_after_failed_sync(record: &Record) -> Vec<String> {
    // The directory is synced once more before anybody is told anything.
    let mut ops = record.trace.ops().iter().enumerate();
    let failed = ops.find_map(|(place, op)| {
        if let Op::SyncFailed { file: Some(file), .. } = op { Some((place, record.trace.name(*file))) } else { None }
    });
    let Some((failed, what)) = failed else { return Vec::new() };
    let asked_before = record.facts_before(failed);
    let all = record.facts_before(record.trace.len());
    let later = all.iter().skip(asked_before.len());
    let is_late = |fact: &&&Fact| match fact {
        Fact::Done(deed) => !asked_before.contains(&&Fact::Asked(*deed)),
        Fact::Asked(_) | Fact::Told(_) | Fact::Seen(_) | Fact::Ran { .. } => false,
    };
    let late: Vec<_> = later.filter(is_late).collect();
    if late.is_empty() {
        return Vec::new();
    }
    vec![format!("after a failed sync of {what}, clients were told {} things, first {:?}", late.len(), late.first())]
}
