//! A case.

use durable::prelude::*;

/// The state.
pub mod state {
    use durable::prelude::*;
    use serde::{Deserialize, Serialize};

    /// An account.
    #[entity]
    #[derive(Default, Serialize, Deserialize)]
    pub struct Account {
        pub(crate) balance: i64,
    }
}

mod operations {
    use durable::prelude::*;

    #[entity]
    impl super::state::Account {
        fn deposit(&mut self, amount: i64) {
            self.balance += amount;
        }
    }
}

use state::Account;

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    ctx.call(Account::at("alice").deposit(1)).await
}

/// All.
pub const ALL: Registry = registry![Account, caller];
