// adaptors of itertools
use durable::prelude::*;
use itertools::Itertools;

#[orchestrator]
async fn summary(ctx: &Context, names: Vec<String>) -> Result<String> {
    let names = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
    let line = names.sorted_by_key(|name| name.to_lowercase()).dedup().join(", ");
    ctx.set_status(&line);
    Ok(line)
}
