//! The workloads on `durable`, as its own benchmark runs them: `tests/src/bin/bench.rs`.
//!
//! Nothing is set but the path, and whether everything waits for the disk or only what is acknowledged.

use std::time::Duration;

use durable::{
    prelude::*,
    store::sqlite::{Durability, SqliteStore},
};
use peers::{
    contestant::Synchronous,
    job::{Job, Run},
    load::{Load, expect, in_flight},
    program::answer,
    workload::{self, ACCOUNTS, CITIES, GREETINGS, WAITING, Workload},
};
use serde::{Deserialize, Serialize};

/// Group commit likes company; more than this gains little.
const IN_FLIGHT: u64 = 1_000;

#[activity]
async fn say_hello(city: String) -> Result<String> {
    Ok(format!("Hello, {city}!"))
}

#[orchestrator]
async fn hello(ctx: &Context) -> Result<Vec<String>> {
    let mut greetings = Vec::new();
    for city in CITIES {
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
    Ok(all.into_iter().sum())
}

#[orchestrator]
async fn chain(ctx: &Context, length: u64) -> Result<u64> {
    let mut sum = 0;
    for n in 0..length {
        sum += ctx.call(one(n)).await?;
    }
    Ok(sum)
}

#[orchestrator]
async fn wait_for_go(ctx: &Context) -> Result<u64> {
    ctx.event::<u64>("go").await
}

#[orchestrator]
async fn sleep(ctx: &Context, milliseconds: u64) -> Result<u64> {
    ctx.timer(Duration::from_millis(milliseconds)).await;
    Ok(milliseconds)
}

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    fn balance(&self) -> i64 {
        self.balance
    }

    fn add(&mut self, amount: i64) {
        self.balance += amount;
    }
}

#[orchestrator]
async fn transfer(ctx: &mut Context, from: u64, to: u64) -> Result<bool> {
    let ((mut from, mut to), _section) = ctx.lock((Account::at(from.to_string()), Account::at(to.to_string()))).await?;
    durable::try_join!(from.add(-1), to.add(1))?;
    Ok(true)
}

async fn run(job: Job, client: Client) -> peers::Result<Run> {
    let width = job.workload.width();
    Ok(match job.workload {
        Workload::HelloInFlight | Workload::HelloAlone => {
            let at_once = if job.workload == Workload::HelloAlone { 1 } else { IN_FLIGHT };
            in_flight(job.instances, at_once, move |_| {
                let client = client.clone();
                async move { expect(&client.start(hello()).await?.output().await?, &GREETINGS) }
            })
            .await
        }
        Workload::FanOut | Workload::WideFanOut => {
            in_flight(job.instances, 1, move |_| {
                let client = client.clone();
                async move { expect(&client.start(fan_out(width)).await?.output().await?, &workload::sum(width)) }
            })
            .await
        }
        Workload::Chain => {
            in_flight(job.instances, 1, move |_| {
                let client = client.clone();
                async move { expect(&client.start(chain(width)).await?.output().await?, &workload::sum(width)) }
            })
            .await
        }
        Workload::Events => events(job.instances, client).await?,
        Workload::Timers => {
            in_flight(job.instances, IN_FLIGHT, move |_| {
                let client = client.clone();
                async move { expect(&client.start(sleep(10)).await?.output().await?, &10) }
            })
            .await
        }
        Workload::Transfers => transfers(job.instances, client).await,
    })
}

/// The instances wait before the clock goes: their start answers when it is on disk, and an event is kept until then.
async fn events(instances: u64, client: Client) -> peers::Result<Run> {
    let mut load = Load::default();
    for first in (0..instances).step_by(usize::try_from(WAITING)?) {
        let last = (first + WAITING).min(instances);
        for n in first..last {
            client.start(wait_for_go()).instance_id(format!("w{n:08}")).await?;
        }
        let client = client.clone();
        load.run(first..last, WAITING, move |n| {
            let client = client.clone();
            async move {
                let handle = client.handle::<u64, Error>(format!("w{n:08}"))?;
                handle.raise("go", &n).await?;
                expect(&handle.output().await?, &n)
            }
        })
        .await;
    }
    Ok(load.finish(WAITING))
}

async fn transfers(instances: u64, client: Client) -> Run {
    let mut load = Load::default();
    let transfers = client.clone();
    load.run(0..instances, IN_FLIGHT, move |n| {
        let client = transfers.clone();
        let (from, to) = workload::transfer(n);
        async move { expect(&client.start(transfer(from, to)).await?.output().await?, &true) }
    })
    .await;
    for account in 0..ACCOUNTS {
        let balance = client.call(Account::at(account.to_string()).balance()).await;
        let wanted = workload::balance(account, instances);
        load.check(balance.map_err(|error| error.to_string().into()).and_then(|balance| expect(&balance, &wanted)));
    }
    load.finish(IN_FLIGHT)
}

#[tokio::main]
async fn main() -> peers::Result<()> {
    answer(async |job, directory| {
        let durability = match job.synchronous {
            Synchronous::Strict => Durability::Strict,
            Synchronous::Full => Durability::Full,
            Synchronous::Normal => Durability::Relaxed,
        };
        let runtime = Runtime::builder()
            .store(SqliteStore::new(directory.join("durable.db")).durability(durability))
            .register(registry![hello, say_hello, fan_out, chain, one, wait_for_go, sleep, Account, transfer])
            .start()
            .await?;
        let run = run(job, runtime.client()).await?;
        runtime.shutdown().await?;
        Ok(run)
    })
    .await
}
