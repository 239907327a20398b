#![allow(unused)]
// bad: a timestamp is taken inside serde_json's json! macro
use durable::prelude::*;
use serde_json::{Value, json};

#[activity]
async fn post_audit(entry: Value) -> Result<()> {
    tracing::info!("{entry}");
    Ok(())
}

#[activity]
async fn delete_account(user: String) -> Result<u64> {
    Ok(user.len() as u64)
}

#[orchestrator]
async fn forget_user(ctx: &Context, user: String, requested_by: String) -> Result<u64> {
    let objection = ctx.event::<String>("objection").timeout(std::time::Duration::from_secs(7 * 86_400)).await;
    if let Ok(reason) = objection {
        return Err(Error::fatal(format!("not deleted: {reason}")));
    }
    let rows = ctx.call(delete_account(user.clone())).await?;
    let entry = json!({
        "action": "forget",
        "user": user,
        "by": requested_by,
        "rows": rows,
        "at": chrono::Utc::now().to_rfc3339(),
    });
    ctx.call(post_audit(entry)).await?;
    Ok(rows)
}

fn main() {}
