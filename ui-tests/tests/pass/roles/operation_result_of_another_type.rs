use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Account {
    balance: i64,
}

#[entity]
impl Account {
    pub fn balance(&self) -> i64 {
        self.balance
    }
}

#[orchestrator]
pub async fn show(ctx: &Context) -> Result<String> {
    let balance: i64 = ctx.call(Account::at("alice").balance()).await?;
    Ok(balance.to_string())
}
