use durable::prelude::*;

#[derive(Debug)]
pub struct Order {
    id: u64,
}

impl Order {
    fn current(id: u64) -> Self {
        Self { id }
    }

    fn id(&self) -> u64 {
        self.id
    }
}

#[orchestrator]
pub async fn name(ctx: &Context, order: u64) -> Result<String> {
    Ok(format!("{} of {}", Order::current(order).id(), ctx.instance_id()))
}
