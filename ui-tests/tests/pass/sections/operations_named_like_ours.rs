use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    fn call(&mut self, ids: i64) -> i64 {
        self.balance += ids;
        self.balance
    }

    fn lock(&mut self) {}

    fn locked(&self) -> bool {
        true
    }

    fn ids(&self) -> Vec<i64> {
        vec![self.balance]
    }

    fn id(&self) -> i64 {
        self.balance
    }

    fn entity_ref(&self) {}

    fn operation(&mut self, entity: String, operation: String) -> String {
        entity + &operation
    }

    fn timeout(&self) {}

    fn clone(&self) {}

    fn fmt(&self) {}
}

#[orchestrator]
pub async fn all(ctx: &mut Context) -> Result<i64> {
    let (mut account, section) = ctx.lock(Account::at("alice")).await?;
    account.call(1).await?;
    account.lock().await?;
    account.locked().await?;
    account.entity_ref().await?;
    account.operation("a".to_owned(), "b".to_owned()).timeout(std::time::Duration::from_secs(1)).await?;
    account.timeout().await?;
    account.clone().await?;
    account.fmt().await?;
    let id = account.id().await?;
    drop((account, section));
    let account = Account::at("alice");
    ctx.call(account.operation("a".to_owned(), "b".to_owned())).await?;
    Ok(ctx.call(account.ids()).await?.len() as i64 + id)
}
