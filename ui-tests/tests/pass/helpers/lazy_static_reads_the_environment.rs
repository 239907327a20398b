use durable::prelude::*;
use std::sync::LazyLock;

static REGIONS: LazyLock<Vec<String>> = LazyLock::new(|| "eu us".split(' ').map(str::to_owned).collect());

#[orchestrator]
pub async fn pay(_ctx: &Context, region: String) -> Result<bool> {
    Ok(REGIONS.contains(&region))
}
