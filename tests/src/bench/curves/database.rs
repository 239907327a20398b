//! A database that is large already: filling one with instances that have ended, and working in it.

use std::{fs::File, time::Duration};

use durable::{Payload, prelude::*, store::sqlite::SqliteStore};
use rusqlite::Connection;

use super::{curve, runs::RUNS};
use crate::bench::{
    raw::{Template, rising_id},
    trial::{Measured, Trial, now},
    workloads::events,
};

/// How many instances are written in turns, as if they had been at work together.
const COHORT: i64 = 1_000;
/// How many are woken and how many are read, one after the other.
const LOOKS: u64 = 500;
/// How many wait for that, between those that have ended: no run finds one awake.
const WAITING: u64 = LOOKS * RUNS;

/// Fills a new database with about that many bytes, and gives how many there are.
///
/// Copies the rows of a hello that has run, with fresh keys and ids, and between them those of instances that wait: as
/// SQLite would have them if they had come in this order.
///
/// # Errors
///
/// The database can't be written.
pub(in crate::bench) async fn fill(trial: Trial, bytes: u64) -> Result<u64> {
    let mut ended = Template::of_a_hello(&trial).await?;
    let runtime = trial.start(events::REGISTRY).await?;
    let sleeper = runtime.client().start(events::wait_for_go()).await?;
    runtime.shutdown().await?;
    let mut connection = Connection::open(trial.database())?;
    let mut waiting = Template::read(&connection, sleeper.id().as_str())?.asleep();
    // Nobody needs what an interrupted filling leaves.
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
         PRAGMA cache_size = -262144;",
    )?;
    let empty = size(&connection)?;
    let first = connection.query_row("SELECT max(iid) + 1 FROM instance", [], |row| row.get(0))?;
    let mut keys: std::ops::Range<i64> = first..first + COHORT;
    ended.copy(&connection, keys.clone(), rising_id)?;
    let one = size(&connection)? - empty;
    let cohorts = (bytes.saturating_sub(one) / one.max(1)).max(1);
    for cohort in 0..cohorts {
        let transaction = connection.transaction()?;
        keys = keys.end..keys.end + COHORT;
        ended.copy(&transaction, keys.clone(), rising_id)?;
        for n in WAITING * cohort / cohorts..WAITING * (cohort + 1) / cohorts {
            keys.end += 1;
            waiting.copy(&transaction, keys.end - 1..keys.end, |_| events::id(n))?;
        }
        transaction.commit()?;
    }
    drop(connection);
    SqliteStore::new(trial.database()).renew_checksums().map_err(|error| error.to_error())?;
    let bytes = size(&Connection::open(trial.database())?)?;
    // What the operating system has still to write would disturb what is measured next.
    File::open(trial.database())?.sync_all()?;
    Ok(bytes)
}

fn size(connection: &Connection) -> Result<u64> {
    let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    Ok(u64::try_from(connection.query_row::<i64, _, _>(sql, [], |row| row.get(0))?)?)
}

/// Measures hellos in such a database, and how long it takes to wake one that waits there, and to read one that has
/// ended.
///
/// # Errors
///
/// It was not filled, or too often used.
pub(super) async fn measure(trial: Trial, run: u64) -> Result<Measured> {
    let ended = some_that_have_ended(&Connection::open(trial.database())?)?;
    let began = now();
    let runtime = trial.start(events::REGISTRY).await?;
    let opened = began.elapsed();
    let client = runtime.client();
    let mut reads = Vec::new();
    for id in ended {
        let began = now();
        client.handle::<Payload, Error>(id)?.history().await?;
        reads.push(began.elapsed());
    }
    let mut wakes = Vec::new();
    for n in 0..LOOKS {
        let began = now();
        events::wake(&client, n * RUNS + run).await?;
        wakes.push(began.elapsed());
    }
    runtime.shutdown().await?;
    let median = |latencies: Vec<Duration>| Measured::default().with_latencies(latencies).p50_seconds;
    let hellos = curve::hellos(trial).await?;
    Ok(hellos
        .with("opened_seconds", opened.as_secs_f64())
        .with("read_seconds", median(reads).unwrap_or_default())
        .with("wake_seconds", median(wakes).unwrap_or_default()))
}

/// The ids of some that have ended, from all over the database, in no order.
fn some_that_have_ended(connection: &Connection) -> Result<Vec<String>> {
    const STEP: i64 = 7_919;
    let count: i64 = connection.query_row("SELECT max(iid) FROM instance", [], |row| row.get(0))?;
    let mut select =
        connection.prepare("SELECT id FROM instance WHERE iid <= ?1 AND status = 3 ORDER BY iid DESC LIMIT 1")?;
    let looks = i64::try_from(LOOKS)?;
    let ids = (0..looks).map(|n| select.query_row([(n * STEP % looks + 1) * (count / looks)], |row| row.get(0)));
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::trial::Durability;

    #[tokio::test]
    async fn a_filled_database_has_its_size_and_can_be_worked_in_as_often_as_there_are_runs() {
        let directory = tempfile::tempdir().unwrap();
        let trial = |units| Trial::new(units, Durability::Relaxed, directory.path().to_owned());
        let bytes = fill(trial(0), 4_000_000).await.unwrap();
        assert!((3_000_000..8_000_000).contains(&bytes), "{bytes}");
        for run in 0..RUNS {
            let measured = measure(trial(10), run).await.unwrap();
            assert!(measured.figures.values().all(|figure| *figure > 0.0), "{measured:?}");
        }
    }
}
