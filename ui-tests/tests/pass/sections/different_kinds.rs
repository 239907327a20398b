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

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Stock(u32);

#[entity]
impl Stock {
    fn take(&mut self) -> Result<u32, SoldOut> {
        self.0 = self.0.checked_sub(1).ok_or(SoldOut)?;
        Ok(self.0)
    }
}

#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
#[error("sold out")]
struct SoldOut;

#[orchestrator]
pub async fn buy(ctx: &mut Context, buyer: String, article: String, price: i64) -> Result<bool> {
    let ((mut buyer, mut stock), _section) = ctx.lock((Account::at(&buyer), Stock::at(&article))).await?;
    let (balance, taken) = durable::join!(buyer.add(-price), stock.take());
    if let Err(CallError::Application(SoldOut)) = taken {
        buyer.add(price).await?;
        return Ok(false);
    }
    Ok(balance? >= 0)
}
