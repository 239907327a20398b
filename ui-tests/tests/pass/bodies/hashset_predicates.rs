// questions to sets whose answers have no order
use durable::prelude::*;
use std::collections::HashSet;

#[activity]
async fn grant(user: u64) -> Result<()> {
    tracing::info!(user);
    Ok(())
}

#[orchestrator]
async fn authorize(ctx: &Context, user: u64, has: HashSet<String>, needs: Vec<String>) -> Result<bool> {
    let needed: HashSet<String> = HashSet::from_iter(needs);
    let forbidden = HashSet::from(["root".to_owned()]);
    if !needed.is_subset(&has) || !has.is_disjoint(&forbidden) {
        return Ok(false);
    }
    ctx.call(grant(user)).await?;
    Ok(needed.len() <= has.len() && !has.contains("guest"))
}
