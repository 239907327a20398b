// good: children and parent exchange events, detached children are started
use std::time::Duration;

use durable::prelude::*;

#[activity]
async fn bake(pizza: String) -> Result<u32> {
    Ok(pizza.len() as u32)
}

#[orchestrator]
async fn oven(ctx: &Context, pizza: String, owner: String) -> Result<()> {
    if ctx.parent().is_none() && owner.is_empty() {
        return Err(Error::fatal("nobody waits for this pizza"));
    }
    let minutes = ctx.call(bake(pizza.clone())).await?;
    ctx.timer(Duration::from_secs(60 * u64::from(minutes))).await;
    ctx.send_event(&owner, "baked", &(pizza, minutes));
    Ok(())
}

#[orchestrator]
async fn pizzeria(ctx: &Context, orders: Vec<String>) -> Result<Vec<(String, u32)>> {
    let me = ctx.instance_id().to_string();
    let mut started = Vec::new();
    for (number, order) in orders.iter().enumerate() {
        let child = oven(order.clone(), me.clone()).instance_id(format!("{me}-oven-{number}")).tag("kind", "pizza");
        started.push(ctx.start(child).to_string());
    }
    ctx.set_status(&started);
    let mut baked = Vec::with_capacity(started.len());
    while baked.len() < started.len() {
        let pizza = ctx.event::<(String, u32)>("baked").timeout(Duration::from_secs(7_200)).await?;
        baked.push(pizza);
    }
    Ok(baked)
}
