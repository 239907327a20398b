// the traits of std::io over bytes in memory
use durable::prelude::*;
use std::io::{BufRead, BufReader, Cursor, Read};

#[activity]
async fn download() -> Result<Vec<u8>> {
    Ok(b"a\nb\n".to_vec())
}

#[orchestrator]
async fn count(ctx: &Context) -> Result<(usize, u8)> {
    let bytes = ctx.call(download()).await?;
    let mut first = [0_u8; 1];
    bytes.as_slice().read_exact(&mut first)?;
    let lines = BufReader::new(Cursor::new(bytes)).lines().collect::<std::io::Result<Vec<String>>>()?;
    Ok((lines.len(), first[0]))
}
