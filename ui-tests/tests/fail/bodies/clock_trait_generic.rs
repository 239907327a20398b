#![allow(unused)]
// bad: the injected clock is the system clock
use chrono::{DateTime, TimeDelta, Utc};
use durable::prelude::*;
use serde::{Deserialize, Serialize};

trait Clock {
    fn current(&self) -> DateTime<Utc>;
}

struct SystemClock;

impl Clock for SystemClock {
    fn current(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Offer {
    product: String,
    made_unix: i64,
    valid_days: i64,
}

#[deterministic]
fn is_expired<C: Clock>(clock: &C, offer: &Offer) -> bool {
    let Some(made) = DateTime::from_timestamp(offer.made_unix, 0) else {
        return true;
    };
    made + TimeDelta::days(offer.valid_days) < clock.current()
}

#[activity]
async fn accept(product: String) -> Result<String> {
    Ok(format!("accepted {product}"))
}

#[activity]
async fn renew(product: String) -> Result<String> {
    Ok(format!("renewed {product}"))
}

#[orchestrator]
async fn accept_offer(ctx: &Context, offer: Offer) -> Result<String> {
    if is_expired(&SystemClock, &offer) {
        ctx.call(renew(offer.product)).await
    } else {
        ctx.call(accept(offer.product)).await
    }
}

fn main() {}
