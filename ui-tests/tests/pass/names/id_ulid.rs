use durable::prelude::*;
use ulid::Ulid;

#[orchestrator]
pub async fn number(ctx: &Context, milliseconds: u64, given: String) -> Result<bool> {
    let fresh = Ulid::from_parts(milliseconds, ctx.new_uuid().as_u128() >> 48);
    Ok(fresh > Ulid::from_string(&given)?)
}
