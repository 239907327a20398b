use durable::prelude::*;
use serde_json::{Value, json};

#[orchestrator]
pub async fn receipt(ctx: &Context) -> Result<Value> {
    assert!(ctx.event::<bool>("open").await?, "closed by {}", ctx.event::<String>("who").await?);
    Ok(json!({ "cents": ctx.event::<u64>("cents").await?, "late": [async { 1 }.await] }))
}
