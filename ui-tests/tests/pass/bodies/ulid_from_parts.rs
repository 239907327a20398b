// a ULID made of recorded parts
use durable::prelude::*;
use ulid::Ulid;

#[orchestrator]
async fn ticket(ctx: &Context) -> Result<String> {
    let millis = u64::try_from(ctx.now().as_micros() / 1_000)?;
    let random = u128::from(ctx.rng().next_u64());
    let id = Ulid::from_parts(millis, random);
    ctx.set_status(&id.timestamp_ms());
    Ok(id.to_string())
}
