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

#[deterministic]
async fn transfer(ctx: &mut Context, from: &str, to: &str, amount: i64) -> Result<bool> {
    let ((mut from, mut to), _section) = ctx.lock((Account::at(from), Account::at(to))).await?;
    if from.balance().await? < amount {
        return Ok(false);
    }
    durable::try_join!(from.add(-amount), to.add(amount))?;
    Ok(true)
}

#[orchestrator]
pub async fn settle(ctx: &mut Context, keys: Vec<String>) -> Result<u32> {
    let mut moved = 0;
    for key in &keys {
        moved += u32::from(transfer(ctx, key, "pot", 1).await?);
        ctx.timer(std::time::Duration::from_secs(1)).await;
    }
    moved += u32::from(transfer(ctx, "pot", "bank", 5).await?);
    Ok(moved)
}
