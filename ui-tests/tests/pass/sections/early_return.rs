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

#[activity]
async fn rate(currency: String) -> Result<i64> {
    Ok(currency.len() as i64)
}

#[orchestrator]
pub async fn exchange(ctx: &mut Context, currency: String) -> Result<Option<i64>> {
    let ((from, mut to), section) = ctx.lock((Account::at("alice"), Account::at("bob"))).await?;
    let Ok(rate) = section.call(rate(currency)).await else { return Ok(None) };
    let balance = from.balance().await?;
    if balance == 0 {
        return Err(Error::fatal("empty"));
    }
    Ok(Some(to.add(balance * rate).await?))
}
