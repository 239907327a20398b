use durable::prelude::*;
use uuid::Uuid;

#[orchestrator]
pub async fn number(ctx: &Context) -> Result<Vec<Uuid>> {
    let named = ["a", "b"].iter().map(|name| Uuid::new_v5(&Uuid::NAMESPACE_DNS, name.as_bytes()));
    Ok(std::iter::repeat_with(|| ctx.new_uuid()).take(3).chain(named).collect())
}
