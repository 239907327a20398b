// a HashSet that only remembers what was seen
use durable::prelude::*;
use std::collections::HashSet;

#[activity]
async fn mail(address: String) -> Result<()> {
    tracing::info!(%address);
    Ok(())
}

#[orchestrator]
async fn campaign(ctx: &Context, addresses: Vec<String>) -> Result<usize> {
    let mut seen = HashSet::new();
    for address in addresses.into_iter().map(|address| address.trim().to_lowercase()) {
        if seen.insert(address.clone()) {
            ctx.call(mail(address)).await?;
        }
    }
    Ok(seen.len())
}
