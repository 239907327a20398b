//! A case.

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    /// Closes the account.
    fn delete(&mut self, reason: String) -> i64 {
        self.balance + reason.len() as i64
    }
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<i64> {
    ctx.call(Account::at("alice").delete("why".to_owned())).await
}

/// All.
pub const ALL: Registry = registry![Account, caller];
