//! How fast it is: `cargo run --release -p durable-tests --bin bench -- [--only NAME] [--size FACTOR] [--runs N]`.
//!
//! Every workload runs on a new SQLite file with an fsync for every commit, everything real: JSON payloads, readable
//! history. Beside them stands what raw SQLite does with the same number of rows in the same run. Medians of the runs.

use std::time::{Duration, Instant};

use durable::prelude::*;
use durable_tests::bench::{Line, Settings, raw_rows_per_second, report};
use serde::{Deserialize, Serialize};

#[activity]
async fn say_hello(city: String) -> Result<String> {
    Ok(format!("Hello, {city}!"))
}

#[orchestrator]
async fn hello(ctx: &Context) -> Result<Vec<String>> {
    let mut greetings = Vec::new();
    for city in ["Tokyo", "Seattle", "London"] {
        greetings.push(ctx.call(say_hello(city.into())).await?);
    }
    Ok(greetings)
}

#[activity]
async fn one(n: u64) -> Result<u64> {
    Ok(n)
}

#[orchestrator]
async fn fan_out(ctx: &Context, width: u64) -> Result<u64> {
    let all = durable::try_join_all((0..width).map(|n| ctx.call(one(n)))).await?;
    Ok(all.len() as u64)
}

#[orchestrator]
async fn chain(ctx: &Context, length: u64) -> Result<u64> {
    for n in 0..length {
        ctx.call(one(n)).await?;
    }
    Ok(length)
}

#[orchestrator]
async fn wait_for_go(ctx: &Context) -> Result<u64> {
    ctx.event::<u64>("go").await
}

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Counter {
    value: u64,
}

#[entity]
impl Counter {
    fn add(&mut self, amount: u64) -> u64 {
        self.value += amount;
        self.value
    }
}

#[orchestrator]
async fn add_once(ctx: &Context, key: u64) -> Result<u64> {
    ctx.call(Counter::at(key.to_string()).add(1)).await
}

#[orchestrator]
async fn transfer(ctx: &mut Context, from: u64, to: u64) -> Result<u64> {
    let ((mut from, mut to), _section) = ctx.lock((Counter::at(from.to_string()), Counter::at(to.to_string()))).await?;
    let (left, _) = durable::try_join!(from.add(1), to.add(1))?;
    Ok(left)
}

async fn start(directory: &std::path::Path) -> Result<Runtime> {
    Runtime::builder()
        .sqlite(directory.join("bench.db"))
        .register(registry![hello, say_hello, fan_out, chain, one, wait_for_go, Counter, add_once, transfer])
        .start()
        .await
}

/// Runs `work` for each of `count` numbers, `in_flight` at once.
async fn in_flight<F, Fut>(count: u64, in_flight: u64, work: F) -> Result<()>
where
    F: Fn(u64) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let next = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let tasks: Vec<_> = (0..in_flight.min(count))
        .map(|_| {
            let (next, work) = (next.clone(), work.clone());
            tokio::spawn(async move {
                loop {
                    let n = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if n >= count {
                        return Ok::<(), Error>(());
                    }
                    work(n).await?;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok(())
}

/// One measured workload: how many units it does, and how long that takes.
async fn measure(name: &str, settings: &Settings) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (workload, units) in settings.workloads().into_iter().filter(|(workload, _)| workload.starts_with(name)) {
        let mut line = Line::new(workload, units);
        for _ in 0..settings.runs {
            let directory = tempfile::tempdir()?;
            let runtime = start(directory.path()).await?;
            let client = runtime.client();
            let began = now();
            let latencies = run(workload, units, client).await?;
            line.add(began.elapsed(), latencies, directory.path());
            runtime.shutdown().await?;
        }
        lines.push(line);
    }
    Ok(lines)
}

async fn run(workload: &str, units: u64, client: Client) -> Result<Vec<Duration>> {
    match workload {
        "hello 1,000 in flight" => {
            in_flight(units, 1_000, move |_| {
                let client = client.clone();
                async move { client.start(hello()).await?.output().await.map(drop) }
            })
            .await?;
        }
        "hello 2,000 at once" | "hello 20,000 at once" => {
            in_flight(units, units, move |_| {
                let client = client.clone();
                async move { client.start(hello()).await?.output().await.map(drop) }
            })
            .await?;
        }
        "hello alone" => {
            let mut latencies = Vec::new();
            for _ in 0..units {
                let began = now();
                client.start(hello()).await?.output().await?;
                latencies.push(began.elapsed());
            }
            return Ok(latencies);
        }
        "fan-out" => drop(client.start(fan_out(units)).await?.output().await?),
        "chain" => drop(client.start(chain(units)).await?.output().await?),
        "signals 1,000 keys" | "signals 1 key" => {
            let keys = if workload == "signals 1 key" { 1 } else { 1_000 };
            in_flight(units, 1_000, move |n| {
                let client = client.clone();
                async move { client.signal(Counter::at((n % keys).to_string()).add(1)).await }
            })
            .await?;
        }
        "entity calls" => {
            in_flight(units, 1_000, move |n| {
                let client = client.clone();
                async move { client.start(add_once(n % 1_000)).await?.output().await.map(drop) }
            })
            .await?;
        }
        "transfers" => {
            in_flight(units, 1_000, move |n| {
                let client = client.clone();
                // Two of a hundred entities, in either order.
                let (from, to) = (n % 100, (n / 100 * 7 + 1 + n) % 100);
                async move { client.start(transfer(from, to)).await?.output().await.map(drop) }
            })
            .await?;
        }
        "events" => {
            let waiting = client.clone();
            in_flight(units, 1_000, move |n| {
                let client = waiting.clone();
                async move { client.start(wait_for_go()).instance_id(format!("w{n:08}")).await.map(drop) }
            })
            .await?;
            let began = now();
            in_flight(units, 1_000, move |n| {
                let client = client.clone();
                async move {
                    let handle = client.handle::<u64, Error>(format!("w{n:08}"))?;
                    handle.raise("go", &n).await?;
                    handle.output().await.map(drop)
                }
            })
            .await?;
            return Ok(vec![began.elapsed()]);
        }
        other => return Err(Error::new(format!("there is no workload `{other}`"))),
    }
    Ok(Vec::new())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now() -> Instant {
    Instant::now()
}

#[tokio::main]
async fn main() -> Result<()> {
    let settings = Settings::from_arguments(std::env::args().skip(1))?;
    let raw = raw_rows_per_second(&settings)?;
    let lines = measure(settings.only.as_deref().unwrap_or(""), &settings).await?;
    report(&raw, &lines);
    Ok(())
}
