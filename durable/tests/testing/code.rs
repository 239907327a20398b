//! What the environments of these tests run.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

pub(crate) const HOUR: Duration = Duration::from_secs(3_600);

#[activity]
pub(crate) async fn echo(text: String) -> Result<String> {
    Ok(text)
}

#[activity]
pub(crate) async fn pay(card: String, cents: u64) -> Result<u64> {
    Err(Error::new(format!("asks the bank for {cents} from {card}")))
}

#[activity]
pub(crate) async fn tick() -> Result<()> {
    Ok(())
}

#[orchestrator]
pub(crate) async fn echoes(ctx: &Context, text: String) -> Result<String> {
    ctx.call(echo(text)).await
}

#[orchestrator]
pub(crate) async fn pays(ctx: &Context) -> Result<u64> {
    ctx.call(pay("4242".into(), 100)).retry(Retry::exponential(5, Duration::from_secs(60))).await
}

#[orchestrator]
pub(crate) async fn naps(ctx: &Context, hours: u64) -> Result<Timestamp> {
    ctx.timer(Duration::from_secs(hours * 3_600)).await;
    Ok(ctx.now())
}

#[orchestrator]
pub(crate) async fn awaits(ctx: &Context) -> Result<String> {
    ctx.event("news").await
}

/// Gives who was first: the event, or three days.
#[orchestrator]
pub(crate) async fn approval(ctx: &Context) -> Result<String> {
    match durable::race(ctx.event::<String>("decision"), ctx.timer(72 * HOUR)).await {
        Either::Left(decision) => decision,
        Either::Right(()) => Ok("nobody".to_owned()),
    }
}

/// For ever: an hour, an activity, an hour, an activity.
#[orchestrator]
pub(crate) async fn monitors(ctx: &Context, round: u64) -> Result<()> {
    ctx.call(tick()).await?;
    ctx.timer(HOUR).await;
    ctx.continue_as_new(monitors(round + 1)).await
}

static POLLS: AtomicU32 = AtomicU32::new(0);

/// Does something else at each replay, which no net but the replay can see.
#[orchestrator]
pub(crate) async fn wavers(ctx: &Context) -> Result<String> {
    let polls = durable::assume_deterministic!(POLLS.fetch_add(1, Ordering::SeqCst));
    ctx.call(echo(format!("{polls}"))).await
}

#[entity]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) balance: i64,
}

#[entity]
impl Account {
    fn add(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }

    async fn add_slowly(&mut self, amount: i64) -> i64 {
        tokio::task::yield_now().await;
        self.balance += amount;
        self.balance
    }
}

/// Of everything a little.
#[orchestrator]
pub(crate) async fn everything(ctx: &mut Context, round: u64) -> Result<String> {
    let texts = ["a", "b", "c"].map(|text| ctx.call(echo(text.into())));
    let mut said = durable::try_join_all(texts).await?;
    said.push(ctx.call(echoes("child".into())).await?);
    ctx.timer(HOUR).await;
    ctx.signal(Account::at("signaled").add(1));
    {
        let ((mut left, mut right), _section) = ctx.lock((Account::at("left"), Account::at("right"))).await?;
        left.add(-1).await?;
        right.add_slowly(1).await?;
    }
    let news: String = ctx.event("news").await?;
    said.push(news);
    if round == 0 {
        return ctx.continue_as_new(everything(1)).await;
    }
    Ok(said.join(" "))
}

pub(crate) const ALL: Registry =
    registry![echo, pay, tick, echoes, pays, naps, awaits, approval, monitors, wavers, everything, Account];
