//! The bound: what SQLite does on this disk with the same rows, and nothing else around it.

use std::{
    fs::File,
    io::{Seek, SeekFrom, Write},
    ops::Range,
    path::Path,
};

use durable::{Result, Runtime};
use rusqlite::{Connection, params_from_iter, types::Value};
use serde::{Deserialize, Serialize};

use super::{
    resources,
    summary::median,
    trial::{Durability, Trial, now},
    workloads::hello,
};

/// How many hellos begin in one transaction, and how many rows an indexed transaction has.
const BATCH: i64 = 1_000;
const HELLO_BATCHES: i64 = 50;
const ROW_BATCHES: i64 = 50;
const SMALL_COMMITS: i64 = 500;
const FSYNCS: usize = 500;
const PAGE: usize = 4_096;

/// What raw SQLite does (WAL, `synchronous=FULL` unless durability is relaxed), and an fsync.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Raw {
    /// The rows of that many hellos, in transactions with as many rows as 1,000 hellos have.
    pub(super) hellos_per_second: f64,
    /// The processor time for the rows of one.
    pub(super) cpu_seconds_per_hello: Option<f64>,
    /// Rows of about 200 bytes, with an index on two integers, in transactions of 1,000.
    pub(super) rows_per_second: f64,
    /// A transaction with one row, which has one fsync.
    pub(super) commit_seconds: f64,
    /// 4 KiB overwritten and synced.
    pub(super) fsync_seconds: f64,
}

impl Raw {
    /// The medians of several measurements.
    pub(super) fn median(all: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(all.iter().map(figure)).unwrap_or_default();
        Self {
            hellos_per_second: of(|raw| raw.hellos_per_second),
            cpu_seconds_per_hello: median(all.iter().filter_map(|raw| raw.cpu_seconds_per_hello)),
            rows_per_second: of(|raw| raw.rows_per_second),
            commit_seconds: of(|raw| raw.commit_seconds),
            fsync_seconds: of(|raw| raw.fsync_seconds),
        }
    }
}

/// Measures all of it.
///
/// # Errors
///
/// The files can't be written.
pub(super) fn measure(trial: &Trial, template: Template) -> Result<Raw> {
    let (hellos_per_second, cpu_seconds_per_hello) = hellos(trial, template)?;
    let (rows_per_second, commit_seconds) = rows(&connect(&trial.directory.join("rows.db"), trial.durability)?)?;
    let fsync_seconds = fsync(&trial.directory.join("fsync"))?;
    Ok(Raw { hellos_per_second, cpu_seconds_per_hello, rows_per_second, commit_seconds, fsync_seconds })
}

/// The rows that one hello has left in a database, which has the tables of the store.
#[derive(Debug)]
pub(super) struct Template {
    instance: Row,
    segments: Vec<Row>,
}

impl Template {
    /// Lets a hello run, and reads its rows.
    ///
    /// # Errors
    ///
    /// The database can't be written, or has other tables than is thought here.
    pub(super) async fn of_a_hello(trial: &Trial) -> Result<Self> {
        let runtime = Runtime::builder().store(trial.store()).register(hello::REGISTRY).start().await?;
        let handle = runtime.client().start(hello::hello()).await?;
        handle.output().await?;
        runtime.shutdown().await?;
        Self::read(&Connection::open(trial.database())?, handle.id().as_str())
    }

    /// Reads the rows of the instance with that id.
    ///
    /// # Errors
    ///
    /// There is none, or the database has other tables than is thought here.
    pub(super) fn read(connection: &Connection, id: &str) -> Result<Self> {
        let mut instances = Row::read_all(connection, "instance", "WHERE id = ?1", id)?;
        let segments = "WHERE iid = (SELECT iid FROM instance WHERE id = ?1) ORDER BY lsn";
        let mut segments = Row::read_all(connection, "segment", segments, id)?;
        let instance = instances.pop().ok_or_else(|| durable::Error::new(format!("`{id}` has left no instance")))?;
        for segment in &mut segments {
            segment.set("lsn", Value::Null);
        }
        Ok(Self { instance, segments })
    }

    /// The same, as if nobody had it in memory.
    pub(super) fn asleep(mut self) -> Self {
        self.instance.set("awake", Value::Integer(0));
        self
    }

    /// Writes such an instance once more for each key, their segments in turns, as if they had been at work together.
    ///
    /// # Errors
    ///
    /// A key or an id is in use.
    pub(super) fn copy(&mut self, connection: &Connection, keys: Range<i64>, id: impl Fn(i64) -> String) -> Result<()> {
        for key in keys.clone() {
            self.instance.set("id", Value::Text(id(key)));
            self.instance.insert(connection, key)?;
        }
        for segment in &mut self.segments {
            keys.clone().try_for_each(|key| segment.insert(connection, key))?;
        }
        Ok(())
    }
}

/// An id for the instance with that key: they rise, as those do that clients make.
pub(super) fn rising_id(key: i64) -> String {
    format!("0199aa55bb66{:020x}", key * 77_777)
}

/// A row that is inserted again and again, with a few values changed.
#[derive(Debug, Clone)]
struct Row {
    insert: String,
    columns: Vec<String>,
    values: Vec<Value>,
}

impl Row {
    fn read_all(connection: &Connection, table: &str, which: &str, id: &str) -> Result<Vec<Self>> {
        let mut select = connection.prepare(&format!("SELECT * FROM {table} {which}"))?;
        let names = (0..select.column_count()).map(|column| Ok(select.column_name(column)?.to_owned()));
        let columns = names.collect::<Result<Vec<_>>>()?;
        let insert =
            format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), vec!["?"; columns.len()].join(", "));
        let rows = select.query_map([id], |row| {
            let values = (0..columns.len()).map(|column| row.get(column)).collect::<rusqlite::Result<_>>()?;
            Ok(Self { insert: insert.clone(), columns: columns.clone(), values })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn set(&mut self, column: &str, value: Value) {
        let place = self.columns.iter().position(|name| name == column);
        if let Some(place) = place.and_then(|place| self.values.get_mut(place)) {
            *place = value;
        }
    }

    /// Inserts it for the instance with that key.
    fn insert(&mut self, connection: &Connection, key: i64) -> Result<()> {
        self.set("iid", Value::Integer(key));
        connection.prepare_cached(&self.insert)?.execute(params_from_iter(&self.values))?;
        Ok(())
    }
}

/// Each transaction creates 1,000 instances with their first segment, and adds the next segment to those of the
/// transactions before; with the last segment goes the update of the instance. So it is when an engine keeps hellos at
/// work.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn hellos(trial: &Trial, template: Template) -> Result<(f64, Option<f64>)> {
    let mut connection = connect(&trial.database(), trial.durability)?;
    let first: i64 = connection.query_row("SELECT max(iid) + 1 FROM instance", [], |row| row.get(0))?;
    let Template { mut instance, mut segments } = template;
    // As it is inserted: at work.
    instance.set("status", Value::Integer(1));
    instance.set("awake", Value::Integer(1));
    let turns = i64::try_from(segments.len())?;
    let (cpu, began) = (resources::cpu(), now());
    for batch in 0..HELLO_BATCHES + turns - 1 {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        // The first of the instances that were created so many transactions ago.
        let cohort = |age: i64| {
            let batch = batch - age;
            (0..HELLO_BATCHES).contains(&batch).then_some(first + batch * BATCH)
        };
        if let Some(cohort) = cohort(0) {
            for key in cohort..cohort + BATCH {
                instance.set("id", Value::Text(rising_id(key)));
                instance.insert(&transaction, key)?;
            }
        }
        if let Some(cohort) = cohort(turns - 1) {
            let mut update = transaction.prepare_cached(
                "UPDATE instance SET version = NULL, status = 3, generation = 0, updated = ?2, tags = NULL,
                    custom_status = NULL, parked = NULL, awake = 0 WHERE iid = ?1",
            )?;
            for key in cohort..cohort + BATCH {
                update.execute((key, 1_790_000_000_000_000 + key))?;
            }
        }
        for place in 0..BATCH {
            for (age, segment) in (0..).zip(&mut segments) {
                if let Some(cohort) = cohort(age) {
                    segment.insert(&transaction, cohort + place)?;
                }
            }
        }
        transaction.commit()?;
    }
    let (elapsed, hellos) = (began.elapsed().as_secs_f64(), (HELLO_BATCHES * BATCH) as f64);
    let cpu = resources::cpu().zip(cpu).map(|(end, begin)| end.saturating_sub(begin).as_secs_f64() / hellos);
    Ok((hellos / elapsed, cpu))
}

/// Rows per second with an index on two integers, in transactions of 1,000; and the time of a commit of one.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn rows(connection: &Connection) -> Result<(f64, f64)> {
    connection.execute_batch(
        "CREATE TABLE row (lsn INTEGER PRIMARY KEY, iid INTEGER, seq INTEGER, data TEXT);
         CREATE UNIQUE INDEX row_i ON row (iid, seq);",
    )?;
    let data = "x".repeat(160);
    let mut insert = connection.prepare("INSERT INTO row (iid, seq, data) VALUES (?1, ?2, ?3)")?;
    let began = now();
    for batch in 0..ROW_BATCHES {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for n in 0..BATCH {
            insert.execute((n, batch, &data))?;
        }
        connection.execute_batch("COMMIT")?;
    }
    let rate = (ROW_BATCHES * BATCH) as f64 / began.elapsed().as_secs_f64();
    let commits = (0..SMALL_COMMITS).map(|n| {
        let began = now();
        insert.execute((BATCH, n, &data))?;
        Ok(began.elapsed().as_secs_f64())
    });
    let commits: Vec<_> = commits.collect::<Result<_>>()?;
    Ok((rate, median(commits.into_iter()).unwrap_or_default()))
}

/// The time to overwrite 4 KiB of a file and to wait until they are on the disk.
fn fsync(path: &Path) -> Result<f64> {
    const PAGES: usize = 256;
    let mut file = File::create(path)?;
    file.write_all(&vec![1; PAGES * PAGE])?;
    file.sync_all()?;
    let page = vec![2; PAGE];
    let mut times = Vec::new();
    for n in 0..FSYNCS {
        let began = now();
        file.seek(SeekFrom::Start(u64::try_from(n % PAGES * PAGE)?))?;
        file.write_all(&page)?;
        file.sync_data()?;
        times.push(began.elapsed().as_secs_f64());
    }
    Ok(median(times.into_iter()).unwrap_or_default())
}

/// Connects as the store does.
fn connect(path: &Path, durability: Durability) -> Result<Connection> {
    let connection = Connection::open(path)?;
    let synchronous = match durability {
        Durability::Full | Durability::Strict => "FULL",
        Durability::Relaxed => "NORMAL",
    };
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA cache_size = -65536;"
    ))?;
    Ok(connection)
}
