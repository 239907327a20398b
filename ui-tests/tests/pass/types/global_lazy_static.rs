use durable::prelude::*;
use regex::Regex;

lazy_static::lazy_static! {
    static ref CODE: Regex = Regex::new("^[A-Z]+$").expect("a valid pattern");
}

#[orchestrator]
pub async fn see(_ctx: &Context, code: String) -> Result<bool> {
    Ok(CODE.is_match(&code))
}
