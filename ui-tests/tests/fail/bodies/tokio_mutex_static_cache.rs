#![allow(unused)]
// bad: addresses are looked up in a process-wide cache behind a tokio Mutex
use std::collections::BTreeMap;

use durable::prelude::*;
use tokio::sync::Mutex;

static ADDRESSES: Mutex<BTreeMap<u64, String>> = Mutex::const_new(BTreeMap::new());

#[activity]
async fn fetch_address(customer: u64) -> Result<String> {
    Ok(format!("{customer} Main Street"))
}

#[activity]
async fn send_parcel(address: String, parcel: u64) -> Result<u64> {
    Ok(address.len() as u64 + parcel)
}

#[orchestrator]
async fn send_parcels(ctx: &Context, parcels: Vec<(u64, u64)>) -> Result<u64> {
    let mut last = 0;
    for (customer, parcel) in parcels {
        let cached = ADDRESSES.lock().await.get(&customer).cloned();
        let address = match cached {
            Some(address) => address,
            None => ctx.call(fetch_address(customer)).await?,
        };
        last = ctx.call(send_parcel(address, parcel)).await?;
    }
    Ok(last)
}

fn main() {}
