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
    #[cfg(any())]
    fn deposit(&mut self, nothing: NoSuchType) {}

    #[cfg(not(windows))]
    fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }
}

/// All.
pub const ALL: Registry = registry![Account];
