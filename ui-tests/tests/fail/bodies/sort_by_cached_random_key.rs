#![allow(unused)]
// bad: candidates are put into random order by a random sort key
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Driver {
    name: String,
    rating: u8,
    busy: bool,
}

#[activity]
async fn offer_ride(driver: String, ride: u64) -> Result<bool> {
    Ok(driver.len() as u64 % 2 == ride % 2)
}

#[orchestrator]
async fn assign_ride(ctx: &Context, ride: u64, drivers: Vec<Driver>) -> Result<Option<String>> {
    let mut free: Vec<Driver> = drivers.into_iter().filter(|driver| !driver.busy && driver.rating >= 3).collect();
    free.sort_by_cached_key(|_| fastrand::u32(..));
    free.truncate(5);
    for driver in free {
        ctx.set_status(&format!("asking {}", driver.name));
        if ctx.call(offer_ride(driver.name.clone(), ride)).await? {
            return Ok(Some(driver.name));
        }
    }
    Ok(None)
}

fn main() {}
