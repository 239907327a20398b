// writing into a buffer
use durable::prelude::*;
use std::io::Write;

#[activity]
async fn upload(body: Vec<u8>) -> Result<usize> {
    Ok(body.len())
}

#[orchestrator]
async fn export(ctx: &Context, rows: Vec<(String, f64)>) -> Result<usize> {
    let mut body = Vec::new();
    writeln!(body, "name,value")?;
    for (name, value) in &rows {
        write!(&mut body, "{name:>10},")?;
        writeln!(body, "{value:.2}")?;
    }
    body.write_all(b"end\n")?;
    ctx.call(upload(body)).await
}
