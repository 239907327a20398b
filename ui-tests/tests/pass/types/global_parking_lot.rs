use durable::prelude::*;
use once_cell::sync::Lazy;
use regex::Regex;

static CODE: Lazy<Regex> = Lazy::new(|| Regex::new("^[A-Z]+$").expect("a valid pattern"));

#[orchestrator]
pub async fn see(_ctx: &Context, code: String) -> Result<bool> {
    Ok(CODE.is_match(&code))
}
