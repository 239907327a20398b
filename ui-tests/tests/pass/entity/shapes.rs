//! A case.

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
#[error("overdrawn")]
struct Overdrawn;

struct Rates(i64);

#[entity]
impl Account {
    const LIMIT: i64 = 5;

    fn deposit(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }

    fn withdraw(&mut self, amount: i64) -> Result<i64, Overdrawn> {
        if self.over(amount) { Err(Overdrawn) } else { Ok(self.deposit(-amount)) }
    }

    fn reset(&mut self) {
        self.balance = Self::zero();
    }

    const fn balance(&self) -> i64 {
        self.balance
    }

    async fn exchange(&mut self, rates: State<Rates>, (a, b): (i64, i64), ctx: &EntityContext, c: i64) -> Result<()> {
        self.balance += rates.0.0 + a + b + c + ctx.id().to_string().len() as i64;
        Ok(())
    }

    async fn peek(&self) -> i64 {
        self.balance
    }

    #[skip]
    fn over(&self, amount: i64) -> bool {
        amount - self.balance > Self::LIMIT
    }

    #[skip]
    fn into_balance(self) -> i64 {
        self.balance
    }

    fn zero() -> i64 {
        0
    }
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<i64> {
    let _ = (Rates(1).0, Account::default().into_balance());
    let account = Account::at("alice");
    ctx.call(account.deposit(1)).await?;
    ctx.call(account.withdraw(1)).await?;
    ctx.call(account.exchange((1, 2), 3)).await?;
    ctx.signal(account.clone().reset());
    ctx.signal(account.delete());
    ctx.call(account.balance()).await
}

/// All.
pub const ALL: Registry = registry![Account, caller];
