#![allow(unused)]
// bad: a process-wide LazyLock<Mutex<..>> remembers which customers were greeted
use std::{
    collections::BTreeSet,
    sync::{LazyLock, Mutex, PoisonError},
};

use durable::prelude::*;

static GREETED: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(|| Mutex::new(BTreeSet::new()));

#[activity]
async fn greet(customer: String) -> Result<()> {
    tracing::info!("welcome, {customer}");
    Ok(())
}

#[activity]
async fn serve(customer: String) -> Result<u64> {
    Ok(customer.len() as u64)
}

#[orchestrator]
async fn serve_customers(ctx: &Context, customers: Vec<String>) -> Result<u64> {
    let mut served = 0;
    for customer in customers {
        let new = GREETED.lock().unwrap_or_else(PoisonError::into_inner).insert(customer.clone());
        if new {
            ctx.call(greet(customer.clone())).await?;
        }
        served += ctx.call(serve(customer)).await?;
    }
    Ok(served)
}

fn main() {}
