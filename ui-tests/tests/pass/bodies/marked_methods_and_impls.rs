// good: a marked impl block, single marked methods, and unmarked pure ones
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Cart {
    owner: String,
    lines: Vec<(String, u64, u32)>,
}

impl Cart {
    fn total(&self) -> u64 {
        self.lines.iter().map(|(_, cents, count)| cents * u64::from(*count)).sum()
    }

    fn is_empty(&self) -> bool {
        self.lines.iter().all(|(.., count)| *count == 0)
    }

    #[deterministic]
    async fn reserve(&self, ctx: &Context) -> Result<Vec<u64>> {
        let calls = self.lines.iter().map(|(sku, _, count)| ctx.call(reserve_stock(sku.clone(), *count)));
        durable::try_join_all(calls).await
    }
}

struct Checkout<'a> {
    ctx: &'a Context,
    cart: &'a Cart,
    attempts: u32,
}

#[deterministic]
impl<'a> Checkout<'a> {
    const PAUSE: Duration = Duration::from_secs(20);

    fn new(ctx: &'a Context, cart: &'a Cart) -> Self {
        Self { ctx, cart, attempts: 0 }
    }

    async fn pay(&mut self) -> Result<String> {
        loop {
            self.attempts += 1;
            match self.ctx.call(charge(self.cart.owner.clone(), self.cart.total())).await {
                Err(error) if error.is_retryable() && self.attempts < 3 => self.ctx.timer(Self::PAUSE).await,
                result => return result,
            }
        }
    }

    async fn run(mut self) -> Result<String> {
        let reservations = self.cart.reserve(self.ctx).await?;
        let receipt = self.pay().await?;
        Ok(format!("{receipt} ({} reservations)", reservations.len()))
    }
}

#[activity]
async fn reserve_stock(sku: String, count: u32) -> Result<u64> {
    Ok(sku.len() as u64 + u64::from(count))
}

#[activity]
async fn charge(owner: String, cents: u64) -> Result<String> {
    Ok(format!("{owner} paid {cents}"))
}

#[orchestrator]
async fn check_out(ctx: &Context, cart: Cart) -> Result<String> {
    if cart.is_empty() {
        return Err(Error::fatal("an empty cart"));
    }
    Checkout::new(ctx, &cart).run().await
}
