use durable::Payload;
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(any())]
#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: NoSuchType,
}

#[cfg(any())]
#[entity]
impl Account {
    fn balance(&self) -> NoSuchType {}
}

#[entity]
#[cfg(not(any()))]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
#[cfg(not(any()))]
impl Account {
    #[cfg(any())]
    fn add(&mut self, amount: NoSuchType) {}

    #[cfg(not(any()))]
    fn add(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }

    #[cfg(any())]
    #[fallback]
    fn unknown(&self, operation: String, input: NoSuchType) {}

    #[cfg(not(any()))]
    #[fallback]
    fn unknown(&self, operation: String, input: Payload) {
        let _ = (operation, input);
    }
}

#[orchestrator]
pub async fn deposit(ctx: &mut Context) -> Result<i64> {
    let (mut account, _section) = ctx.lock(Account::at("alice")).await?;
    account.add(1).await
}
