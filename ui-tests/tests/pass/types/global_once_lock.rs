use durable::prelude::*;
use std::{collections::BTreeMap, sync::LazyLock};

static RATES: LazyLock<BTreeMap<&str, u64>> = LazyLock::new(|| BTreeMap::from([("de", 19), ("fr", 20)]));

#[orchestrator]
pub async fn rate(_ctx: &Context, country: String) -> Result<u64> {
    Ok(RATES.get(country.as_str()).copied().unwrap_or_default())
}
