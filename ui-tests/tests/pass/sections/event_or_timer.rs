use durable::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    fn add(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }
}

#[orchestrator]
pub async fn reserve(ctx: &mut Context, amount: i64) -> Result<i64> {
    let (mut account, section) = ctx.lock(Account::at("alice")).await?;
    let day = Duration::from_secs(24 * 3600);
    let confirmed = durable::select! {
        confirmed = section.event::<bool>("confirmed") => confirmed?,
        () = section.timer(day) => false,
    };
    if !confirmed {
        return Ok(0);
    }
    match durable::race(account.add(amount), section.timer_at(section.now() + day)).await {
        Either::Left(balance) => balance,
        Either::Right(()) => Ok(0),
    }
}
