use durable::prelude::*;
use uuid::{NoContext, Timestamp as Moment, Uuid};

#[orchestrator]
pub async fn number(ctx: &Context, seconds: u64) -> Result<Uuid> {
    let (seconds, _) = Moment::from_unix(NoContext, seconds, 0).to_unix();
    Ok(Uuid::from_u64_pair(seconds, ctx.rng().next_u64()))
}
