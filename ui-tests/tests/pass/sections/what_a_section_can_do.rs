use durable::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

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

#[activity]
async fn approve(amount: i64) -> Result<bool> {
    Ok(amount < 100)
}

#[orchestrator]
async fn audit(ctx: &Context, id: InstanceId) -> Result<()> {
    ctx.event::<i64>(format!("balance of {id}")).await?;
    Ok(())
}

#[orchestrator]
pub async fn deposit(ctx: &mut Context, amount: i64) -> Result<i64> {
    let (mut account, section) = ctx.lock(Account::at("alice")).await?;
    let retry = Retry::fixed(3, Duration::from_secs(1));
    if !section.call(approve(amount)).retry(retry).timeout(Duration::from_secs(9)).await? || section.random() > 1.0 {
        return Err(Error::fatal(format!("{} at {}", section.new_uuid(), section.now())));
    }
    section.timer(Duration::from_secs(section.rng().below(5))).await;
    section.timer_at(section.now() + Duration::from_secs(1)).await;
    section.signal(Account::at("total").add(amount));
    section.signal_at(Account::at("total").add(-amount), section.now() + Duration::from_secs(60));
    let audit = section.start(audit(section.instance_id().clone()));
    section.set_status(&section.is_replaying());
    section.send_event(audit, "balance", &account.add(amount).await?);
    section.event::<i64>("go on").timeout(Duration::from_secs(5)).await
}
