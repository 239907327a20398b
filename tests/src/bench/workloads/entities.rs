//! Entities: signaled by clients, called and locked by orchestrations.

use durable::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Bound, Workload};
use crate::bench::{
    goal::Goal,
    in_flight::timed,
    trial::{Measured, Trial},
};

const ACCOUNTS: u64 = 100;
const CALLS: u64 = 20;

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "signals 1,000 keys",
        units: 200_000,
        about: "signals to 1,000 entities, each acknowledged, 1,000 on their way",
        goals: &[Goal::at_least("units_per_second", 300_000.0)],
        bound: Bound::Rows,
        run: |trial| Box::pin(signals(trial, 1_000)),
    },
    Workload {
        name: "signals 1 key",
        units: 200_000,
        about: "the same to one entity",
        goals: &[Goal::at_least("units_per_second", 300_000.0)],
        bound: Bound::Rows,
        run: |trial| Box::pin(signals(trial, 1)),
    },
    Workload {
        name: "entity calls",
        units: 20_000,
        about: "orchestrations that call one of 1,000 entities once, always 1,000 at work",
        goals: &[Goal::at_least("units_per_second", 30_000.0)],
        bound: Bound::Rows,
        run: |trial| Box::pin(calls(trial)),
    },
    Workload {
        name: "entity calls in rows",
        units: 20_000,
        about: "calls of orchestrations that make 20, one after the other, each of another entity; always 1,000 at work",
        goals: &[Goal::at_least("units_per_second", 30_000.0)],
        bound: Bound::Rows,
        run: |trial| Box::pin(calls_in_rows(trial)),
    },
    Workload {
        name: "transfers",
        units: 10_000,
        about: "orchestrations that lock two of 100 accounts and call both, always 500 at work",
        goals: &[Goal::at_least("units_per_second", 5_000.0)],
        bound: Bound::Rows,
        run: |trial| Box::pin(transfers(trial)),
    },
];

const REGISTRY: Registry = registry![Account, deposit_once, deposit_often, transfer];

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    fn deposit(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }
}

#[orchestrator]
async fn deposit_once(ctx: &Context, key: u64) -> Result<i64> {
    ctx.call(Account::at(key.to_string()).deposit(1)).await
}

#[orchestrator]
async fn deposit_often(ctx: &Context, first: u64, calls: u64) -> Result<i64> {
    let mut last = 0;
    for n in 0..calls {
        last = ctx.call(Account::at(((first + n) % 1_000).to_string()).deposit(1)).await?;
    }
    Ok(last)
}

#[orchestrator]
async fn transfer(ctx: &mut Context, from: u64, to: u64) -> Result<i64> {
    let ((mut from, mut to), _section) = ctx.lock((Account::at(from.to_string()), Account::at(to.to_string()))).await?;
    let (left, _) = durable::try_join!(from.deposit(-1), to.deposit(1))?;
    Ok(left)
}

async fn signals(trial: Trial, keys: u64) -> Result<Measured> {
    let runtime = trial.start(REGISTRY).await?;
    let client = runtime.client();
    let window = trial.window();
    let latencies = timed(trial.units, 1_000, move |n| {
        let client = client.clone();
        async move { client.signal(Account::at((n % keys).to_string()).deposit(1)).await }
    });
    let measured = window.close(latencies.await?);
    runtime.shutdown().await?;
    Ok(measured)
}

async fn calls(trial: Trial) -> Result<Measured> {
    let runtime = trial.start(REGISTRY).await?;
    let client = runtime.client();
    let window = trial.window();
    let latencies = timed(trial.units, 1_000, move |n| {
        let client = client.clone();
        async move { client.start(deposit_once(n % 1_000)).await?.output().await.map(drop) }
    });
    let measured = window.close(latencies.await?);
    runtime.shutdown().await?;
    Ok(measured)
}

async fn calls_in_rows(trial: Trial) -> Result<Measured> {
    let runtime = trial.start(REGISTRY).await?;
    let (client, units) = (runtime.client(), trial.units);
    let window = trial.window();
    let orchestrations = timed(units.div_ceil(CALLS), 1_000, move |n| {
        let client = client.clone();
        let calls = CALLS.min(units - n * CALLS);
        async move { client.start(deposit_often(n * 7, calls)).await?.output().await.map(drop) }
    });
    orchestrations.await?;
    let measured = window.close(Vec::new());
    runtime.shutdown().await?;
    Ok(measured)
}

async fn transfers(trial: Trial) -> Result<Measured> {
    let runtime = trial.start(REGISTRY).await?;
    let client = runtime.client();
    let window = trial.window();
    let latencies = timed(trial.units, 500, move |n| {
        let client = client.clone();
        let (from, to) = two_accounts(n);
        async move { client.start(transfer(from, to)).await?.output().await.map(drop) }
    });
    let measured = window.close(latencies.await?);
    runtime.shutdown().await?;
    Ok(measured)
}

/// Two different accounts, the same in every run.
fn two_accounts(n: u64) -> (u64, u64) {
    let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32).wrapping_mul(0xd6e8_feb8_6659_fd93);
    let from = (mixed >> 40) % ACCOUNTS;
    (from, (from + 1 + (mixed & 0xffff) % (ACCOUNTS - 1)) % ACCOUNTS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_transfer_is_between_two_accounts_and_all_accounts_take_part() {
        let pairs: Vec<_> = (0..10_000).map(two_accounts).collect();
        assert!(pairs.iter().all(|(from, to)| from != to && *from < ACCOUNTS && *to < ACCOUNTS));
        assert_eq!(pairs.iter().map(|(from, _)| from).collect::<BTreeSet<_>>().len(), 100);
        assert_eq!(pairs.iter().map(|(_, to)| to).collect::<BTreeSet<_>>().len(), 100);
    }
}
