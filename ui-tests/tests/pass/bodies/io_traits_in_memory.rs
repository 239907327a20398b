// good: std::io traits on buffers in memory
use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom, Write};

use durable::prelude::*;

#[derive(Default)]
struct Counted {
    bytes: usize,
    lines: usize,
}

impl Write for Counted {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.bytes += buffer.len();
        self.lines += buffer.iter().filter(|byte| **byte == b'\n').count();
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[deterministic]
fn read_record(cursor: &mut Cursor<Vec<u8>>) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0_u8; 2];
    match cursor.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut record = Vec::new();
    Read::by_ref(cursor).take(u64::from(u16::from_be_bytes(length))).read_to_end(&mut record)?;
    Ok(Some(record))
}

#[activity]
async fn fetch_blob(name: String) -> Result<Vec<u8>> {
    Ok([&[0, name.len() as u8][..], name.as_bytes()].concat())
}

#[activity]
async fn store_csv(text: String) -> Result<usize> {
    Ok(text.len())
}

#[orchestrator]
async fn decode_blob(ctx: &Context, name: String) -> Result<usize> {
    let mut cursor = Cursor::new(ctx.call(fetch_blob(name)).await?);
    let mut csv = Vec::new();
    while let Some(record) = read_record(&mut cursor)? {
        writeln!(csv, "{};{}", cursor.position(), String::from_utf8_lossy(&record))?;
    }
    cursor.seek(SeekFrom::Start(0))?;
    let mut counted = Counted::default();
    io::copy(&mut csv.as_slice(), &mut counted)?;
    let first = csv.as_slice().lines().next().transpose()?.unwrap_or_default();
    if counted.lines == 0 || first.is_empty() {
        return Err(io::Error::other("no records").into());
    }
    ctx.call(store_csv(String::from_utf8(csv)?)).await
}
