//! Disks that are full: the work is done with every number of pages that is too small for it, and then there is space again.

use std::{sync::Arc, time::Duration};

use durable::{Error, FailureKind, Handle, Payload, Result, Runtime, store::sqlite::Durability};

use super::{
    check::{Promise, Told, check},
    journal::{Deed, Fact, Journal},
    plan::{Kind, Planned},
    program::{LAST, Witness},
    scratch::{Summary, block_on, directory, in_parallel},
    workload::{Clients, Extent, start},
};
use crate::{
    disk::{Disk, Faults},
    torture::Random,
};

const EXTENT: Extent = Extent { signals: 30, calls: 10, events: 4 };
/// When there is space again, all goes on within that time.
const SOON: Duration = Duration::from_secs(5);

/// Tries so many numbers of pages, spread over all that are too few.
pub fn run(budgets: usize, seed: u64) -> Summary {
    let most = match block_on(fill(None, Duration::ZERO, Random::new(seed))) {
        Ok((most, _)) => most,
        Err(error) => return Summary { failures: vec![format!("with enough space: {error:?}")], ..Summary::default() },
    };
    let mut summary = in_parallel(budgets, |number| {
        let pages = u64::try_from(number as u128 * u128::from(most) / budgets as u128).unwrap_or(0);
        let mut random = Random::new(seed.wrapping_add(number as u64));
        // Seldom it is full for so long that it is seldom looked at.
        let full_for = if number % 100 == 99 { 4_000 } else { random.between(0, 150) };
        let summary = block_on(fill(Some(pages), Duration::from_millis(full_for), random));
        summary
            .map_or_else(
                |error| Summary { cases: 1, failures: vec![format!("{error:?}")], ..Summary::default() },
                |(_, summary)| summary,
            )
            .of(&format!("full --budgets {budgets} --seed {seed}, {pages} pages for {full_for} ms"))
    });
    summary.count("pages are enough", usize::try_from(most).unwrap_or(0));
    summary
}

/// Works with so many pages, and then with as many as it likes; gives how many it took.
async fn fill(pages: Option<u64>, full_for: Duration, mut random: Random) -> Result<(u64, Summary)> {
    let mut summary = Summary { cases: usize::from(pages.is_some()), ..Summary::default() };
    let scratch = directory()?;
    let faults = Faults { pages, random: Random::new(random.next()), ..Faults::default() };
    let journal = Journal::new(Disk::watch(scratch.path(), faults)?);
    let plans = Arc::new(Planned::some(0, &mut random));
    let witness = || Witness(Some(Arc::clone(&journal)));
    let started = start(scratch.path(), Durability::Full, witness()).await;
    let mut wrong = Vec::new();
    let runtime = match started {
        Ok(runtime) => runtime,
        Err(error) => {
            summary.count("refused to start", 1);
            if !says_full(&error) {
                wrong.push(format!("the start was refused by: {error:?}"));
            }
            journal.disk().set_faults(Faults::default());
            start(scratch.path(), Durability::Full, witness()).await?
        }
    };
    let clients = Clients {
        client: runtime.client(),
        journal: Arc::clone(&journal),
        plans: Arc::clone(&plans),
        first: 0,
        extent: EXTENT,
    };
    let working = tokio::spawn(async move { clients.work(&mut random).await });
    while journal.disk().counts().failures == 0 && !working.is_finished() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    if !working.is_finished() {
        tokio::time::sleep(full_for).await;
    }
    journal.disk().set_faults(Faults::default());
    let going_on = async {
        let wrong = takes_work(&runtime).await?;
        // Every client has ended: its last request was refused, or all was done.
        let errors = working.await?;
        finishes(&runtime, &plans, &journal).await?;
        Ok::<_, Error>((wrong, errors))
    };
    let errors = match tokio::time::timeout(SOON, going_on).await {
        Ok(gone_on) => {
            let (flaws, errors) = gone_on?;
            wrong.extend(flaws);
            errors
        }
        Err(_) => return Err(Error::new(format!("{SOON:?} after there is space again not all has gone on"))),
    };
    summary.count("refusals", errors.len());
    wrong.extend(errors.iter().filter(|error| !says_full(error)).map(|error| format!("a client was told: {error:?}")));
    runtime.shutdown().await?;
    let most = journal.disk().most_pages();
    let record = journal.record();
    let facts = record.facts_before(record.trace.len());
    wrong.extend(check(scratch.path(), &plans, &Told::of(&facts), Promise::Told(Durability::Full)).await);
    if !wrong.is_empty() {
        summary.failures.push(wrong.join("\n    "));
    }
    Ok((most, summary))
}

fn says_full(error: &Error) -> bool {
    error.kind() == FailureKind::Store && error.message().contains("no space is left")
}

/// Waits until new work is taken; gives what is wrong about the refusals until then.
async fn takes_work(runtime: &Runtime) -> Result<Vec<String>> {
    let client = runtime.client();
    while let Err(error) = client.start_named("sequence", Payload::encode(&3_u64)?).await {
        if !says_full(&error) {
            return Ok(vec![format!("with space again, a client was told: {error:?}")]);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(Vec::new())
}

/// What was acknowledged ends.
async fn finishes(runtime: &Runtime, plans: &[Planned], journal: &Journal) -> Result<()> {
    let client = runtime.client();
    let record = journal.record();
    for (number, plan) in plans.iter().enumerate() {
        if !record.facts.contains(&Fact::Done(Deed::Start(number))) {
            continue;
        }
        let handle: Handle<Payload, Error> = client.handle(plan.id.as_str())?;
        if plan.kind == Kind::Collect {
            drop(handle.raise("number", &LAST).await);
        }
        match handle.output().await {
            // Its client has removed it.
            Err(error) if error.kind() == FailureKind::NotFound => {}
            ended => drop(ended?),
        }
    }
    Ok(())
}
