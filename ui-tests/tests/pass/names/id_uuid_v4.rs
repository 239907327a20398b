use durable::prelude::*;
use uuid::Uuid;

#[orchestrator]
pub async fn number(ctx: &Context, name: String) -> Result<Vec<Uuid>> {
    let fresh = ctx.new_uuid();
    Ok(vec![fresh, Uuid::new_v5(&fresh, name.as_bytes()), Uuid::parse_str(&name)?, Uuid::nil()])
}
