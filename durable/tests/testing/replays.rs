//! Every turn is checked by a replay.

use durable::{FailureKind, Result, testing::TestEnv};

use super::code::*;

#[tokio::test]
async fn code_that_would_do_something_else_at_a_replay_is_found_in_its_first_turn() -> Result<()> {
    let env = TestEnv::new(ALL).await?;
    let error = env.start(wavers()).instance_id("w").await?.output().await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidState);
    let message = error.message();
    assert!(message.starts_with("`w` is parked: ") && message.contains("activity `echo`"), "{message}");
    assert!(env.runs(echo).is_empty(), "nothing was stored, so nothing ran");
    Ok(())
}

#[tokio::test]
async fn without_the_check_it_passes() -> Result<()> {
    let env = TestEnv::builder(ALL).replay_every_turn(false).start().await?;
    env.start(wavers()).await?.output().await?;
    Ok(())
}
