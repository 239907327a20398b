#![allow(unused)]
// bad: progress is read back from a tokio broadcast channel
use durable::prelude::*;
use tokio::sync::broadcast;

#[activity]
async fn convert(page: u32) -> Result<String> {
    Ok(format!("page {page}"))
}

#[activity]
async fn publish(pages: Vec<String>) -> Result<usize> {
    Ok(pages.len())
}

#[orchestrator]
async fn convert_document(ctx: &Context, pages: u32) -> Result<usize> {
    let (progress, mut updates) = broadcast::channel::<u32>(64);
    let mut converted = Vec::new();
    for page in 1..=pages {
        converted.push(ctx.call(convert(page)).await?);
        progress.send(page).ok();
        let seen = updates.recv().await?;
        ctx.set_status(&format!("{seen} of {pages}"));
    }
    let published = ctx.call(publish(converted)).await?;
    if published as u32 != pages {
        return Err(Error::new(format!("only {published} of {pages} pages were published")));
    }
    Ok(published)
}

fn main() {}
