#![allow(unused)]
// bad: tokio::join! drives two durable calls
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Profile {
    name: String,
    tier: u8,
}

#[activity]
async fn load_profile(user: u64) -> Result<Profile> {
    Ok(Profile { name: format!("user {user}"), tier: (user % 4) as u8 })
}

#[activity]
async fn load_orders(user: u64) -> Result<Vec<u64>> {
    Ok((0..user % 10).collect())
}

#[orchestrator]
async fn loyalty_summary(ctx: &Context, user: u64) -> Result<String> {
    let profile = ctx.call(load_profile(user)).into_future();
    let orders = ctx.call(load_orders(user)).into_future();
    let (profile, orders) = tokio::join!(profile, orders);
    let (profile, orders) = (profile?, orders?);
    let level = match (profile.tier, orders.len()) {
        (3.., 5..) => "platinum",
        (2.., _) => "gold",
        (_, 0) => "new",
        _ => "silver",
    };
    Ok(format!("{} is {level}", profile.name))
}

fn main() {}
