//! A crash in front of every commit.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use durable::{
    Result,
    prelude::*,
    testing::{TestEnv, crash_everywhere},
};

use super::code::*;

#[tokio::test]
async fn everything_comes_out_the_same_wherever_it_crashes() {
    let report = crash_everywhere(TestEnv::builder(ALL), async |env: &TestEnv| {
        let run = env.start(everything(0)).instance_id("e").await?;
        run.raise("news", "x").await?;
        run.raise("news", "y").await?;
        let output = run.output().await?;
        env.settle().await;
        let signaled = env.read(Account::at("signaled")).await?.map(|account| account.balance);
        let right = env.read(Account::at("right")).await?.map(|account| account.balance);
        Ok((output, signaled, right, env.elapsed()))
    })
    .await;
    assert!(report.crashes > 30, "{report:?}");
}

#[tokio::test]
async fn what_clients_do_is_stored_once() {
    crash_everywhere(TestEnv::builder(ALL), async |env: &TestEnv| {
        for amount in 1..5 {
            env.signal(Account::at("ann").add(amount)).await?;
            env.call(Account::at("ann").add(10)).await?;
            env.call(Account::at("ann").add_slowly(100)).await?;
        }
        Ok(env.read(Account::at("ann")).await?.map(|account| account.balance))
    })
    .await;
}

#[tokio::test]
async fn each_commit_is_the_last_of_one_life() {
    let deaths = Mutex::new(BTreeSet::new());
    let report = crash_everywhere(TestEnv::builder(ALL), async |env: &TestEnv| {
        let output = env.start(echoes("x".into())).instance_id("e").await?.output().await?;
        deaths.lock().unwrap().insert(env.runs(echo).len());
        Ok(output)
    })
    .await;
    assert_eq!(report.crashes, 2, "the start with its turn; the result with its turn");
    assert_eq!(deaths.into_inner().unwrap(), BTreeSet::from([1, 2]), "once it ran again");
}

/// Gives another result in each run.
#[orchestrator]
async fn counts_lives(ctx: &Context) -> Result<u64> {
    ctx.call(next()).await?;
    ctx.call(next()).await
}

struct Lives(Arc<AtomicU64>);

#[activity]
async fn next(lives: State<Lives>) -> Result<u64> {
    Ok(lives.0.0.fetch_add(1, Ordering::SeqCst))
}

#[tokio::test]
#[should_panic(expected = "with a crash in front of commit")]
async fn another_result_is_a_failure_that_names_the_crash() {
    let lives = Arc::new(AtomicU64::new(0));
    let builder = TestEnv::builder(registry![counts_lives, next]);
    let builder = builder.runtime(move |runtime| runtime.state(Lives(Arc::clone(&lives))));
    crash_everywhere(builder, async |env: &TestEnv| env.start(counts_lives()).await?.output().await).await;
}

#[tokio::test]
#[should_panic(expected = "without a crash the scenario panicked at durable/tests/testing/crashes.rs")]
async fn a_scenario_that_panics_is_a_failure_that_says_where() {
    crash_everywhere(TestEnv::builder(ALL), async |env: &TestEnv| {
        assert_eq!(env.start(echoes("x".into())).await?.output().await?, "y");
        Ok(())
    })
    .await;
}

#[orchestrator]
async fn rolls(ctx: &Context, depth: u64) -> Result<Vec<u64>> {
    let mut rng = ctx.rng();
    let mut dice = Vec::new();
    for _ in 0..=rng.below(6) {
        dice.push(rng.below(1_000));
        ctx.call(tick()).await?;
    }
    if depth > 0 {
        dice.extend(ctx.call(rolls(depth - 1)).await?);
    }
    Ok(dice)
}

#[tokio::test]
async fn chance_is_the_same_in_every_run_and_so_are_the_ids_that_nobody_has_chosen() {
    let report = crash_everywhere(TestEnv::builder(registry![rolls, tick]), async |env: &TestEnv| {
        let (first, second) = (env.start(rolls(2)).await?, env.start(rolls(0)).await?);
        assert_ne!(first.id(), second.id());
        Ok((first.id().to_string(), first.output().await?, second.output().await?))
    })
    .await;
    assert!(report.crashes >= 6, "{report:?}");
}

/// What shares a commit must not depend on how fast the threads are.
#[tokio::test]
async fn commits_of_many_turns_are_the_same_in_every_run() {
    for _ in 0..20 {
        let env = TestEnv::builder(ALL).turns_per_commit(7);
        crash_everywhere(env, async |env: &TestEnv| {
            let first = env.start(echoes("a".into())).await?;
            let second = env.start(echoes("b".into())).await?;
            let starts = (0..5).map(|n| env.start(echoes(n.to_string())).into_future());
            for handle in futures_util::future::join_all(starts).await {
                handle?.output().await?;
            }
            Ok((first.output().await?, second.output().await?))
        })
        .await;
    }
}
