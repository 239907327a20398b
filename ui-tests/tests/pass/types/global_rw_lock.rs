use durable::prelude::*;
use std::sync::LazyLock;

use regex::Regex;

static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new("^[A-Z]{2}[0-9]+$").expect("a valid pattern"));

#[orchestrator]
pub async fn known(_ctx: &Context, code: String) -> Result<bool> {
    Ok(CODE.is_match(&code))
}
