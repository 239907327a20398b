use durable::prelude::*;

#[derive(Debug, Default)]
pub struct Order {
    cents: u64,
    placed: Timestamp,
    notes: Vec<String>,
}

#[orchestrator]
pub async fn place(ctx: &Context, cents: u64) -> Result<String> {
    let order = Order { cents, placed: ctx.now(), ..Order::default() };
    Ok(format!("{} at {} with {:?}", order.cents, order.placed, order.notes))
}
