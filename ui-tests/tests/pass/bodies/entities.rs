// calls and signals of entities
use durable::prelude::*;
use std::time::Duration;

use serde::{Deserialize, Serialize};

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

    fn withdraw(&mut self, amount: i64) -> Result<i64> {
        if amount > self.balance {
            return Err(Error::new("overdrawn"));
        }
        self.balance -= amount;
        Ok(self.balance)
    }

    fn balance(&self) -> i64 {
        self.balance
    }
}

#[orchestrator]
async fn transfer(ctx: &Context, from: String, to: String, amount: i64) -> Result<i64> {
    let (from, to) = (Account::at(&from), Account::at(&to));
    if ctx.call(from.balance()).await? < amount {
        return Ok(0);
    }
    ctx.call(from.withdraw(amount)).timeout(Duration::from_secs(10)).await?;
    ctx.signal(to.deposit(amount));
    ctx.signal_at(Account::at("fees").deposit(1), ctx.now() + Duration::from_secs(3600));
    ctx.call(from.balance()).await
}
