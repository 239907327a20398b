#![allow(unused)]
// bad: exchange rates are read from a static RwLock that a background task refreshes
use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

use durable::prelude::*;

static RATES: RwLock<BTreeMap<String, u64>> = RwLock::new(BTreeMap::new());

pub fn refresh(rates: BTreeMap<String, u64>) {
    *RATES.write().unwrap_or_else(PoisonError::into_inner) = rates;
}

#[activity]
async fn transfer(iban: String, euro_cents: u64) -> Result<String> {
    Ok(format!("{iban}:{euro_cents}"))
}

#[orchestrator]
async fn pay_abroad(ctx: &Context, iban: String, currency: String, amount: u64) -> Result<String> {
    if iban.len() < 15 {
        return Err(Error::fatal(format!("`{iban}` is no IBAN")));
    }
    let rate = RATES
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&currency)
        .copied()
        .ok_or_else(|| Error::fatal(format!("no rate for {currency}")))?;
    let euro_cents = amount * rate / 10_000;
    ctx.set_status(&serde_json::json!({ "currency": currency, "rate": rate }));
    ctx.call(transfer(iban, euro_cents)).await
}

fn main() {}
