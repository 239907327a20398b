// a loop around select! with break, continue and return
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn chat(ctx: &Context, limit: usize) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    loop {
        durable::select! {
            line = ctx.event::<String>("line") => {
                let line = line?;
                if line.is_empty() {
                    continue;
                }
                lines.push(line);
                if lines.len() == limit {
                    break;
                }
            },
            reason = ctx.event::<String>("stop") => return Err(Error::fatal(reason?)),
            () = ctx.timer(Duration::from_secs(300)) => break,
        }
    }
    Ok(lines)
}
