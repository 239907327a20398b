use durable::prelude::*;
use std::cmp::*;

#[orchestrator]
pub async fn region(_ctx: &Context, a: String, b: String) -> Result<(String, bool)> {
    let same = a.cmp(&b) == Ordering::Equal;
    Ok((max(a, b), same))
}
