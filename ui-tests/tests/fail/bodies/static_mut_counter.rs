#![allow(unused)]
// bad: a static mut counts how many orders this process has seen
use durable::prelude::*;

static mut ORDERS_SEEN: u64 = 0;

#[activity]
async fn register(order: String) -> Result<u64> {
    Ok(order.len() as u64)
}

#[activity]
async fn send_voucher(order: String) -> Result<()> {
    tracing::info!("a voucher for {order}");
    Ok(())
}

#[orchestrator]
async fn take_order(ctx: &Context, order: String) -> Result<u64> {
    if order.trim().is_empty() {
        return Err(Error::fatal("an order without a name"));
    }
    let id = ctx.call(register(order.clone())).await?;
    let nth = unsafe {
        ORDERS_SEEN += 1;
        ORDERS_SEEN
    };
    if nth % 1_000 == 0 {
        ctx.call(send_voucher(order)).await?;
    }
    Ok(id)
}

fn main() {}
