use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    fn balance(&self) -> i64 {
        self.balance
    }

    fn add(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }
}

#[orchestrator]
pub async fn collect(ctx: &mut Context, keys: Vec<String>) -> Result<i64> {
    let mut total = 0;
    for key in &keys {
        let ((mut member, mut pot), _section) = ctx.lock((Account::at(key), Account::at("pot"))).await?;
        if member.balance().await? <= 0 {
            continue;
        }
        member.add(-1).await?;
        total = pot.add(1).await?;
        if total > 100 {
            break;
        }
    }
    while ctx.call(Account::at("pot").balance()).await? > 0 {
        let (mut pot, section) = ctx.lock(Account::at("pot")).await?;
        pot.add(-1).await?;
        section.timer(std::time::Duration::from_secs(1)).await;
    }
    Ok(total)
}
