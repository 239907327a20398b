// an event to another instance, and a detached start
use durable::prelude::*;
#[orchestrator]
async fn listener(ctx: &Context) -> Result<String> {
    ctx.event::<String>("hello").await
}

#[orchestrator]
async fn sender(ctx: &Context, names: Vec<String>) -> Result<Vec<InstanceId>> {
    let mut started = Vec::new();
    for name in &names {
        let id = ctx.start(listener().instance_id(format!("listener-{name}")).tag("by", ctx.name()));
        ctx.send_event(id.as_str(), "hello", name);
        started.push(id);
    }
    ctx.start(listener());
    Ok(started)
}
