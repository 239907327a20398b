// ids from the context, and ids made of names
use durable::prelude::*;
use uuid::Uuid;

#[activity]
async fn create(id: Uuid, key: String) -> Result<Uuid> {
    tracing::info!(%key);
    Ok(id)
}

#[orchestrator]
async fn register(ctx: &Context, mail: String) -> Result<bool> {
    let id = ctx.new_uuid();
    let by_name = Uuid::new_v5(&Uuid::NAMESPACE_URL, mail.as_bytes());
    let parsed = Uuid::parse_str("67e55044-10b1-426f-9247-bb680e5fe0c8")?;
    let created = ctx.call(create(id, by_name.simple().to_string())).await?;
    Ok(created != Uuid::nil() && created != parsed && id.get_version_num() == 5 && Uuid::from_u128(7) < parsed)
}
