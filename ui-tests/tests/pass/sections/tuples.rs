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
pub async fn total(ctx: &mut Context) -> Result<i64> {
    let at = |n: u8| Account::at(n.to_string());
    let mut total = 0;
    {
        let ((a,), _section) = ctx.lock((at(1),)).await?;
        total += a.balance().await?;
    }
    {
        let ((a, b, c), _section) = ctx.lock((at(1), at(2), at(3))).await?;
        total += a.balance().await? + b.balance().await? + c.balance().await?;
    }
    let eight = (at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8));
    let ((a, mut b, c, d, e, f, g, h), _section) = ctx.lock(eight).await?;
    total += b.add(1).await? + a.balance().await? + c.balance().await? + d.balance().await?;
    Ok(total + e.balance().await? + f.balance().await? + g.balance().await? + h.balance().await?)
}
