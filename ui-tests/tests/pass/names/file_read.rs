use durable::prelude::*;
use std::io::{Cursor, Read};

#[orchestrator]
pub async fn rates(_ctx: &Context, given: String) -> Result<String> {
    let mut text = include_str!("file_read.rs").to_owned();
    Cursor::new(given).read_to_string(&mut text)?;
    Ok(text)
}
