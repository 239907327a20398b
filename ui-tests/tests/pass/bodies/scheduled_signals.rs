// good: an entity is signalled for later and asked from time to time
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize)]
#[error("{missing} credits are missing")]
struct NotEnough {
    missing: u64,
}

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Wallet {
    credits: u64,
    history: Vec<String>,
}

#[entity]
impl Wallet {
    fn grant(&mut self, credits: u64, reason: String) {
        self.credits += credits;
        self.history.push(reason);
    }

    fn spend(&mut self, credits: u64) -> Result<u64, NotEnough> {
        match self.credits.checked_sub(credits) {
            Some(left) => {
                self.credits = left;
                Ok(left)
            }
            None => Err(NotEnough { missing: credits - self.credits }),
        }
    }

    fn credits(&self) -> u64 {
        self.credits
    }
}

#[orchestrator]
async fn subscription(ctx: &Context, user: String, months: u32) -> Result<u64> {
    for month in 1..=months {
        let when = ctx.now() + Duration::from_secs(30 * 86_400) * month;
        ctx.signal_at(Wallet::at(&user).grant(100, format!("month {month}")), when);
    }
    let left = match ctx.call(Wallet::at(&user).spend(250)).timeout(Duration::from_secs(60)).await {
        Ok(left) => left,
        Err(CallError::Application(NotEnough { missing })) => {
            ctx.signal(Wallet::at(&user).grant(missing, "loan".to_owned()));
            ctx.call(Wallet::at(&user).credits()).await?
        }
        Err(error) => return Err(error.into()),
    };
    Ok(left)
}
