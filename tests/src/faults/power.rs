//! Losses of power: work is done on a disk that records it, and what the disk could have left is opened again and again.

use std::{sync::Arc, time::Duration};

use durable::{Error, store::sqlite::Durability};

use super::{
    check::{Promise, Told, check},
    journal::{Journal, Record},
    plan::Planned,
    program::Witness,
    scratch::{Summary, block_on, directory, in_parallel, keep},
    workload::{Clients, Extent, start},
};
use crate::{
    disk::{Disk, Faults, Op},
    torture::Random,
};

/// So many images are made of one run of the work.
const IMAGES: usize = 125;

const EXTENT: Extent = Extent { signals: 80, calls: 40, events: 10 };

/// Looks at so many images. Which durability a run has follows from its seed.
pub fn run(images: usize, seed: u64) -> Summary {
    in_parallel(images.div_ceil(IMAGES), |number| {
        let seed = seed.wrapping_add(number as u64);
        let images = IMAGES.min(images - number * IMAGES);
        run_once(images, seed).unwrap_or_else(|error| Summary {
            failures: vec![format!("power --images {IMAGES} --seed {seed}: {error:?}")],
            ..Summary::default()
        })
    })
}

fn run_once(images: usize, seed: u64) -> Result<Summary, Error> {
    let durability = match seed % 4 {
        0 => Durability::Strict,
        1 => Durability::Relaxed,
        _ => Durability::Full,
    };
    let promise = if durability == Durability::Relaxed { Promise::Consistency } else { Promise::Told(durability) };
    let mut random = Random::new(seed);
    let (record, plans) = work(durability, &mut random)?;
    let mut summary = Summary { cases: images, ..Summary::default() };
    summary.count(format!("runs with {durability:?}"), 1);
    for (what, times) in record.trace.summary() {
        summary.count(what, times);
    }
    for _ in 0..images {
        let cut = cut(&record, &mut random);
        let image = record.trace.image(cut, &mut random);
        summary.count("bytes in images", image.bytes());
        let (scratch, untouched) = (directory()?, directory()?);
        image.write_to(scratch.path())?;
        let facts = record.facts_before(cut);
        summary.count("facts before the loss of power", facts.len());
        let wrong = block_on(check(scratch.path(), &plans, &Told::of(&facts), promise));
        if !wrong.is_empty() {
            image.write_to(untouched.path())?;
            let place = keep(untouched);
            summary.failures.push(format!(
                "power --images {IMAGES} --seed {seed} ({durability:?}, cut at {cut} of {}, image in {}):\n    {}",
                record.trace.len(),
                place.display(),
                wrong.join("\n    ")
            ));
        }
    }
    Ok(summary)
}

/// Two lives of the program on one disk; the first ends in any way.
pub(super) fn work(durability: Durability, random: &mut Random) -> Result<(Record, Vec<Planned>), Error> {
    let scratch = directory()?;
    let faults =
        Faults { longest_sync: Duration::from_micros(800), random: Random::new(random.next()), ..Faults::default() };
    let journal = Journal::new(Disk::watch(scratch.path(), faults)?);
    let mut plans = Vec::new();
    block_on(async {
        for life in 0..2 {
            let first = plans.len();
            plans.extend(Planned::some(life, random));
            let runtime = start(scratch.path(), durability, Witness(Some(Arc::clone(&journal)))).await?;
            let clients = Clients {
                client: runtime.client(),
                journal: Arc::clone(&journal),
                plans: Arc::new(plans.clone()),
                first,
                extent: EXTENT,
            };
            if let Some(error) = clients.work(random).await.into_iter().next() {
                return Err(error);
            }
            if random.between(0, 3) == 0 {
                drop(runtime);
            } else {
                runtime.shutdown().await?;
            }
        }
        Ok(())
    })?;
    Ok((journal.record(), plans))
}

/// Where the power fails: anywhere, or in places where little is needed to break a promise.
fn cut(record: &Record, random: &mut Random) -> usize {
    let place = random.index(record.trace.len() + 1);
    let rest = record.trace.ops().get(place..).unwrap_or_default();
    let next = |wanted: fn(&Op) -> bool| rest.iter().position(wanted);
    let after = match random.between(0, 4) {
        // Somebody was just told something.
        0 => next(|op| matches!(op, Op::Mark(_))).map(|next| next + 1),
        1 => next(|op| matches!(op, Op::Sync { .. } | Op::Truncate { .. } | Op::Create(_) | Op::Unlink(_))),
        2 => {
            // The database is written, by a checkpoint.
            let is_database =
                |op: &Op| matches!(op, Op::Write { file, .. } if record.trace.name(*file) == super::workload::DATABASE);
            rest.iter().position(is_database).map(|next| next + random.index(12))
        }
        _ => Some(0),
    };
    (place + after.unwrap_or(0)).min(record.trace.len())
}
