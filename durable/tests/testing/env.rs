//! Time, waiting, and what cannot happen.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use durable::{FailureKind, prelude::*, runtime::SystemClock, testing::TestEnv};

use super::code::*;

#[tokio::test]
async fn days_pass_while_somebody_waits_and_nothing_else_can_happen() -> Result<()> {
    let env = TestEnv::new(ALL).await?;
    let woken = env.start(naps(72)).await?.output().await?;
    assert_eq!(woken, env.now());
    assert_eq!(env.elapsed(), 72 * HOUR);
    Ok(())
}

#[tokio::test]
async fn a_test_of_three_days_takes_milliseconds() -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "this is about real time")]
    let began = Instant::now();
    for _ in 0..20 {
        let env = TestEnv::new(ALL).await?;
        assert_eq!(env.start(approval()).await?.output().await?, "nobody");
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?} for 20", began.elapsed());
    Ok(())
}

#[tokio::test]
async fn no_time_passes_while_nobody_waits() -> Result<()> {
    let env = TestEnv::new(ALL).await?;
    let request = env.start(approval()).await?;
    env.settle().await;
    assert_eq!(env.elapsed(), Duration::ZERO);
    request.raise("decision", "yes").await?;
    assert_eq!(request.output().await?, "yes");
    assert_eq!(env.elapsed(), Duration::ZERO);
    Ok(())
}

#[tokio::test]
async fn time_passes_by_hand_up_to_the_moment_that_was_asked_for() -> Result<()> {
    let env = TestEnv::builder(ALL).time_passes_by_itself(false).start().await?;
    let (one, three) = (env.start(naps(1)).await?, env.start(naps(3)).await?);
    env.advance(2 * HOUR).await;
    assert_eq!(env.elapsed(), 2 * HOUR);
    assert_eq!(one.status().await?.status, Status::Completed);
    assert_eq!(three.status().await?.status, Status::Running);
    env.advance(HOUR).await;
    assert_eq!(three.output().await?, env.now());
    Ok(())
}

#[tokio::test]
async fn what_is_due_meanwhile_happens_at_its_time() -> Result<()> {
    let env = TestEnv::new(ALL).await?;
    let monitor = env.start(monitors(0)).await?;
    env.advance(10 * HOUR + HOUR / 2).await;
    assert_eq!(env.runs(tick).len(), 11, "at once, and after each hour");
    assert_eq!(monitor.status().await?.generation, 10);
    Ok(())
}

#[tokio::test]
async fn who_waits_for_ever_is_told_what_for() -> Result<()> {
    let env = TestEnv::new(ALL).await?;
    let waits = env.start(awaits()).instance_id("w").await?;
    let error = waits.output().await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidState);
    assert_eq!(error.message(), "`w` waits for ever, for an event `news`");
    waits.raise("news", "after all").await?;
    assert_eq!(waits.output().await?, "after all");
    Ok(())
}

#[tokio::test]
async fn who_waits_beside_something_endless_is_told_so_too() -> Result<()> {
    let env = TestEnv::builder(ALL).max_time_steps(50).start().await?;
    env.start(monitors(0)).await?;
    let error = env.start(awaits()).instance_id("w").await?.output().await.unwrap_err();
    assert_eq!(error.message(), "`w` waits for ever, for an event `news`");
    Ok(())
}

#[tokio::test]
async fn an_environment_is_a_client() -> Result<()> {
    let env = TestEnv::new(ALL).await?;
    env.signal(Account::at("ann").add(5)).await?;
    assert_eq!(env.call(Account::at("ann").add_slowly(2)).await?, 7);
    assert_eq!(env.read(Account::at("ann")).await?.map(|account| account.balance), Some(7));
    env.signal(Account::at("ann").add(1)).at(env.now() + HOUR).await?;
    env.advance(HOUR).await;
    assert_eq!(env.read(Account::at("ann")).await?.map(|account| account.balance), Some(8));
    Ok(())
}

#[tokio::test]
async fn what_is_done_is_the_same_each_time() -> Result<()> {
    let mut seen = Vec::new();
    for _ in 0..5 {
        let env = TestEnv::new(ALL).await?;
        let run = env.start(everything(0)).instance_id("e").await?;
        run.raise("news", "x").await?;
        run.raise("news", "y").await?;
        assert_eq!(run.output().await?, "a b c child y");
        let events: Vec<_> = run.history().await?.into_iter().flat_map(|segment| segment.events).collect();
        let events: Vec<_> = events.iter().map(durable::model::Event::summary).collect();
        seen.push((env.elapsed(), events));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_works_with_several_threads_too() -> Result<()> {
    let env = TestEnv::new(ALL).await?;
    let run = env.start(everything(1)).await?;
    run.raise("news", "z").await?;
    assert_eq!(run.output().await?, "a b c child z");
    Ok(())
}

#[tokio::test]
async fn a_crash_loses_nothing_and_nobody_notices() -> Result<()> {
    let env = TestEnv::builder(ALL).time_passes_by_itself(false).start().await?;
    let request = env.start(approval()).await?;
    let waiting = tokio::spawn({
        let request = request.clone();
        async move { request.output().await }
    });
    env.advance(HOUR).await;
    env.crash().await?;
    request.raise("decision", "yes").await?;
    env.crash().await?;
    assert_eq!(waiting.await.unwrap()?, "yes");
    Ok(())
}

#[tokio::test]
async fn time_begins_when_the_test_says_so() -> Result<()> {
    let new_year = Timestamp::from_micros(946_684_800_000_000);
    let env = TestEnv::builder(ALL).begin_at(new_year).start().await?;
    assert_eq!(env.start(naps(1)).await?.output().await?, new_year + HOUR);
    Ok(())
}

#[tokio::test]
async fn what_is_set_for_production_does_not_replace_store_and_clock() -> Result<()> {
    let env = TestEnv::builder(ALL).runtime(|runtime| runtime.memory().clock(SystemClock::default()));
    let env = env.start().await?;
    let nap = env.start(naps(72)).await?;
    assert_eq!(nap.output().await?, env.now());
    assert_eq!(nap.status().await?.status, Status::Completed);
    assert!(env.commits() > 0);
    Ok(())
}

#[tokio::test]
async fn patience_with_what_really_runs_ends() -> Result<()> {
    let env = TestEnv::builder(registry![dawdles, hangs]).patience(Duration::from_millis(20)).start().await?;
    assert_eq!(env.start(dawdles()).await?.output().await?, "too late");
    assert_eq!(env.elapsed(), HOUR);
    Ok(())
}

#[activity]
async fn hangs() -> Result<()> {
    std::future::pending().await
}

#[orchestrator]
async fn dawdles(ctx: &Context) -> Result<String> {
    match durable::race(ctx.call(hangs()), ctx.timer(HOUR)).await {
        Either::Left(_) => Ok("in time".to_owned()),
        Either::Right(()) => Ok("too late".to_owned()),
    }
}

#[tokio::test]
async fn nobody_waits_for_ever_when_the_process_can_not_be_started_again() -> Result<()> {
    let lives = AtomicU32::new(0);
    let env = TestEnv::builder(ALL).runtime(move |runtime| {
        assert_eq!(lives.fetch_add(1, Ordering::SeqCst), 0, "only once");
        runtime
    });
    let env = env.start().await?;
    let waits = env.start(awaits()).await?;
    let waiting = tokio::spawn(async move { waits.output().await });
    env.settle().await;
    assert_eq!(env.crash().await.unwrap_err().kind(), FailureKind::Unavailable);
    assert_eq!(waiting.await.unwrap().unwrap_err().kind(), FailureKind::Unavailable);
    Ok(())
}
