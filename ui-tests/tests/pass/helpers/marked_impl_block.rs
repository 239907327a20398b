use durable::prelude::*;
use std::time::Duration;

#[derive(Debug)]
pub struct Order<'a> {
    cents: u64,
    buyer: &'a str,
}

#[deterministic]
impl<'a> Order<'a> {
    const LEAST: u64 = 5;

    fn new(cents: u64, buyer: &'a str) -> Self {
        Self { cents: cents.max(Self::LEAST), buyer }
    }

    async fn paid(&mut self, ctx: &Context) -> Result<u64> {
        ctx.timer(Duration::from_secs(1)).await;
        let paid: u64 = ctx.event(self.buyer.to_owned()).await?;
        self.cents -= paid;
        Ok(self.cents)
    }
}

#[orchestrator]
pub async fn pay(ctx: &Context, cents: u64, buyer: String) -> Result<u64> {
    let mut order = Order::new(cents, &buyer);
    while order.cents > 0 {
        order.paid(ctx).await?;
    }
    Ok(order.cents)
}
