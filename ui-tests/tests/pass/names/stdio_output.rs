use durable::prelude::*;
use std::io::Write;

#[orchestrator]
pub async fn tell(_ctx: &Context, cents: u64) -> Result<String> {
    let mut text: Vec<u8> = Vec::new();
    text.write_all(b"paid ")?;
    write!(text, "{cents}")?;
    Ok(String::from_utf8(text)?)
}
