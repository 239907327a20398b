use durable::prelude::*;
use std::str::FromStr;

#[orchestrator]
pub async fn overdue(ctx: &Context, deadline: String) -> Result<bool> {
    let deadline = <Timestamp as FromStr>::from_str(&deadline)?;
    Ok(<Context>::now(ctx) > deadline && <u64>::MAX > 1)
}
