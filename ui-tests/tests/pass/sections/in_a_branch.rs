use durable::prelude::*;
use serde::{Deserialize, Serialize};

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
pub async fn deposit(ctx: &mut Context, amount: Option<i64>) -> Result<i64> {
    if let Some(amount) = amount {
        let (mut account, _section) = ctx.lock(Account::at("alice")).await?;
        account.add(amount).await?;
    } else {
        ctx.timer(std::time::Duration::from_secs(1)).await;
    }
    match amount {
        Some(0) => ctx.call(Account::at("alice").add(1)).await,
        _ => {
            let (mut account, _section) = ctx.lock(Account::at("alice")).await?;
            account.add(1).await
        }
    }
}
