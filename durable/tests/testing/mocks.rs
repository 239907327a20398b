//! What stands in for activities.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use durable::{
    Error, FailureKind, Result,
    testing::{self, TestEnv, after, never},
};

use super::code::*;

#[tokio::test]
async fn a_mock_answers_with_the_types_of_its_activity() -> Result<()> {
    let env = TestEnv::new(ALL).await?;
    env.mock(pay, |(card, cents)| if card == "4242" { Ok(cents + 1) } else { Err(Error::new("unknown card")) });
    assert_eq!(env.start(pays()).await?.output().await?, 101);
    assert_eq!(env.runs(pay), [("4242".to_owned(), 100)]);
    Ok(())
}

#[tokio::test]
async fn what_is_not_mocked_really_runs() -> Result<()> {
    let env = TestEnv::new(ALL).await?;
    let error = env.start(pays()).await?.output().await.unwrap_err();
    assert!(error.message().contains("asks the bank"), "{error}");
    assert_eq!(env.runs(pay).len(), 5);
    Ok(())
}

#[tokio::test]
async fn retries_take_their_time() -> Result<()> {
    let env = TestEnv::new(ALL).await?;
    let tries = AtomicU32::new(0);
    env.mock(pay, move |_| match tries.fetch_add(1, Ordering::SeqCst) {
        0..3 => Err(Error::new("busy")),
        tries => Ok(u64::from(tries)),
    });
    assert_eq!(env.start(pays()).await?.output().await?, 3);
    assert_eq!(env.elapsed(), Duration::from_secs(60 + 120 + 240));
    Ok(())
}

#[tokio::test]
async fn an_answer_can_take_virtual_time() -> Result<()> {
    let env = TestEnv::new(ALL).await?;
    env.mock(echo, |text| after(5 * HOUR, Ok(text)));
    assert_eq!(env.start(echoes("late".into())).await?.output().await?, "late");
    assert_eq!(env.elapsed(), 5 * HOUR);
    Ok(())
}

#[tokio::test]
async fn who_waits_for_what_hangs_is_told_so() -> Result<()> {
    let env = TestEnv::new(ALL).await?;
    env.mock(echo, |_| never());
    let error = env.start(echoes("x".into())).instance_id("h").await?.output().await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidState);
    assert_eq!(error.message(), "`h` waits for ever, for activity `echo` #0 with input \"x\"");
    Ok(())
}

#[tokio::test]
async fn a_mock_that_panics_fails_the_activity() -> Result<()> {
    let env = TestEnv::new(ALL).await?;
    env.mock(echo, |_| -> Result<String> { panic!("no mock for this") });
    let error = env.start(echoes("x".into())).await?.output().await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (FailureKind::Panicked, "no mock for this"));
    Ok(())
}

#[tokio::test]
async fn an_activity_runs_by_itself() {
    assert_eq!(testing::run(echo("alone".into())).await.unwrap(), "alone");
    let error = testing::run(pay("4242".into(), 7)).await.unwrap_err();
    assert_eq!(error.message(), "asks the bank for 7 from 4242");
}
