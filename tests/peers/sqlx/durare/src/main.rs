//! The workloads on `durare` with its SQLite store.
//!
//! Workflows run in the process that starts them, and not through a queue, which is polled: the handle then waits for a
//! task of its own, and asks nobody. Messages are polled for every 25 ms, timers are those of tokio; neither can be set.

use std::{path::Path, sync::Arc, time::Duration};

use durare::{DurableContext, DurableEngine, Result, SqliteProvider, Tx, WorkflowOptions, params};
use peers::{
    contestant::Synchronous,
    job::{Job, Run},
    load::{Load, PATIENCE, expect, in_flight},
    program::answer,
    workload::{self, ACCOUNTS, CITIES, GREETINGS, WAITING, Workload},
};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

/// What it opens by itself. One or two are no faster, and much slower where steps run side by side.
const CONNECTIONS: u32 = 5;

/// One writes at a time, whatever is in flight, and each step is a commit of its own: between 5 and 200 the rate is the
/// same, and only the latency grows.
const IN_FLIGHT: u64 = 50;

#[durare::step]
async fn say_hello(ctx: &DurableContext, city: String) -> Result<String> {
    Ok(format!("Hello, {city}!"))
}

#[durare::workflow]
async fn hello(ctx: DurableContext, _input: ()) -> Result<Vec<String>> {
    let mut greetings = Vec::new();
    for city in CITIES {
        greetings.push(say_hello(&ctx, city.into()).await?);
    }
    Ok(greetings)
}

#[durare::step]
async fn one(ctx: &DurableContext, n: u64) -> Result<u64> {
    Ok(n)
}

/// Steps that are awaited together; child workflows, its other way, take two more commits each.
#[durare::workflow]
async fn fan_out(ctx: DurableContext, width: u64) -> Result<u64> {
    let all = futures_util::future::try_join_all((0..width).map(|n| one(&ctx, n))).await?;
    Ok(all.into_iter().sum())
}

#[durare::workflow]
async fn chain(ctx: DurableContext, length: u64) -> Result<u64> {
    let mut sum = 0;
    for n in 0..length {
        sum += one(&ctx, n).await?;
    }
    Ok(sum)
}

#[durare::workflow]
async fn wait_for_go(ctx: DurableContext, _input: ()) -> Result<u64> {
    ctx.recv("go", PATIENCE).await?.ok_or_else(|| ctx.err("no event came"))
}

#[durare::workflow]
async fn sleep(ctx: DurableContext, milliseconds: u64) -> Result<u64> {
    ctx.sleep(Duration::from_millis(milliseconds)).await?;
    Ok(milliseconds)
}

#[durare::transaction]
async fn move_one(ctx: &DurableContext, tx: &mut Tx<'_>, from: i64, to: i64) -> Result<bool> {
    let mut changed = 0;
    for (account, amount) in [(from, -1_i64), (to, 1)] {
        changed +=
            tx.execute("UPDATE account SET balance = balance + ? WHERE id = ?", &params![amount, account]).await?;
    }
    Ok(changed == 2)
}

#[durare::workflow]
async fn transfer(ctx: DurableContext, accounts: (i64, i64)) -> Result<bool> {
    move_one(&ctx, accounts.0, accounts.1).await
}

/// What `SqliteProvider::connect` sets, with the promise that was asked for, and more patience with a file that others
/// are writing to: so nothing fails that is only late.
async fn pool(directory: &Path, synchronous: Synchronous) -> peers::Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(directory.join("durare.db"))
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match synchronous {
            Synchronous::Full | Synchronous::Strict => SqliteSynchronous::Full,
            Synchronous::Normal => SqliteSynchronous::Normal,
        })
        .busy_timeout(PATIENCE);
    let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
    Ok(pool.connect_with(options).await?)
}

async fn run(job: Job, engine: Arc<DurableEngine>, pool: SqlitePool) -> peers::Result<Run> {
    let width = job.workload.width();
    Ok(match job.workload {
        Workload::HelloInFlight | Workload::HelloAlone => {
            let at_once = if job.workload == Workload::HelloAlone { 1 } else { IN_FLIGHT };
            in_flight(job.instances, at_once, move |_| {
                let engine = engine.clone();
                async move {
                    let handle = engine.start_with(Hello, (), WorkflowOptions::default()).await?;
                    expect(&handle.result().await?, &GREETINGS)
                }
            })
            .await
        }
        Workload::FanOut | Workload::WideFanOut => {
            in_flight(job.instances, 1, move |_| {
                let engine = engine.clone();
                async move {
                    let handle = engine.start_with(FanOut, width, WorkflowOptions::default()).await?;
                    expect(&handle.result().await?, &workload::sum(width))
                }
            })
            .await
        }
        Workload::Chain => {
            in_flight(job.instances, 1, move |_| {
                let engine = engine.clone();
                async move {
                    let handle = engine.start_with(Chain, width, WorkflowOptions::default()).await?;
                    expect(&handle.result().await?, &workload::sum(width))
                }
            })
            .await
        }
        Workload::Events => events(job.instances, engine).await?,
        Workload::Timers => {
            in_flight(job.instances, IN_FLIGHT, move |_| {
                let engine = engine.clone();
                async move {
                    let handle = engine.start_with(Sleep, 10, WorkflowOptions::default()).await?;
                    expect(&handle.result().await?, &10)
                }
            })
            .await
        }
        Workload::Transfers => transfers(job.instances, engine, pool).await?,
    })
}

/// The instances wait before the clock goes: each records its deadline first, which takes a commit; a message is kept
/// until it is received.
async fn events(instances: u64, engine: Arc<DurableEngine>) -> peers::Result<Run> {
    let mut load = Load::default();
    for first in (0..instances).step_by(usize::try_from(WAITING)?) {
        let last = (first + WAITING).min(instances);
        let mut handles = Vec::new();
        for n in first..last {
            handles.push(engine.start_with(WaitForGo, (), WorkflowOptions::with_id(format!("w{n:08}"))).await?);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let (engine, handles) = (engine.clone(), Arc::new(handles));
        load.run(first..last, WAITING, move |n| {
            let (engine, handles) = (engine.clone(), handles.clone());
            async move {
                let handle = handles.get(usize::try_from(n - first)?).ok_or("there is no such handle")?;
                engine.send(handle.id(), n, "go").await?;
                expect(&handle.result().await?, &n)
            }
        })
        .await;
    }
    Ok(load.finish(WAITING))
}

/// The accounts are rows beside its own tables, so that a transfer and its checkpoint are one commit.
async fn transfers(instances: u64, engine: Arc<DurableEngine>, pool: SqlitePool) -> peers::Result<Run> {
    sqlx::query("CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL)").execute(&pool).await?;
    for account in 0..ACCOUNTS {
        sqlx::query("INSERT INTO account VALUES (?, 0)").bind(i64::try_from(account)?).execute(&pool).await?;
    }
    let mut load = Load::default();
    load.run(0..instances, IN_FLIGHT, move |n| {
        let engine = engine.clone();
        let (from, to) = workload::transfer(n);
        async move {
            let accounts = (i64::try_from(from)?, i64::try_from(to)?);
            let handle = engine.start_with(Transfer, accounts, WorkflowOptions::default()).await?;
            expect(&handle.result().await?, &true)
        }
    })
    .await;
    let rows: Vec<(i64, i64)> = sqlx::query_as("SELECT id, balance FROM account").fetch_all(&pool).await?;
    for (account, balance) in rows {
        load.check(expect(&balance, &workload::balance(u64::try_from(account)?, instances)));
    }
    Ok(load.finish(IN_FLIGHT))
}

#[tokio::main]
async fn main() -> peers::Result<()> {
    answer(async |job, directory| {
        let pool = pool(directory, job.synchronous).await?;
        let engine = DurableEngine::new(Arc::new(SqliteProvider::from_pool(pool.clone()))).await?;
        engine.launch().await?;
        let engine = Arc::new(engine);
        let run = run(job, engine.clone(), pool).await?;
        engine.shutdown(Duration::from_secs(1)).await?;
        Ok(run)
    })
    .await
}
