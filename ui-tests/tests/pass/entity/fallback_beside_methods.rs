use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    #[fallback]
    async fn old_names(
        &mut self,
        ctx: &EntityContext,
        operation: String,
        limit: State<i64>,
        amount: i64,
    ) -> Result<i64, Unknown> {
        std::future::ready(ctx.id()).await;
        match operation.as_str() {
            "deposit" if amount < *limit => Ok(self.add(amount)),
            "withdraw" => Ok(self.add(-amount)),
            _ => Err(Unknown(operation)),
        }
    }

    fn add(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }

    async fn balance(&self) -> i64 {
        self.balance
    }
}

#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
#[error("no operation `{0}`")]
struct Unknown(String);

#[orchestrator]
pub async fn caller(ctx: &mut Context) -> Result<i64> {
    ctx.call(Account::at("a").operation::<i64>("deposit", &5)).await?;
    let (mut account, _section) = ctx.lock(Account::at("a")).await?;
    account.add(1).await?;
    account.balance().await
}

/// All.
pub const ALL: Registry = registry![Account, caller];
