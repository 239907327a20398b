// take, replace, swap and drop
use durable::prelude::*;
use std::mem::{self, take};

#[activity]
async fn flush(lines: Vec<String>) -> Result<usize> {
    Ok(lines.len())
}

#[orchestrator]
async fn batches(ctx: &Context, lines: Vec<String>) -> Result<usize> {
    let (mut batch, mut size, mut sum) = (Vec::new(), 0, 0);
    let mut previous = String::new();
    for mut line in lines {
        size += line.len();
        batch.push(line.clone());
        mem::swap(&mut previous, &mut line);
        drop(line);
        if size > 1_000 {
            sum += ctx.call(flush(take(&mut batch))).await?;
            let flushed = mem::replace(&mut size, 0);
            tracing::debug!(flushed);
        }
    }
    let rest = mem::take(&mut batch);
    Ok(if rest.is_empty() { sum } else { sum + ctx.call(flush(rest)).await? })
}
