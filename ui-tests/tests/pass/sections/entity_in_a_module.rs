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

mod bank {
    use durable::prelude::*;
    use serde::{Deserialize, Serialize};

    #[entity]
    #[derive(Default, Serialize, Deserialize)]
    pub(super) struct Vault {
        gold: u64,
    }

    mod operations {
        use durable::prelude::*;

        #[entity]
        impl super::Vault {
            pub fn put(&mut self, gold: u64) -> u64 {
                self.gold += gold;
                self.gold
            }
        }
    }
}
use bank::Vault;

#[orchestrator]
pub async fn store(ctx: &mut Context, gold: u64) -> Result<u64> {
    let ((mut vault, mut account), _section) = ctx.lock((Vault::at("v"), Account::at("alice"))).await?;
    account.add(-1).await?;
    vault.put(gold).await
}
