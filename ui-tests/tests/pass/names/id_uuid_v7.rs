use durable::prelude::*;
use uuid::{Builder, Uuid};

#[orchestrator]
pub async fn number(ctx: &Context, milliseconds: u64) -> Result<Uuid> {
    let mut random = [0; 10];
    random.copy_from_slice(&ctx.new_uuid().as_bytes()[..10]);
    Ok(Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid())
}
