//! The workloads on `duroxide` with its SQLite store. What is set for each of them is in [`settings`].

mod settings;

use std::{path::Path, sync::Arc, time::Duration};

use duroxide::{
    ActivityContext, Client, OrchestrationContext, OrchestrationRegistry, OrchestrationStatus,
    providers::sqlite::SqliteProvider,
    runtime::{Runtime, RuntimeOptions, registry::ActivityRegistry},
};
use peers::{
    contestant::Synchronous,
    job::{Job, Run},
    load::{Load, PATIENCE, expect, in_flight},
    program::answer,
    workload::{self, CITIES, GREETINGS, WAITING, Workload},
};
use serde::{Serialize, de::DeserializeOwned};
use settings::Settings;
use sqlx::{Sqlite, pool::PoolConnection, sqlite::SqlitePool};

/// What an instance says when it is about to wait.
const WAITS: &str = "waits";

async fn say_hello(_: ActivityContext, city: String) -> Result<String, String> {
    Ok(format!("Hello, {city}!"))
}

async fn hello(ctx: OrchestrationContext, (): ()) -> Result<Vec<String>, String> {
    let mut greetings = Vec::new();
    for city in CITIES {
        greetings.push(ctx.schedule_activity_typed::<String, String>("say_hello", &city.to_owned()).await?);
    }
    Ok(greetings)
}

async fn one(_: ActivityContext, n: u64) -> Result<u64, String> {
    Ok(n)
}

async fn fan_out(ctx: OrchestrationContext, width: u64) -> Result<u64, String> {
    let calls = (0..width).map(|n| ctx.schedule_activity_typed::<u64, u64>("one", &n)).collect();
    ctx.join(calls).await.into_iter().sum()
}

async fn chain(ctx: OrchestrationContext, length: u64) -> Result<u64, String> {
    let mut sum = 0;
    for n in 0..length {
        sum += ctx.schedule_activity_typed::<u64, u64>("one", &n).await?;
    }
    Ok(sum)
}

async fn wait_for_go(ctx: OrchestrationContext, (): ()) -> Result<u64, String> {
    ctx.set_custom_status(WAITS);
    Ok(ctx.schedule_wait_typed::<u64>("go").await)
}

async fn sleep(ctx: OrchestrationContext, milliseconds: u64) -> Result<u64, String> {
    ctx.schedule_timer(Duration::from_millis(milliseconds)).await;
    Ok(milliseconds)
}

async fn store(directory: &Path, synchronous: Synchronous) -> peers::Result<SqliteProvider> {
    let path = directory.join("duroxide.db");
    std::fs::File::create(&path)?;
    let store = SqliteProvider::new(&format!("sqlite:{}", path.display()), None).await?;
    if synchronous != Synchronous::Normal {
        wait_for_the_disk(store.get_pool()).await?;
    }
    Ok(store)
}

/// It asks each connection for `synchronous = WAL`, which SQLite reads as NORMAL, and has no setting for that. But it
/// shows its pool, whose connections stay open: so all of them are opened here, and told.
async fn wait_for_the_disk(pool: &SqlitePool) -> peers::Result<()> {
    for connection in &mut connections(pool).await? {
        sqlx::query("PRAGMA synchronous = FULL").execute(&mut **connection).await?;
    }
    Ok(())
}

/// Refuses a run in which a connection made another promise than that of its row.
async fn check_promise(pool: &SqlitePool, synchronous: Synchronous) -> peers::Result<()> {
    let wanted = match synchronous {
        Synchronous::Normal => 1_i64,
        Synchronous::Full | Synchronous::Strict => 2,
    };
    for connection in &mut connections(pool).await? {
        let level: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut **connection).await?;
        expect(&level, &wanted)?;
    }
    Ok(())
}

async fn connections(pool: &SqlitePool) -> peers::Result<Vec<PoolConnection<Sqlite>>> {
    let mut connections = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        connections.push(pool.acquire().await?);
    }
    Ok(connections)
}

async fn run(job: Job, settings: Settings, client: Arc<Client>) -> peers::Result<Run> {
    let (width, at_once) = (job.workload.width(), settings.in_flight);
    let client = Asking { client, every: settings.ask };
    Ok(match job.workload {
        Workload::HelloInFlight | Workload::HelloAlone => {
            in_flight(job.instances, at_once, move |n| {
                let client = client.clone();
                async move { expect(&client.call::<_, Vec<String>>(n, "hello", ()).await?, &GREETINGS) }
            })
            .await
        }
        Workload::FanOut | Workload::WideFanOut => {
            in_flight(job.instances, at_once, move |n| {
                let client = client.clone();
                async move { expect(&client.call::<_, u64>(n, "fan_out", width).await?, &workload::sum(width)) }
            })
            .await
        }
        Workload::Chain => {
            in_flight(job.instances, at_once, move |n| {
                let client = client.clone();
                async move { expect(&client.call::<_, u64>(n, "chain", width).await?, &workload::sum(width)) }
            })
            .await
        }
        Workload::Events => events(job.instances, client).await?,
        Workload::Timers => {
            in_flight(job.instances, at_once, move |n| {
                let client = client.clone();
                async move { expect(&client.call::<_, u64>(n, "sleep", 10).await?, &10) }
            })
            .await
        }
        Workload::Transfers => return Err("it has neither entities nor transactions of the user".into()),
    })
}

/// A client, and how often it asks whether an instance has ended.
#[derive(Clone)]
struct Asking {
    client: Arc<Client>,
    every: Duration,
}

impl Asking {
    /// Starts an instance, and waits for its output.
    async fn call<I: Serialize, O: DeserializeOwned>(&self, n: u64, name: &str, input: I) -> peers::Result<O> {
        let id = id(n);
        self.client.start_orchestration_typed(&id, name, input).await?;
        self.output(&id).await
    }

    /// `wait_for_orchestration` asks every 5 ms at first and every 100 ms later, each time for the whole history. This
    /// is the only wait whose interval can be set; no version is as high as the one it waits for, so it ends at the end.
    async fn output<O: DeserializeOwned>(&self, id: &str) -> peers::Result<O> {
        match self.client.wait_for_status_change(id, i64::MAX.unsigned_abs(), self.every, PATIENCE).await? {
            OrchestrationStatus::Completed { output, .. } => Ok(serde_json::from_str(&output)?),
            OrchestrationStatus::Failed { details, .. } => Err(details.display_message().into()),
            OrchestrationStatus::Running { .. } | OrchestrationStatus::NotFound => Err("it has not ended".into()),
        }
    }
}

fn id(n: u64) -> String {
    format!("i{n:08}")
}

/// The instances wait before the clock goes, and have said so: an event that comes earlier is lost.
async fn events(instances: u64, client: Asking) -> peers::Result<Run> {
    let mut load = Load::default();
    for first in (0..instances).step_by(usize::try_from(WAITING)?) {
        let last = (first + WAITING).min(instances);
        for n in first..last {
            client.client.start_orchestration_typed(id(n), "wait_for_go", ()).await?;
        }
        for n in first..last {
            client.client.wait_for_status_change(&id(n), 0, client.every, PATIENCE).await?;
        }
        let client = client.clone();
        load.run(first..last, WAITING, move |n| {
            let client = client.clone();
            async move {
                client.client.raise_event_typed(id(n), "go", &n).await?;
                expect(&client.output::<u64>(&id(n)).await?, &n)
            }
        })
        .await;
    }
    Ok(load.finish(WAITING))
}

#[tokio::main]
async fn main() -> peers::Result<()> {
    answer(async |job, directory| {
        let store = Arc::new(store(directory, job.synchronous).await?);
        let activities =
            ActivityRegistry::builder().register_typed("say_hello", say_hello).register_typed("one", one).build();
        let orchestrations = OrchestrationRegistry::builder()
            .register_typed("hello", hello)
            .register_typed("fan_out", fan_out)
            .register_typed("chain", chain)
            .register_typed("wait_for_go", wait_for_go)
            .register_typed("sleep", sleep)
            .build();
        let settings = settings::of(job.workload);
        let options = RuntimeOptions {
            dispatcher_min_poll_interval: settings.poll,
            orchestration_concurrency: settings.orchestrations,
            worker_concurrency: settings.activities,
            ..RuntimeOptions::default()
        };
        let runtime = Runtime::start_with_options(store.clone(), activities, orchestrations, options).await;
        let run = run(job, settings, Arc::new(Client::new(store.clone()))).await?;
        check_promise(store.get_pool(), job.synchronous).await?;
        runtime.shutdown(None).await;
        Ok(run)
    })
    .await
}
