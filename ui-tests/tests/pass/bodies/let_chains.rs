// let chains
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Customer {
    name: String,
    voucher: Option<(String, u8)>,
    manager: Option<Box<Customer>>,
}

#[activity]
async fn redeem(code: String) -> Result<bool> {
    Ok(code.len() == 8)
}

#[orchestrator]
async fn rebate(ctx: &Context, customer: Customer) -> Result<u8> {
    if let Some((code, percent)) = &customer.voucher
        && *percent > 0
        && ctx.call(redeem(code.clone())).await?
    {
        return Ok(*percent);
    }
    let mut current = &customer;
    while let Some(manager) = &current.manager
        && manager.name != customer.name
    {
        current = manager;
    }
    Ok(if let Some((_, percent)) = current.voucher && percent < 5 { percent } else { 0 })
}
