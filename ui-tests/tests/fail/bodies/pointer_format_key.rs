#![allow(unused)]
// bad: an address in memory serves as idempotency key
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Payment {
    payer: String,
    payee: String,
    cents: u64,
}

#[activity]
async fn execute(payment: Payment, key: String) -> Result<String> {
    Ok(format!("{key}: {} -> {}", payment.payer, payment.payee))
}

#[orchestrator]
async fn settle(ctx: &Context, payments: Vec<Payment>) -> Result<Vec<String>> {
    let boxed: Vec<Box<Payment>> = payments.into_iter().filter(|payment| payment.cents > 0).map(Box::new).collect();
    let mut receipts = Vec::with_capacity(boxed.len());
    for payment in &boxed {
        let key = format!("payment-{:x}", std::ptr::from_ref::<Payment>(payment) as usize);
        let receipt = ctx.call(execute(Payment::clone(payment), key)).await?;
        receipts.push(receipt);
    }
    Ok(receipts)
}

fn main() {}
