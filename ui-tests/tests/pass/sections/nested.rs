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
pub async fn collect(ctx: &mut Context, members: Vec<String>) -> Result<i64> {
    let pot = Account::at("pot");
    let members: Vec<_> = members.iter().map(Account::at).collect();
    let pairs = [(Account::at("a"), Account::at("b")), (Account::at("c"), Account::at("d"))];
    let ((mut pot, mut members, (pairs,)), _section) = ctx.lock((pot, members, (pairs,))).await?;
    for member in &mut members {
        member.add(-1).await?;
        pot.add(1).await?;
    }
    for (mut left, right) in pairs {
        let amount = right.balance().await?;
        left.add(amount).await?;
    }
    pot.balance().await
}
