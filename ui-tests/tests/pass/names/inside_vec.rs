use durable::prelude::*;
use uuid::Uuid;

#[orchestrator]
pub async fn number(ctx: &Context) -> Result<Vec<Uuid>> {
    let mut numbers = vec![Uuid::nil(); 2];
    numbers.append(&mut vec![ctx.new_uuid(), Uuid::new_v5(&Uuid::NAMESPACE_URL, b"shop")]);
    Ok(numbers)
}
