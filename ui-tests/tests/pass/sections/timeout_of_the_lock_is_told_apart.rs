use durable::FailureKind;
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
pub async fn deposit(ctx: &mut Context, amount: i64) -> Result<i64> {
    let failure = match ctx.lock(Account::at("alice")).timeout(Duration::from_secs(60)).await {
        Ok((mut account, _section)) => return account.add(amount).await,
        Err(failure) => failure,
    };
    if failure.kind() == FailureKind::TimedOut {
        ctx.signal(Account::at("refused").add(amount));
        return Ok(0);
    }
    Err(failure)
}
