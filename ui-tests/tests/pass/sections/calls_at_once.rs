use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    fn balance(&self) -> i64 {
        self.balance
    }

    fn add(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }
}

#[orchestrator]
pub async fn transfer(ctx: &mut Context, amount: i64) -> Result<i64> {
    let ((mut from, mut to), section) = ctx.lock((Account::at("alice"), Account::at("bob"))).await?;
    let (left, right) = durable::join!(from.balance(), to.balance());
    durable::try_join!(from.add(-amount), to.add(amount), async { Ok::<_, Error>(section.now()) })?;
    let (one, other) = durable::join!(
        async {
            from.add(1).await?;
            from.add(2).await
        },
        async {
            to.add(1).await?;
            to.add(2).await
        },
    );
    Ok(left? + right? + one? + other?)
}
