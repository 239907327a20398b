#![allow(unused)]
// bad: invoice numbers come from a thread-local counter
use std::cell::Cell;

use durable::prelude::*;

thread_local! {
    static SEQUENCE: Cell<u64> = const { Cell::new(1) };
}

#[activity]
async fn write_invoice(number: u64, customer: String, cents: u64) -> Result<String> {
    Ok(format!("#{number} {customer} {cents}"))
}

#[orchestrator]
async fn bill_customers(ctx: &Context, customers: Vec<(String, u64)>) -> Result<Vec<String>> {
    let mut invoices = Vec::new();
    for (customer, cents) in customers {
        if cents == 0 {
            tracing::debug!(%customer, "nothing to bill");
            continue;
        }
        let number = SEQUENCE.with(|sequence| {
            let number = sequence.get();
            sequence.set(number + 1);
            number
        });
        invoices.push(ctx.call(write_invoice(number, customer, cents)).await?);
    }
    ctx.set_status(&invoices.len());
    Ok(invoices)
}

fn main() {}
